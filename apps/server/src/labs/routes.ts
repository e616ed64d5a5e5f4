import {
  beginInstitutionKeyConfirmation, confirmInstitutionKey, getCapabilityStatement, getSmartConfiguration, issueInstitutionToken, listInstitutionKeys, listInstitutions, listMyResults, listSpecimens, registerInstitution,
  registerInstitutionKey, registerSpecimen, revokeInstitutionKey, submitFhirBundle, submitResult, type InstitutionId, type ProblemName,
} from '@health-kit/api';
import { beginKeyConfirmation, confirmRecordedKey, presentPassForSpecimen, readInstitutionKeys, recordInstitutionKey, revokeRecordedKey } from '@health-kit/api/vault';
import { sealTicket } from '@health-kit/ticket';
import type { StaffCaller } from '../authority/index.ts';
import type { Core } from '../capability.ts';
import { factChangesSweep } from '../health/index.ts';
import { ProblemError } from '../problems.ts';
import { OtherAnswer } from '../routes.ts';
import { registerCasesSweep } from '../tracing/index.ts';
import { askVault } from '../vault/index.ts';
import { capabilityStatement, smartConfiguration } from './fhir/capabilityStatement.ts';
import { operationOutcome } from './fhir/operationOutcome.ts';
import { submitBundle } from './fhir/submitBundle.ts';
import { findInstitutionKey, isValidPublicKey } from './institutionKeys.ts';
import { addInstitution, institutionKind, readInstitutions, type Institution } from './institutions.ts';
import { grantedScope, tokenSeconds, verifyClientAssertion } from './institutionToken.ts';
import { readOwnResults } from './listOwnResults.ts';
import { readSpecimens } from './listSpecimens.ts';
import { recordResult, type ResultRefusal } from './recordResult.ts';
import { addSpecimen, isPlausibleCollection } from './registerSpecimen.ts';

