import type { DiseaseProfile } from '@health-kit/policy';

/** A FHIR R4 transaction Bundle that this system takes: one negative result of the profile's first test. It names no patient: the barcode says whose specimen it is. */
export function exampleBundle(profile: DiseaseProfile, nowMs: number): string {
  const test = profile.tests[0];
  const specimen = 'urn:uuid:0d7c0a6e-4f43-4b5e-9a3e-5b8a4c1c7f01';
  const observation = 'urn:uuid:0d7c0a6e-4f43-4b5e-9a3e-5b8a4c1c7f02';
  const report = 'urn:uuid:0d7c0a6e-4f43-4b5e-9a3e-5b8a4c1c7f03';
  const code = { coding: [{ system: 'http://loinc.org', code: test?.loinc, display: test?.name.en }] };
  const at = new Date(nowMs).toISOString();
  const entry = (fullUrl: string, resourceType: string, content: object) => ({ fullUrl, resource: { resourceType, ...content }, request: { method: 'POST', url: resourceType } });
  return JSON.stringify({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry(specimen, 'Specimen', { accessionIdentifier: { value: 'BARCODE-OF-THE-TUBE' } }),
      entry(observation, 'Observation', {
        status: 'final', code, specimen: { reference: specimen }, effectiveDateTime: at,
        valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260415000', display: 'Not detected' }] },
      }),
      entry(report, 'DiagnosticReport', { status: 'final', code, specimen: [{ reference: specimen }], result: [{ reference: observation }] }),
    ],
  }, null, 2);
}
