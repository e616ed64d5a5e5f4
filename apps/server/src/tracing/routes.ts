import { closeCase, getCase, listCaseVisits, listCases, listContacts, openCase, traceCase, type Case, type CaseId } from '@health-kit/api';
import { closeRegisteredCase } from '@health-kit/api/vault';
import { signatureOf } from '../authority/index.ts';
import type { Core } from '../capability.ts';
import { boundsOfDay, localDayOf } from '../localDay.ts';
import { ProblemError } from '../problems.ts';
import { caseWindow, traceableWindow } from './caseWindow.ts';
import { endCase, readCase, readCases, takeUpCase } from './cases.ts';
import { readContactKey, readContacts } from './contactsOfCase.ts';
import { registerCases, registerCasesSweep } from './registerCases.ts';
import { askVault } from '../vault/index.ts';
import { traceOneCase } from './traceCase.ts';
import { readCaseVisits } from './visitsOfCase.ts';

const defaultContacts = 100;
/** By how much the asking clock may run ahead; the vault's own limit. */
const aheadMs = 120_000;

/** Cases, and who was there. Tracers work with pseudonyms alone. */
export function tracing(core: Core): void {
  const { routes, database, vault, clock, settings, sweeps } = core;

  /** The vault names whole local days, so the first one may be asked for from its beginning. */
  const earliestOfDays = (fromMs: number) => boundsOfDay(localDayOf(fromMs, settings.timeZone), settings.timeZone).startMs;

  async function existingCase(caseId: CaseId): Promise<Case> {
    const found = await readCase(database, caseId, clock.now());
    if (found === null) throw new ProblemError('not-found');
    return found;
  }

  routes.staff(listCases, async ({ query }) => ({ cases: await readCases(database, query.state ?? null, clock.now(), query.limit) }));
  routes.staff(getCase, ({ params }) => existingCase(params.caseId));

  routes.staff(openCase, async ({ params, caller }) => {
    await existingCase(params.caseId);
    const opened = await takeUpCase(database, params.caseId, signatureOf(caller), clock.now());
    if (opened === null) throw new ProblemError('conflict');
    return opened;
  });

  routes.staff(closeCase, async ({ params, caller }) => {
    const closing = await existingCase(params.caseId);
    if (closing.state === 'new') throw new ProblemError('conflict');
    // The vault first: what it has ended opens nothing, whatever becomes of the answer.
    if (closing.state === 'open') await askVault(vault, closeRegisteredCase, { caller: caller.request });
    await endCase(database, params.caseId, signatureOf(caller), clock.now());
    return existingCase(params.caseId);
  });

  routes.staff(traceCase, async ({ params, body, caller }) => {
    const startedMs = performance.now();
    const traced = await existingCase(params.caseId);
    if (traced.state !== 'open') throw new ProblemError('conflict');
    const allowed = traceableWindow(clock.now());
    // The vault refuses such days as well, and names no field.
    if (Date.parse(body.from) < earliestOfDays(allowed.from)) {
      throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/from', detail: `must not lie before ${new Date(allowed.from).toISOString()}: visits are kept no longer` }] });
    }
    if (Date.parse(body.to) > clock.now() + aheadMs) throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/to', detail: 'must not lie ahead' }] });
    const window = { from: Math.max(Date.parse(body.from), allowed.from), to: Math.min(Date.parse(body.to), allowed.to) };
    if (!(window.from < window.to)) {
      throw new ProblemError('invalid-request', { errors: [{ pointer: '/body/from', detail: 'must lie before the end, and within the days that visits are kept' }] });
    }
    const counts = await traceOneCase(core, traced, window, caseWindow(Date.parse(traced.collectedAt), clock.now()), caller.request);
    return { ...counts, elapsedMs: Math.round(performance.now() - startedMs) };
  });

  routes.staff(listCaseVisits, async ({ params }) => {
    await existingCase(params.caseId);
    return { visits: await readCaseVisits(database, params.caseId) };
  });

  routes.staff(listContacts, async ({ params, query }) => {
    await existingCase(params.caseId);
    const after = query.after === undefined ? null : readContactKey(query.after);
    if (query.after !== undefined && after === null) {
      throw new ProblemError('invalid-request', { errors: [{ pointer: '/query/after', detail: 'must be the `next` of an earlier page' }] });
    }
    return readContacts(database, params.caseId, after, query.limit ?? defaultContacts, clock.now());
  });

  sweeps.add({
    name: registerCasesSweep, everyMs: 3_000,
    run: async () => {
      await registerCases(database, vault, clock);
    },
  });
}
