import type { DiseaseProfile } from '../diseaseProfile.ts';

/** Measles: airborne, so that the room still exposes others for two hours after the case has left. */
export const measles: DiseaseProfile = {
  id: 'measles',
  version: 1,
  disease: { zh: '麻疹', en: 'Measles' },
  pathogen: { zh: '麻疹病毒', en: 'Measles virus' },
  tests: [
    {
      loinc: '48508-6',
      name: {
        zh: '麻疹病毒核酸检测（样本未指定）',
        en: 'Measles virus RNA [Presence] in Specimen by NAA with probe detection',
      },
    },
  ],
  // Onset is the onset of rash. Without it, the sampling may lie anywhere from the first infectious day (4
  // days before rash) to 3 days after rash, the last day on which specimens are best taken: the window
  // reaches 4 + 3 days back and 4 + 4 days on.
  infectiousPeriod: { daysBeforeOnset: 4, daysAfterOnset: 4, daysBeforeSampling: 7, daysAfterSampling: 8 },
  closeContact: { minOverlapMinutes: 1, airborneTailMinutes: 120 },
  // To 4 days after rash, whatever later tests say; counted from a sampling at most 4 days before rash.
  isolation: { days: 8, releasingNegatives: null },
  // 21 days is the longest incubation; a negative RNA test during it rules nothing out.
  observation: { days: 21, exposureCautionDays: 21, negativeEndsCaution: false },
  declaration: { feverCelsius: 38, hours: 24 },
  testFreshnessHours: null,
  maxVisitTermDays: 14,
  contactScoring: {
    overlap: { maxPoints: 40, fullMinutes: 60 },
    venuePoints: {
      restaurant: 14,
      shop: 12,
      market: 10,
      office: 16,
      school: 25,
      hospital: 25,
      'care-home': 20,
      transport: 16,
      culture: 18,
      sport: 14,
      hotel: 12,
      worship: 18,
      government: 12,
      other: 12,
    },
    nearness: { maxPoints: 20, horizonDays: 14 },
    sameGatePoints: 10,
    repeatPoints: 5,
  },
  sources: [
    'CDC, Manual for the Surveillance of Vaccine-Preventable Diseases, chapter 7, Measles: infectious from 4 days before to 4 days after rash; shared air up to 2 hours after; 21 days of observation',
    'WHO, Measles vaccines: position paper (2017)',
    'LOINC, Regenstrief Institute: 48508-6',
  ],
};
