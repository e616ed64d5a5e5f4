import { eraseMyAccount, previewErasure } from '@health-kit/api';
import { eraseAccount, previewAccountErasure } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { appendShredded } from '../journal/shredded.ts';
import { requirePersonOfDevice } from '../people/people.ts';
import { refuse } from '../refusal.ts';
import { instant, recordEvent, type Vault } from '../vault.ts';
import { heldUntil } from './heldAccounts.ts';
import { shredPeople } from './shredPeople.ts';

/** What erasing the caller's account would mean today, as far as the caller has been told; changes nothing. */
export const previewErasureHandler = keyHandler(previewAccountErasure, previewErasure, async (vault, call) => {
  const { person, provenAt } = await requirePersonOfDevice(vault, vault.database, call.thumbprint);
  call.use();
  const held = provenAt === null ? null : await heldUntil(vault, vault.database, person, 'told');
  return { identityProven: provenAt !== null, heldUntil: held === null ? null : instant(held.getTime()) };
});

/**
 * Erases the account of the device that asks, in every schema and in one transaction: killed at any moment, either
 * nothing happened or all of it did. The journal comes before the commit: whoever a restored backup brings back is erased again at the start.
 */
export const eraseAccountHandler = keyHandler(eraseAccount, eraseMyAccount, async (vault, call) => {
  const dayKeys = await vault.keys.visitsOfTerm();
  const { identity } = await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const erased = await requirePersonOfDevice(vault, queries, call.thumbprint);
    const people = await shredPeople(vault, queries, [erased.person], dayKeys);
    // Of two requests at once, the second finds nobody.
    if (people.length === 0) refuse('not-authorized');
    await appendShredded(vault, queries, people, vault.calendar.dayOf(vault.clock.now()));
    await recordEvent(vault, queries, 'account-erased', { proven: erased.provenAt !== null });
    return erased;
  });
  // After the commit: nobody is told of what did not happen.
  vault.messages.send({ to: identity.phone, text: accountErasedMessage(vault, identity.language), kind: 'notice' });
  return {};
});

/** Tells the phone that its account is gone, so that its owner learns of it if it was not them. No name, nothing about health. */
function accountErasedMessage(vault: Vault, language: 'zh' | 'en'): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】您的账户已按手机上的操作删除，身份信息的密钥已销毁。如非本人操作，请致电市民热线；您可随时重新登记。`
    : `${vault.cityName.en} health pass: your account was erased from your phone, and the keys to your identity are destroyed. If that was not you, call the hotline; you can register again at any time.`;
}