/** Institutions, specimens and results, from the form of the console and from institutions' own systems. */
export function labs(core: Core): void {
  const { routes, database, vault, clock, settings } = core;

  routes.staff(registerInstitution, ({ body }) => addInstitution(database, body, clock.now()));
  routes.staff(listInstitutions, async () => ({ institutions: await readInstitutions(database) }));

  routes.staff(registerSpecimen, async ({ caller, body }) => {
    const nowMs = clock.now();
    const collectedAtMs = Date.parse(body.collectedAt);
    // A sampler takes specimens wherever their institution does; without one there is no site to name.
    const testSiteId = await institutionOf(core, caller, ['test-site', 'laboratory']);
    if (!isPlausibleCollection(collectedAtMs, nowMs)) {
      throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/collectedAt', detail: 'must lie within the last 24 hours' }] });
    }
    const { health, holder } = await askVault(vault, presentPassForSpecimen, { caller: caller.request });
    const specimen = { barcode: body.barcode, subject: health, testSiteId, collectedAtMs, collectedBy: caller.officerId };
    const stored = await addSpecimen(database, specimen, nowMs);
    if (stored === null) throw new ProblemError('conflict', { errors: [{ pointer: '/body/barcode', detail: 'stands for another specimen' }] });
    return { specimenId: stored.specimenId, barcode: body.barcode, holder, collectedAt: new Date(stored.collectedAtMs).toISOString() };
  });

  routes.staff(listSpecimens, async ({ caller, query }) => {
    const institutionId = await institutionOf(core, caller, ['test-site', 'laboratory']);
    const roles = { sampler: caller.roles.includes('sampler'), laboratory: caller.roles.includes('laboratory') };
    return { specimens: await readSpecimens(database, institutionId, roles, query) };
  });

  routes.staff(submitResult, async ({ caller, body }) => {
    const laboratoryId = await institutionOf(core, caller, ['laboratory']);
    const submitted = { barcode: body.barcode, testCode: body.testCode, value: body.value, performedAtMs: Date.parse(body.performedAt) };
    const outcome = await database.transaction((transaction) => recordResult(transaction, submitted, laboratoryId, clock.now()));
    if (!outcome.ok) throw refusedResult(outcome.refusal);
    const { resultId, barcode, value, reportedAtMs, isNew } = outcome.result;
    if (isNew) followUp(core);
    return { resultId, barcode, value, reportedAt: new Date(reportedAtMs).toISOString() };
  });

  routes.resident(listMyResults, async ({ caller }) => ({ results: await readOwnResults(database, caller.health) }));

  routes.staff(registerInstitutionKey, async ({ caller, body }) => {
    await institutionOf(core, caller, ['laboratory']);
    if (!(await isValidPublicKey(body.publicKey))) {
      throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/publicKey', detail: 'must be a public key on its curve' }] });
    }
    const outcome = await vault.call(recordInstitutionKey, { caller: caller.request });
    if (outcome.ok) return outcome.value;
    throw outcome.refusal === 'conflict' ? new ProblemError('conflict', { errors: [{ pointer: '/body/publicKey/kid', detail: 'stands for another key' }] }) : new ProblemError(outcome.refusal);
  });
  routes.staff(listInstitutionKeys, ({ caller }) => askVault(vault, readInstitutionKeys, { caller: caller.request }));
  routes.staff(beginInstitutionKeyConfirmation, ({ caller }) => askVault(vault, beginKeyConfirmation, { caller: caller.request }));
  routes.staff(confirmInstitutionKey, ({ caller }) => askVault(vault, confirmRecordedKey, { caller: caller.request }).then(() => undefined));
  routes.staff(revokeInstitutionKey, ({ caller }) => askVault(vault, revokeRecordedKey, { caller: caller.request }).then(() => undefined));

  const configuration = smartConfiguration(settings.origin);
  const statement = jsonBytes(capabilityStatement(settings.origin));
  routes.anyone(getSmartConfiguration, () => configuration);
  routes.anyone(getCapabilityStatement, () => statement);

  routes.anyone(issueInstitutionToken, async ({ body }) => {
    const nowMs = clock.now();
    const client = await verifyClientAssertion(database, body.client_assertion, configuration.token_endpoint, nowMs);
    if (client === null) throw new ProblemError('not-authorized');
    const scope = grantedScope(body.scope);
    if (scope === null) throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/scope', detail: 'must contain system/Bundle.c' }] });
    const today = await core.dayKeys.today();
    const ticket = { kind: 'institution', day: today.day, expiresAtMs: nowMs + tokenSeconds * 1000, ...client, scope } as const;
    return { access_token: sealTicket(ticket, today.ticketKey, core.randomBytes(12)), token_type: 'bearer' as const, expires_in: tokenSeconds, scope };
  });

  routes.institution(submitFhirBundle, async ({ caller, body }) => {
    // A token may outlive its key, by minutes.
    if ((await findInstitutionKey(database, caller.institutionId, caller.kid)) === null) throw new ProblemError('not-authorized');
    // The key may outlive what the institution was registered as; results are a laboratory's.
    if ((await institutionKind(database, caller.institutionId)) !== 'laboratory') throw new ProblemError('not-permitted');
    const answer = await submitBundle(database, body, caller.institutionId, clock.now());
    if (!answer.ok) return new OtherAnswer(answer.status, jsonBytes(operationOutcome(answer.issues)));
    if (answer.isNew) followUp(core);
    return jsonBytes(answer.response);
  });
}

/** What follows from a stored result is derived from it by sweeps; this only makes them come sooner. */
function followUp({ sweeps }: Core): void {
  sweeps.wake(factChangesSweep);
  sweeps.wake(registerCasesSweep);
}

/** The officer's institution, if it is registered and of one of these kinds. */
async function institutionOf({ database }: Core, caller: StaffCaller, kinds: readonly Institution['kind'][]): Promise<InstitutionId> {
  if (caller.institutionId === null) throw new ProblemError('not-permitted');
  const kind = await institutionKind(database, caller.institutionId);
  if (kind === null || !kinds.includes(kind)) throw new ProblemError('not-permitted');
  return caller.institutionId;
}

const refusals: Readonly<Record<ResultRefusal, { readonly problem: ProblemName; readonly pointer: string; readonly detail: string }>> = {
  'specimen-unknown': { problem: 'specimen-unknown', pointer: '/body/barcode', detail: 'is not registered' },
  'test-not-in-profile': { problem: 'result-refused', pointer: '/body/testCode', detail: 'is no test of the profile in force' },
  'performed-before-collection': { problem: 'result-refused', pointer: '/body/performedAt', detail: 'is before the specimen was taken' },
  'performed-in-future': { problem: 'result-refused', pointer: '/body/performedAt', detail: 'is in the future' },
  'reported-by-other-laboratory': { problem: 'conflict', pointer: '/body/barcode', detail: 'was reported by another laboratory' },
};

function refusedResult(refusal: ResultRefusal): ProblemError {
  const { problem, pointer, detail } = refusals[refusal];
  return new ProblemError(problem, { errors: [{ pointer, detail }] });
}

function jsonBytes(value: object): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
