import { getLive, getPolicy, getReady, getStatusList, getTrust } from '@health-kit/api';
import { ready as vaultReady, signStatusList } from '@health-kit/api/vault';
import { covid19, rules } from '@health-kit/policy';
import type { Capability } from '../capability.ts';
import { ProblemError } from '../problems.ts';
import { askVault } from '../vault/index.ts';

/** The national public health hotline; a city with its own says so in its web pages. */
const hotline = '12320';
/** Scanners ask this often at most, seconds; a change of status reaches the gates within it. */
const statusListMaxAgeSeconds = 60;
/** A signed list answers for this many ms before the vault is asked for the next. */
const keptMs = 5_000;

export const system: Capability = ({ routes, settings, database, vault, trust, clock }) => {
  const statusLists = new Map<number, { readonly token: Buffer; readonly signedMs: number }>();

  routes.anyone(getTrust, async ({ setHeader }) => {
    const { document } = await trust.publicKeys();
    setHeader('cache-control', 'no-cache');
    return { document, outbox: settings.outboxOrigin, hotline, ...(settings.identityProvider === undefined ? {} : { identityProvider: settings.identityProvider.name }) };
  });

  routes.anyone(getStatusList, async ({ params, setHeader }) => {
    const { list } = params;
    let known = statusLists.get(list);
    if (known === undefined || Math.abs(clock.now() - known.signedMs) > keptMs) {
      const signed = await askVault(vault, signStatusList, { list });
      known = { token: Buffer.from(signed.token, 'base64url'), signedMs: clock.now() };
      statusLists.set(list, known);
    }
    setHeader('cache-control', `public, max-age=${statusListMaxAgeSeconds}`);
    return known.token;
  });

  routes.anyone(getPolicy, () => ({
    profile: { id: covid19.id, version: String(covid19.version), name: covid19.disease },
    rules: rules.map(({ id, version, words }) => ({ id, version: String(version), words })),
  }));

  routes.anyone(getReady, async () => {
    const [databaseAnswers, vaultAnswers] = await Promise.all([
      database.query('SELECT 1 AS one', [], { deadlineMs: 2_000 }).then(() => true, () => false),
      vault.call(vaultReady, {}).then((outcome) => outcome.ok && outcome.value.ready, () => false),
    ]);
    // A load balancer looks at the status alone.
    if (!databaseAnswers || !vaultAnswers) throw new ProblemError('unavailable');
    return { ready: true, database: true, vault: true };
  });

  routes.anyone(getLive, () => ({ live: true }));
};
