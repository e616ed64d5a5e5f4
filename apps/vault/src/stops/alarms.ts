import type { alarmKinds, OfficerId } from '@health-kit/api';
import { firstRow, type Queries } from '../database.ts';
import { randomUuid } from '../randomness.ts';
import { nowOf, recordEvent, type Vault } from '../vault.ts';

export type AlarmKind = (typeof alarmKinds)[number];

/**
 * Raises an alarm in the caller's transaction. The same thing again, before somebody has acknowledged it, counts on
 * the alarm that stands: a flood makes one line, not thousands.
 *
 * @param officer whom it is about; null for what is no single officer's
 * @returns whether it is a new alarm
 */
export async function raiseAlarm(vault: Vault, queries: Queries, kind: AlarmKind, officer: OfficerId | null): Promise<boolean> {
  const row = firstRow(await queries.query<{ occurrences: number }>(
    `INSERT INTO vault.alarm (alarm_id, kind, officer_id, raised_at, last_at, occurrences) VALUES ($1, $2, $3, $4, $4, 1)
     ON CONFLICT (kind, officer_id) WHERE acknowledged_at IS NULL DO UPDATE SET last_at = excluded.last_at, occurrences = vault.alarm.occurrences + 1
     RETURNING occurrences`,
    [randomUuid(vault.random), kind, officer, nowOf(vault)],
  ));
  if (row?.occurrences !== 1) return false;
  await recordEvent(vault, queries, 'alarm-raised', { kind, officer });
  return true;
}

/** How long an alarm of the whole system counts as the same one: what goes on is looked at every few seconds. */
const sameForMs = 5 * 60_000;

/**
 * Raises an alarm that is no single officer's, in a transaction of its own, and tells of it; once in a while, as long as it goes on.
 *
 * @param acknowledgedForMs how long nobody is told again after somebody has acknowledged it
 */
export async function raiseSystemAlarm(vault: Vault, kind: AlarmKind, acknowledgedForMs = 0): Promise<void> {
  const raised = await vault.database.transaction(async (queries) => {
    const now = vault.clock.now();
    const recent = await queries.query(
      'SELECT FROM vault.alarm WHERE kind = $1 AND officer_id IS NULL AND ((acknowledged_at IS NULL AND last_at > $2) OR acknowledged_at > $3)',
      [kind, new Date(now - sameForMs), new Date(now - acknowledgedForMs)],
    );
    if (recent.rowCount > 0) return false;
    await raiseAlarm(vault, queries, kind, null);
    return true;
  });
  if (raised) tellPrivacyOfficers(vault, kind);
}

/** What the message to the privacy officer on call says, in both languages: nothing about anybody. */
const words: Readonly<Record<AlarmKind, readonly [zh: string, en: string]>> = {
  'canary-touched': ['有账号触碰了诱饵记录，已冻结', 'An account touched a decoy record and is frozen'],
  'officer-budget': ['有账号查看的人数超过上限，已冻结', 'An account went over its budget of people and is frozen'],
  'everybody-budget': ['全体工作人员一分钟内查看的人数超过上限', 'All officers together went over the budget of people in a minute'],
  'one-time-codes': ['错误验证码超过全系统上限', 'Wrong one-time codes reached the budget of the whole system'],
  'registrations': ['一分钟内的注册数异常', 'Unusually many registrations within a minute'],
  'refused-sources': ['大量来源的请求全部被拒绝', 'Very many addresses ask and are refused'],
  'ledger': ['账本校验失败', 'The ledger does not verify'],
  'emergency-lapsed': ['紧急披露未获第二人批准，已失效', 'An emergency disclosure lapsed without its second approval'],
  'destruction-overdue': ['到期数据的销毁逾期', 'The destruction of data whose term is over is late'],
  'watcher-dismissed': ['有管理员或隐私保护官被解除职务', 'An administrator or a privacy officer was dismissed'],
  'desk-moves': ['有登记员申请转移的账户数异常，已拒绝，未冻结', 'A registrar came upon unusually many accounts on other devices; refused, not frozen'],
  'moves-stopped': ['多名本人叫停同一登记员的转移申请，账号已冻结', 'Several owners stopped what one registrar asked for; the account is frozen'],
  'watcher-frozen': ['有管理员或隐私保护官被冻结', 'An administrator or a privacy officer was frozen'],
};

/** Tells the privacy officer on call, where a number is set. Called after the commit: nobody is told of what did not happen. */
export function tellPrivacyOfficers(vault: Vault, kind: AlarmKind): void {
  if (vault.privacyPhone === null) return;
  const [zh, en] = words[kind];
  vault.messages.send({ to: vault.privacyPhone, text: `${zh}。${en}. ${vault.origin}/console/privacy`, kind: 'notice' });
}
