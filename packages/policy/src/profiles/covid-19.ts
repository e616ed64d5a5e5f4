import type { DiseaseProfile } from '../diseaseProfile.ts';

/** COVID-19, in the terms of a containment phase; an operator who lives with the virus ships another version. */
export const covid19: DiseaseProfile = {
  id: 'covid-19',
  version: 1,
  disease: { zh: '新型冠状病毒感染', en: 'COVID-19' },
  pathogen: { zh: '新型冠状病毒', en: 'SARS-CoV-2' },
  tests: [
    {
      loinc: '94500-6',
      name: {
        zh: '新型冠状病毒核酸检测（呼吸道样本）',
        en: 'SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory system specimen by NAA with probe detection',
      },
    },
    {
      loinc: '94309-2',
      name: {
        zh: '新型冠状病毒核酸检测（样本未指定）',
        en: 'SARS-CoV-2 (COVID-19) RNA [Presence] in Specimen by NAA with probe detection',
      },
    },
  ],
  infectiousPeriod: { daysBeforeOnset: 2, daysAfterOnset: 10, daysBeforeSampling: 2, daysAfterSampling: 10 },
  closeContact: { minOverlapMinutes: 15, airborneTailMinutes: 0 },
  isolation: { days: 10, releasingNegatives: { count: 2, minHoursApart: 24 } },
  observation: { days: 7, exposureCautionDays: 7, negativeEndsCaution: true },
  declaration: { feverCelsius: 37.3, hours: 24 },
  testFreshnessHours: [24, 48, 72],
  maxVisitTermDays: 14,
  contactScoring: {
    overlap: { maxPoints: 50, fullMinutes: 120 },
    venuePoints: {
      restaurant: 15,
      shop: 6,
      market: 8,
      office: 12,
      school: 12,
      hospital: 12,
      'care-home': 15,
      transport: 10,
      culture: 14,
      sport: 15,
      hotel: 8,
      worship: 14,
      government: 6,
      other: 8,
    },
    nearness: { maxPoints: 20, horizonDays: 7 },
    sameGatePoints: 10,
    repeatPoints: 5,
  },
  sources: [
    'WHO, Contact tracing and quarantine in the context of COVID-19: interim guidance (2022): contacts from 2 days before onset or sampling to 10 days after, 15 minutes',
    '国务院联防联控机制，新型冠状病毒肺炎防控方案（第九版），2022：发病前或采样前 2 天起追踪，密切接触者管理 7 天，体温 37.3 ℃，两次核酸阴性采样间隔至少 24 小时',
    'LOINC, Regenstrief Institute: 94500-6, 94309-2',
  ],
};
