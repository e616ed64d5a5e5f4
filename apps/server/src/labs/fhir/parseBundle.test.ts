import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { covid19 } from '@health-kit/policy';
import fc from 'fast-check';
import { fhirPath } from './operationOutcome.ts';
import { parseBundle } from './parseBundle.ts';

const specimenUrl = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const observationUrl = 'urn:uuid:22222222-2222-4222-8222-222222222222';

function specimen(): Record<string, unknown> {
  return { resourceType: 'Specimen', accessionIdentifier: { value: 'TUBE-0001' } };
}
function observation(): Record<string, unknown> {
  return {
    resourceType: 'Observation', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '94500-6' }] },
    specimen: { reference: specimenUrl }, effectiveDateTime: '2026-11-23T08:30:00+08:00',
    valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260373001', display: 'Detected' }] },
  };
}
function report(): Record<string, unknown> {
  return {
    resourceType: 'DiagnosticReport', status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '94500-6' }] },
    specimen: [{ reference: specimenUrl }], result: [{ reference: observationUrl }],
  };
}
function entry(fullUrl: string, resource: Record<string, unknown>) {
  return { fullUrl, resource, request: { method: 'POST', url: resource['resourceType'] } };
}
function bundle(...entries: unknown[]): Record<string, unknown> {
  return { resourceType: 'Bundle', type: 'transaction', entry: entries };
}
function whole(changes: { specimen?: Record<string, unknown>; observation?: Record<string, unknown>; report?: Record<string, unknown> } = {}) {
  return bundle(
    entry(specimenUrl, { ...specimen(), ...changes.specimen }),
    entry(observationUrl, { ...observation(), ...changes.observation }),
    entry('urn:uuid:33333333-3333-4333-8333-333333333333', { ...report(), ...changes.report }),
  );
}
function entriesOf(body: Record<string, unknown>): unknown[] {
  const entries: unknown = body['entry'];
  return Array.isArray(entries) ? entries : [];
}
/** Where a bundle is refused; empty where it is taken. */
function refusedAt(body: unknown): string[] {
  const parsed = parseBundle(body, covid19);
  return parsed.ok ? [] : parsed.issues.map(({ expression }) => expression);
}

