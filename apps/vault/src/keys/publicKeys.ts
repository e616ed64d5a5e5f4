import { dayKeys, publicKeys } from '@health-kit/api/vault';
import { encodeCosignerKey, encodeVerifierKey } from '@health-kit/tlog';
import { openHandler } from '../authority/handlers.ts';
import { refuse } from '../refusal.ts';
import { instant } from '../vault.ts';
import { signTrustDocument } from './trustRoot.ts';

/** The public halves: what identities are sealed to, and what passes, venue codes and status lists are verified with. */
export const publicKeysHandler = openHandler(publicKeys, async (vault) => {
  const city = { ...vault.cityName };
  const { timeZone } = vault.calendar;
  const issuer = vault.issuer.id;
  const sealingKey = vault.keys.sealing.publicKey;
  const keys = [...vault.keys.trusted];
  const ledger = { origin: vault.ledger.origin, key: encodeVerifierKey(vault.ledger.signer.key), witnesses: vault.witnesses.map(encodeCosignerKey) };
  const document = await signTrustDocument(vault.keys.trustRoot, { city, timeZone, issuer, sealingKey, keys, ledger }, vault.clock.now());
  return { origin: vault.origin, city, timeZone, issuer, sealingKey, keys, ledger, document };
});

/** The day's keys for tickets and pass ids, for days of the visit term, today and tomorrow. They open no identity. */
export const dayKeysHandler = openHandler(dayKeys, (vault, { day }) => {
  const { calendar, keys, limits } = vault;
  const today = calendar.dayOf(vault.clock.now());
  if (day < calendar.addDays(today, -limits.visitTermDays) || day > calendar.addDays(today, 1)) refuse('not-found');
  return Promise.resolve({
    ticketKey: Buffer.from(keys.ticketKey(day)).toString('base64url'), passIdKey: Buffer.from(keys.passIdKey(day)).toString('base64url'),
    dayStart: instant(calendar.startOf(day)), dayEnd: instant(calendar.endOf(day)),
    ticketRoot: keys.ticketRootOf(day),
  });
});
