import { isProfileTest, type DiseaseProfile } from '@health-kit/policy';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { SubmittedResult } from '../recordResult.ts';
import { fhirPath, type Issue } from './operationOutcome.ts';
import { DiagnosticReport, Observation, Specimen, TransactionBundle, loinc, resultCodes, snomed } from './profiles.ts';

/** A result as a bundle states it, and where. */
export interface BundledResult extends SubmittedResult {
  /** Positions in `Bundle.entry`. */
  readonly observationEntry: number;
  readonly specimenEntry: number;
}
export type ParsedBundle =
  | { readonly ok: true; readonly results: readonly BundledResult[]; /** Resource types in the order of the entries. */ readonly entries: readonly EntryType[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };
export type EntryType = 'Specimen' | 'Observation' | 'DiagnosticReport';

/** More issues than this help nobody. */
const maxIssues = 20;
const barcodePattern = /^[A-Z0-9-]{6,32}$/;

/**
 * Reads a FHIR R4 transaction Bundle by the profiles. Every Observation has
 * its Specimen in the bundle, every Specimen its Observation; what does not
 * fit is named, all of it, and the bundle is refused whole.
 */
export function parseBundle(body: unknown, profile: DiseaseProfile): ParsedBundle {
  const issues = shapeIssues(TransactionBundle, body, 'Bundle');
  if (!Value.Check(TransactionBundle, body)) return refuse(bundleKindIssue(body) ?? issues);

  const entries: EntryType[] = [];
  const specimens: { entry: number; names: readonly string[]; barcode: string | null }[] = [];
  const observations: { entry: number; names: readonly string[]; resource: Observation }[] = [];
  const reports: { entry: number; resource: DiagnosticReport }[] = [];
  const seen = new Set<string>();
  for (const [index, { fullUrl, resource, request }] of body.entry.entries()) {
    const at = `Bundle.entry[${index}].resource`;
    const type = typeOf(resource);
    if (type === null) {
      issues.push({ code: 'not-supported', expression: at, diagnostics: unsupported(resource) });
      continue;
    }
    if (request.url !== type) issues.push({ code: 'value', expression: `Bundle.entry[${index}].request.url`, diagnostics: `Set it to ${type}, the type of the resource.` });
    if (fullUrl !== undefined && seen.has(fullUrl)) issues.push({ code: 'duplicate', expression: `Bundle.entry[${index}].fullUrl`, diagnostics: 'Give every entry a fullUrl of its own.' });
    if (fullUrl !== undefined) seen.add(fullUrl);
    entries.push(type);
    if (type === 'Specimen') {
      const specimen = read(Specimen, resource, at, issues);
      if (specimen !== null) specimens.push({ entry: index, names: namesOf(type, fullUrl, specimen.id), barcode: barcodeOf(specimen, at, issues) });
    } else if (type === 'Observation') {
      const observation = read(Observation, resource, at, issues);
      if (observation !== null) observations.push({ entry: index, names: namesOf(type, fullUrl, observation.id), resource: observation });
    } else {
      const report = read(DiagnosticReport, resource, at, issues);
      if (report !== null) reports.push({ entry: index, resource: report });
    }
  }
  // References are followed only between resources that could be read.
  if (issues.length > 0) return refuse(issues);

  const results: BundledResult[] = [];
  for (const { entry, resource } of observations) {
    const at = `Bundle.entry[${entry}].resource`;
    const specimen = specimens.find(({ names }) => names.includes(resource.specimen.reference));
    const testCode = resource.code.coding.find((coding) => coding.system === loinc && coding.code !== undefined && isProfileTest(profile, coding.code))?.code;
    const value = valueOf(resource);
    const performedAtMs = momentOf(resource.effectiveDateTime);
    if (specimen === undefined) issues.push({ code: 'not-found', expression: `${at}.specimen.reference`, diagnostics: 'Refer to the fullUrl of a Specimen in this bundle.' });
    if (testCode === undefined) issues.push({ code: 'code-invalid', expression: `${at}.code`, diagnostics: `Use a LOINC code (system ${loinc}) of the profile in force: ${profile.tests.map((test) => test.loinc).join(', ')}.` });
    if (value === null) issues.push({ code: 'code-invalid', expression: `${at}.valueCodeableConcept`, diagnostics: `Use one SNOMED CT code (system ${snomed}): ${Object.entries(resultCodes).map(([code, { display }]) => `${code} ${display}`).join(', ')}.` });
    if (performedAtMs === null) issues.push({ code: 'value', expression: `${at}.effectiveDateTime`, diagnostics: 'Give a moment that exists, with its offset from UTC.' });
    if (specimen === undefined || specimen.barcode === null || testCode === undefined || value === null || performedAtMs === null) continue;
    if (results.some(({ specimenEntry, barcode }) => specimenEntry === specimen.entry || barcode === specimen.barcode)) {
      issues.push({ code: 'duplicate', expression: `${at}.specimen`, diagnostics: 'Send one Observation for a specimen; send a correction in a later bundle.' });
      continue;
    }
    results.push({ barcode: specimen.barcode, testCode, value, performedAtMs, observationEntry: entry, specimenEntry: specimen.entry });
  }
  for (const { entry, names } of specimens) {
    if (!observations.some(({ resource }) => names.includes(resource.specimen.reference))) {
      issues.push({ code: 'business-rule', expression: `Bundle.entry[${entry}].resource`, diagnostics: 'Send the Observation of this Specimen with it, or leave it out.' });
    }
  }
  for (const { entry, resource } of reports) {
    for (const [index, { reference }] of resource.result.entries()) {
      if (!observations.some(({ names }) => names.includes(reference))) issues.push({ code: 'not-found', expression: `Bundle.entry[${entry}].resource.result[${index}].reference`, diagnostics: 'Refer to the fullUrl of an Observation in this bundle.' });
    }
    for (const [index, { reference }] of (resource.specimen ?? []).entries()) {
      if (!specimens.some(({ names }) => names.includes(reference))) issues.push({ code: 'not-found', expression: `Bundle.entry[${entry}].resource.specimen[${index}].reference`, diagnostics: 'Refer to the fullUrl of a Specimen in this bundle.' });
    }
  }
  if (results.length === 0 && issues.length === 0) issues.push({ code: 'required', expression: 'Bundle.entry', diagnostics: 'Send at least one Observation.' });
  return issues.length > 0 ? refuse(issues) : { ok: true, results, entries };
}

function refuse(issues: readonly Issue[]): ParsedBundle {
  return { ok: false, issues: issues.slice(0, maxIssues) };
}

function typeOf(resource: unknown): EntryType | null {
  const type = typeof resource === 'object' && resource !== null && 'resourceType' in resource ? resource.resourceType : null;
  return type === 'Specimen' || type === 'Observation' || type === 'DiagnosticReport' ? type : null;
}

function unsupported(resource: unknown): string {
  const isPatient = typeof resource === 'object' && resource !== null && 'resourceType' in resource && resource.resourceType === 'Patient';
  return isPatient
    ? 'Leave the Patient out: the barcode of the specimen says whose it is, and names do not belong here.'
    : 'Send only Specimen, Observation and DiagnosticReport.';
}

/** The commonest mistake deserves its own sentence: other kinds of bundle, e.g. messages. */
function bundleKindIssue(body: unknown): readonly Issue[] | null {
  if (typeof body !== 'object' || body === null || !('resourceType' in body) || body.resourceType !== 'Bundle') {
    return [{ code: 'structure', expression: 'Bundle', diagnostics: 'Send a FHIR R4 Bundle: resourceType must be Bundle.' }];
  }
  if (!('type' in body) || body.type !== 'transaction') {
    return [{ code: 'not-supported', expression: 'Bundle.type', diagnostics: 'Send a transaction: set type to transaction, give every entry a request with method POST, and leave out MessageHeader and Patient.' }];
  }
  return null;
}

function read<Schema extends TSchema>(schema: Schema, resource: unknown, at: string, issues: Issue[]): Static<Schema> | null {
  if (Value.Check(schema, resource)) return resource;
  issues.push(...shapeIssues(schema, resource, at));
  return null;
}

/** What a schema says about a value, by FHIRPath. */
function shapeIssues(schema: TSchema, value: unknown, root: string): Issue[] {
  const issues: Issue[] = [];
  for (const error of Value.Errors(schema, value)) {
    // The checker reports a member that is not named twice; the second time with its name.
    if (error.keyword === 'boolean') continue;
    const at = fhirPath(root, error.instancePath);
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) issues.push({ code: 'required', expression: `${at}.${name}`, diagnostics: `Add ${name}.` });
    } else if (error.keyword === 'additionalProperties') {
      for (const name of error.params.additionalProperties) {
        issues.push({
          code: 'structure', expression: fhirPath(at, `/${name}`),
          diagnostics: name === 'subject'
            ? 'Leave subject out: the barcode of the specimen says whose it is, and names do not belong here.'
            : 'Leave this element out: the profile does not have it.',
        });
      }
    } else {
      issues.push({ code: 'value', expression: at, diagnostics: `Correct this element: it ${error.message}.` });
    }
  }
  return distinct(issues);
}