describe('reading a bundle', () => {
  it('takes specimen, observation and report, whatever their order', () => {
    const parsed = parseBundle(bundle(...entriesOf(whole()).toReversed()), covid19);
    assert.deepEqual(parsed, {
      ok: true, entries: ['DiagnosticReport', 'Observation', 'Specimen'],
      results: [{ barcode: 'TUBE-0001', testCode: '94500-6', value: 'positive', performedAtMs: Date.parse('2026-11-23T00:30:00Z'), observationEntry: 1, specimenEntry: 2 }],
    });
  });

  it('reads the three results, in either of the code pairs laboratories use', () => {
    const value = (code: string) => {
      const parsed = parseBundle(whole({ observation: { valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code }] } } }), covid19);
      return parsed.ok ? parsed.results[0]?.value : 'refused';
    };
    assert.deepEqual(['260373001', '10828004', '260415000', '260385009', '419984006', '385432009', 'toString'].map(value),
      ['positive', 'positive', 'negative', 'negative', 'inconclusive', 'refused', 'refused']);
  });

  it('takes the barcode from the only identifier of that form, when there is no accession identifier', () => {
    const withIdentifiers = (...values: string[]) => whole({ specimen: { accessionIdentifier: undefined, identifier: values.map((value) => ({ value })) } });
    const stripped = (body: unknown): unknown => JSON.parse(JSON.stringify(body));
    assert.deepEqual(refusedAt(stripped(withIdentifiers('lims/4711', 'TUBE-0001'))), []);
    assert.deepEqual(refusedAt(stripped(withIdentifiers('TUBE-0002', 'TUBE-0001'))), ['Bundle.entry[0].resource.identifier']);
    assert.deepEqual(refusedAt(stripped(withIdentifiers('lims/4711'))), ['Bundle.entry[0].resource.identifier']);
  });

  for (const [what, body, where] of [
    ['another kind of bundle', { ...whole(), type: 'message' }, ['Bundle.type']],
    ['another resource', specimen(), ['Bundle']],
    ['a bundle that is none', [], ['Bundle']],
    ['an entry without request', bundle({ fullUrl: specimenUrl, resource: specimen() }), ['Bundle.entry[0].request']],
    ['a request for another type', bundle({ ...entry(specimenUrl, specimen()), request: { method: 'POST', url: 'Patient' } }, entry(observationUrl, observation())), ['Bundle.entry[0].request.url']],
    ['an update', bundle({ ...entry(specimenUrl, specimen()), request: { method: 'PUT', url: 'Specimen' } }), ['Bundle.entry[0].request.method']],
    ['a patient', bundle(entry('urn:p', { resourceType: 'Patient', name: [{ family: 'Canary' }] }), entry(specimenUrl, specimen()), entry(observationUrl, observation())), ['Bundle.entry[0].resource']],
    ['a subject', whole({ observation: { subject: { reference: 'Patient/1', display: 'Canary' } } }), ['Bundle.entry[1].resource.subject']],
    ['an element the profile does not have', whole({ specimen: { note: [{ text: 'Canary' }] } }), ['Bundle.entry[0].resource.note']],
    ['a preliminary result', whole({ observation: { status: 'preliminary' } }), ['Bundle.entry[1].resource.status']],
    ['another test', whole({ observation: { code: { coding: [{ system: 'http://loinc.org', code: '2345-7' }] } } }), ['Bundle.entry[1].resource.code']],
    ['a code of another system', whole({ observation: { code: { coding: [{ system: 'urn:local', code: '94500-6' }] } } }), ['Bundle.entry[1].resource.code']],
    ['two results in one', whole({ observation: { valueCodeableConcept: { coding: [{ system: 'http://snomed.info/sct', code: '260373001' }, { system: 'http://snomed.info/sct', code: '260415000' }] } } }), ['Bundle.entry[1].resource.valueCodeableConcept']],
    ['a day without a time', whole({ observation: { effectiveDateTime: '2026-11-23' } }), ['Bundle.entry[1].resource.effectiveDateTime']],
    ['a time without an offset', whole({ observation: { effectiveDateTime: '2026-11-23T08:30:00' } }), ['Bundle.entry[1].resource.effectiveDateTime']],
    ['a day that does not exist', whole({ observation: { effectiveDateTime: '2026-02-30T08:30:00Z' } }), ['Bundle.entry[1].resource.effectiveDateTime']],
    ['a result of a specimen that is not there', whole({ observation: { specimen: { reference: 'urn:other' } } }), ['Bundle.entry[1].resource.specimen.reference', 'Bundle.entry[0].resource']],
    ['a report of a result that is not there', whole({ report: { result: [{ reference: 'urn:other' }] } }), ['Bundle.entry[2].resource.result[0].reference']],
    ['a specimen without a result', bundle(entry(specimenUrl, specimen())), ['Bundle.entry[0].resource']],
    ['two results for a specimen', bundle(entry(specimenUrl, specimen()), entry(observationUrl, observation()), entry('urn:o2', observation())), ['Bundle.entry[2].resource.specimen']],
    ['two specimens of one barcode', bundle(entry(specimenUrl, specimen()), entry('urn:s2', specimen()), entry(observationUrl, observation()), entry('urn:o2', { ...observation(), specimen: { reference: 'urn:s2' } })), ['Bundle.entry[3].resource.specimen']],
    ['a barcode in another form', whole({ specimen: { accessionIdentifier: { value: 'tube 1' } } }), ['Bundle.entry[0].resource.accessionIdentifier.value']],
    ['an empty bundle', bundle(), ['Bundle.entry']],
    ['nothing', null, ['Bundle']],
  ] as const) {
    it(`refuses ${what} and says where`, () => assert.deepEqual(refusedAt(body), where));
  }

  it('says of a subject that the barcode is enough', () => {
    const parsed = parseBundle(whole({ observation: { subject: { reference: 'Patient/1' } } }), covid19);
    assert.match(parsed.ok ? '' : parsed.issues[0]?.diagnostics ?? '', /barcode of the specimen says whose it is/);
  });

  it('says what to do and never repeats what was sent', () => {
    const canary = 'CANARY张伟110101199003078515';
    const anywhere = fc.oneof(fc.constant(canary), fc.record({ [canary]: fc.constant(canary) }), fc.array(fc.constant(canary), { maxLength: 2 }));
    const bodies = fc.oneof(
      fc.record({ specimen: fc.dictionary(fc.constantFrom('identifier', 'accessionIdentifier', 'subject', 'type', canary), anywhere), observation: fc.dictionary(fc.constantFrom('status', 'code', 'subject', 'specimen', 'valueCodeableConcept', 'effectiveDateTime', canary), anywhere) }).map(whole),
      fc.dictionary(fc.constantFrom('resourceType', 'type', 'entry', canary), anywhere),
      fc.array(fc.record({ resource: anywhere, request: anywhere, fullUrl: anywhere }, { requiredKeys: [] }), { maxLength: 3 }).map((entries) => bundle(...entries)),
    );
    fc.assert(fc.property(bodies, (body) => {
      const parsed = parseBundle(body, covid19);
      if (parsed.ok) return;
      assert.ok(parsed.issues.length > 0 && parsed.issues.length <= 20);
      assert.ok(parsed.issues.every(({ diagnostics }) => diagnostics.length > 5));
      assert.ok(!JSON.stringify(parsed).includes('CANARY'));
    }), { numRuns: 500 });
  });

  it('never throws, whatever is sent', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseBundle(value, covid19)));
    fc.assert(fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (entries) => void parseBundle(bundle(...entries), covid19)));
  });
});

describe('the path of an element', () => {
  it('is FHIRPath of the JSON Pointer, without names that are none of FHIR’s', () => {
    assert.equal(fhirPath('Bundle', '/entry/0/resource/status'), 'Bundle.entry[0].resource.status');
    assert.equal(fhirPath('Bundle', ''), 'Bundle');
    assert.equal(fhirPath('Bundle', '/entry/0/张伟'), 'Bundle.entry[0]');
  });
});
