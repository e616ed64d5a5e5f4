import assert from 'node:assert/strict';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { openEvent } from '../src/ledger/ledger.ts';
import type { City } from './city.ts';

const AnyEvent = Type.Record(Type.String(), Type.Unknown());

/** The ledger's events that concern no single person, in order, as the vault opens them: those of a type, or all. */
export async function ledgerEvents(city: City, type?: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = await city.database.sql<{ seq: string; sealed: Buffer }>('SELECT seq, sealed FROM ledger.event ORDER BY seq');
  const events = rows.map(({ seq, sealed }) => {
    const { event } = openEvent(city.vault.keys.ledgerEvents, Number(seq), sealed) ?? assert.fail(`the event of entry ${seq} does not open`);
    return Value.Parse(AnyEvent, JSON.parse(event.toString('utf8')));
  });
  return events.filter((event) => type === undefined || event['type'] === type);
}