function distinct(issues: readonly Issue[]): Issue[] {
  const first = new Map<string, Issue>();
  for (const issue of issues) if (!first.has(issue.expression)) first.set(issue.expression, issue);
  return [...first.values()];
}

/** By what an entry may be referred to (R4, 3.1.0: resolving references in bundles). */
function namesOf(type: EntryType, fullUrl: string | undefined, id: string | undefined): readonly string[] {
  return [...(fullUrl === undefined ? [] : [fullUrl]), ...(id === undefined ? [] : [`${type}/${id}`])];
}

/** The accession identifier where there is one, otherwise the only identifier that looks like a barcode. */
function barcodeOf(specimen: Specimen, at: string, issues: Issue[]): string | null {
  const accession = specimen.accessionIdentifier?.value;
  const candidates = accession === undefined ? (specimen.identifier ?? []).map(({ value }) => value) : [accession];
  const barcodes = [...new Set(candidates.filter((value) => barcodePattern.test(value)))];
  const [barcode] = barcodes;
  if (barcode !== undefined && barcodes.length === 1) return barcode;
  issues.push({
    code: 'required', expression: `${at}.${accession === undefined ? 'identifier' : 'accessionIdentifier.value'}`,
    diagnostics: 'Give the barcode of the tube, 6 to 32 capital letters, digits and hyphens, as accessionIdentifier or as the only identifier of that form.',
  });
  return null;
}

function valueOf(observation: Observation): SubmittedResult['value'] | null {
  const values = new Set(observation.valueCodeableConcept.coding.flatMap(({ system, code }) => {
    if (system !== snomed || code === undefined) return [];
    const known = Object.entries(resultCodes).find(([snomedCode]) => snomedCode === code);
    return [known === undefined ? null : known[1].value];
  }));
  // Two codes that mean different things, or one that is unknown, are no value.
  const [value] = values;
  return values.size === 1 && value !== undefined ? value : null;
}

/** Epoch ms of a FHIR dateTime that has passed the pattern; null for 30 February and the like. */
function momentOf(text: string): number | null {
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) return null;
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? epochMs : null;
}
