import type { OfficerCall } from '../authority/handlers.ts';
import { accessEvent } from '../ledger/accessEvent.ts';
import { appendPersonEvents } from '../ledger/ledger.ts';
import type { PersonId } from '../identifiers.ts';
import { refuse } from '../refusal.ts';
import { countSubjects } from '../stops/countSubjects.ts';
import { recordEvent, type Vault } from '../vault.ts';
import type { TouchedAccount } from './deskMove.ts';
import { countMismatch, mayCompare } from './documentMismatches.ts';

/**
 * Refuses to prove a number that is another account's, or an erased one's that public health counts on. The refusal
 * tells that there is such an account, and one registrar with an accomplice could ask so for any number: so it is
 * entered and counted as a move is, and the owner told, before it is given and in a transaction that it does not undo.
 * That an account was erased is told to whoever has its name too, and to nobody else.
 */
export async function refuseNumberOfAnother(
  vault: Vault, call: Pick<OfficerCall<unknown, unknown>, 'officer' | 'spend'>, presented: PersonId | null, touched: Exclude<TouchedAccount, { readonly kind: 'move' }>,
): Promise<never> {
  const { officer } = call;
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    // Somebody without a phone, of whom nothing is there yet, is counted by the officer alone.
    if (presented !== null) {
      await queries.query('SELECT FROM vault.person WHERE person_id = $1 FOR UPDATE', [presented]);
      if (!(await mayCompare(vault, queries, presented))) refuse('too-many-requests');
      await countMismatch(vault, queries, presented);
    }
    if (touched.kind === 'held') return recordEvent(vault, queries, 'held-document-presented', { by: officer.officerId });
    await recordEvent(vault, queries, 'number-of-another-presented', { by: officer.officerId });
    await appendPersonEvents(vault, queries, [accessEvent(vault, touched.account, { purpose: 'identity-proof', officer, fields: ['documentNumber'] })]);
  });
  if (touched.kind === 'other-name') {
    const { phone, language } = touched.account.identity;
    vault.messages.send({ to: phone, text: numberPresentedMessage(vault, language), kind: 'notice' });
  }
  const subject = touched.kind === 'held' ? touched.person : touched.account.person;
  await countSubjects(vault, { officer, kind: 'move', people: [subject], asNobody: 'document-mismatch' });
  return refuse(touched.kind === 'held' && touched.sameName ? 'document-held' : 'document-mismatch');
}

/** Tells an account's phone that its number was presented under another name. No name, no number, nothing about health. */
export function numberPresentedMessage(vault: Vault, language: 'zh' | 'en'): string {
  return language === 'zh'
    ? `【${vault.cityName.zh}健康码】今天有人在登记服务点以另一姓名使用您的证件号码办理核验，未予通过，您的健康码没有变化。如非笔误，请致电市民热线反映。`
    : `${vault.cityName.en} health pass: somebody presented your document number under another name at a registration desk today. It was refused, and nothing changed. If you know of no slip of the pen, tell the hotline.`;
}
