import type { Queries } from '../database.ts';
import { askNewDevice } from '../guardians/guardianLinks.ts';
import { nowOf, type Vault } from '../vault.ts';
import { endCards } from '../cards/cards.ts';
import { mergeAccount, revokeDevices } from './devices.ts';
import { sealIdentity } from './identityVault.ts';
import type { OpenPerson } from './people.ts';

/**
 * Moves a device from the account that it registered to the account that the same human being had before. Older
 * devices are revoked, and what the new registration had of its own is erased. Who may call this has established
 * that the two are one: a registrar by the document, or a recovery that nobody stopped.
 */
export async function moveDevice(vault: Vault, queries: Queries, { thumbprint, from, to }: { readonly thumbprint: string; readonly from: OpenPerson; readonly to: OpenPerson }): Promise<void> {
  const now = nowOf(vault);
  // The phone was proven by the new registration and the portrait lies on the new device: both replace the old.
  await queries.query('UPDATE vault.person SET identity = $2, portrait_digest = $3 WHERE person_id = $1', [
    to.person, sealIdentity(to.identityKey, { person: to.person }, from.identity, vault.random), from.portraitDigest,
  ]);
  // Others that asked for the account got there too late, and this one needs to ask no more.
  await queries.query('DELETE FROM vault.recovery WHERE thumbprint = $1', [thumbprint]);
  await queries.query('UPDATE vault.recovery SET account_id = NULL WHERE account_id = $1', [to.person]);
  await revokeDevices(vault, queries, to.person, now);
  // So is a card: it may be in other hands, and another is made in a minute.
  await endCards(vault, queries, to.person);
  await queries.query('UPDATE vault.pass SET invalid = true WHERE person_id = $1 AND NOT invalid', [to.person]);
  await queries.query('UPDATE vault.device SET person_id = $2 WHERE thumbprint = $1', [thumbprint, to.person]);
  // Guardians whom no device of the owner has confirmed are asked about on this one.
  await askNewDevice(vault, queries, to.person);
  // Whatever else the new registration had goes with it.
  await revokeDevices(vault, queries, from.person, now);
  await queries.query('UPDATE vault.device SET person_id = $2 WHERE person_id = $1', [from.person, to.person]);
  await mergeAccount(vault, queries, from.person, to.person, now);
}
