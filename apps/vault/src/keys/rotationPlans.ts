/** How each kind of key is replaced. */
import type { RotatedKind } from '@health-kit/api';
import type { Queries } from '../database.ts';
import type { Vault } from '../vault.ts';
import { rotateBlindIndex } from './rotateBlindIndex.ts';
import { rotateDataKeys } from './rotateDataKeys.ts';
import { rotateIssuer } from './rotateIssuer.ts';
import { rotateKek } from './rotateKek.ts';
import { rotateLedgerEvent, rotateOneTimeCode, rotateSealing, rotateTicketRoot } from './rotateSecret.ts';
import { rotateStops } from './rotateStops.ts';

/** What one step did. */
export interface RotationStep {
  /** Records done by it. */
  readonly done: number;
  /** `waiting`: nothing to do now, but not over. */
  readonly state: 'more' | 'waiting' | 'finished';
}

export interface RotationPlan {
  /** Makes the new version; in the transaction that stores the rotation. `total`: how many records there are to do. */
  begin(vault: Vault, queries: Queries, revokes: boolean): Promise<{ readonly version: number; readonly total: number }>;
  /** Does one batch, in a transaction of its own. Safe to repeat. */
  advance(vault: Vault, queries: Queries, rotation: { readonly version: number; readonly revokes: boolean; readonly startedAtMs: number }): Promise<RotationStep>;
}

const plans: Readonly<Record<RotatedKind, RotationPlan>> = {
  kek: rotateKek, data: rotateDataKeys,
  pass: rotateIssuer('pass'), venue: rotateIssuer('venue'), 'status-list': rotateIssuer('status-list'),
  sealing: rotateSealing, 'blind-index': rotateBlindIndex, 'one-time-code': rotateOneTimeCode, stops: rotateStops, 'ledger-event': rotateLedgerEvent, 'ticket-root': rotateTicketRoot,
};

export function rotationPlan(kind: RotatedKind): RotationPlan {
  return plans[kind];
}
