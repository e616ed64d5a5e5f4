import { acknowledgeAlarm } from '@health-kit/api';
import { acknowledgeRaisedAlarm, reportRefusedSources } from '@health-kit/api/vault';
import { officerHandler, openHandler } from '../authority/handlers.ts';
import { refuse } from '../refusal.ts';
import { nowOf, recordEvent } from '../vault.ts';
import { raiseSystemAlarm } from './alarms.ts';

/** A privacy officer says that an alarm was seen. Saying so again is success; the first stays who it was. */
export const acknowledgeAlarmHandler = officerHandler(acknowledgeRaisedAlarm, acknowledgeAlarm, async (vault, call) => {
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const known = await queries.query('SELECT FROM vault.alarm WHERE alarm_id = $1', [call.params.alarmId]);
    if (known.rowCount === 0) refuse('not-found');
    const seen = await queries.query('UPDATE vault.alarm SET acknowledged_by = $2, acknowledged_at = $3 WHERE alarm_id = $1 AND acknowledged_at IS NULL', [
      call.params.alarmId, call.officer.officerId, nowOf(vault),
    ]);
    if (seen.rowCount > 0) await recordEvent(vault, queries, 'alarm-acknowledged', { alarm: call.params.alarmId, officer: call.officer.officerId });
  });
  return {};
});

/** A server saw a flood of addresses that were refused whatever they asked. A server that was taken over could raise a false alarm, and nothing else. */
export const reportRefusedSourcesHandler = openHandler(reportRefusedSources, async (vault) => {
  await raiseSystemAlarm(vault, 'refused-sources');
  return {};
});
