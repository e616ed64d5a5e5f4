/** Noticing very many addresses that ask in vain: what no limit per address sees (THREATS, row 2). */
import type { FastifyInstance } from 'fastify';
import { reportRefusedSources } from '@health-kit/api/vault';
import type { Log } from '../logging.ts';
import { askVault, type VaultClient } from '../vault/index.ts';

/**
 * Addresses within a minute, each refused whatever it asked, from which on privacy officers are told. A resident's app
 * whose ticket is out of time is refused once and then gets a new one: it is not among them.
 */
const sourcesPerMinute = 1_000;
const windowMs = 60_000;
/** Addresses remembered at most; there are enough long before. */
const mostSources = 20_000;

/** Addresses of a minute, and whether one of their requests was answered. */
export function refusedSources(now: () => number) {
  let answered = new Map<string, boolean>();
  let fruitless = 0;
  let endsAt = 0;
  return {
    note(address: string, refused: boolean): void {
      if (now() >= endsAt) {
        answered = new Map();
        fruitless = 0;
        endsAt = now() + windowMs;
      }
      const before = answered.get(address);
      if (before === undefined) {
        if (answered.size >= mostSources) return;
        answered.set(address, !refused);
        if (refused) fruitless += 1;
      } else if (!before && !refused) {
        answered.set(address, true);
        fruitless -= 1;
      }
    },
    /** How many addresses of this minute got nothing but refusals. */
    count: () => (now() < endsAt ? fruitless : 0),
  };
}

/** What a refusal is: no proof, not permitted, nothing there, not accepted, too many. A request that is malformed says nothing about anybody. */
const refusals = new Set([401, 403, 404, 422, 429]);

/** Watches the addresses of all requests and tells the vault of a flood, once a minute at most. Real time: a flood is one of the network. */
export function watchRefusedSources(app: FastifyInstance, vault: VaultClient, log: Log): void {
  const sources = refusedSources(() => performance.now());
  let nextTellingAt = 0;
  app.addHook('onResponse', (request, reply, done) => {
    sources.note(request.ip, refusals.has(reply.statusCode));
    if (sources.count() >= sourcesPerMinute && performance.now() >= nextTellingAt) {
      nextTellingAt = performance.now() + windowMs;
      askVault(vault, reportRefusedSources, { sources: sources.count() }).catch((error: unknown) => {
        nextTellingAt = 0;
        log.error({ err: error }, 'the flood of refused addresses was not reported');
      });
    }
    done();
  });
}
