import type { HealthPseudonym } from '@health-kit/api';
import type { Fact } from '@health-kit/policy';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Queryable } from '../database.ts';

const EpochMs = Type.Integer();
/** The shapes of the view health.fact. */
const FactRow = Type.Union([
  Type.Object({
    kind: Type.Literal('result'), fact_id: Type.String(),
    data: Type.Object({
      value: Type.Union([Type.Literal('positive'), Type.Literal('negative'), Type.Literal('inconclusive')]),
      testCode: Type.String(), collectedAt: EpochMs, reportedAt: EpochMs,
    }),
  }),
  Type.Object({
    kind: Type.Literal('order'), fact_id: Type.String(),
    data: Type.Object({
      orderKind: Type.Union([Type.Literal('home-observation'), Type.Literal('central-observation'), Type.Literal('test')]),
      legalBasis: Type.String(), startsAt: EpochMs, endsAt: EpochMs, releasedAt: Type.Union([EpochMs, Type.Null()]),
    }),
  }),
  Type.Object({
    kind: Type.Literal('exposure'), fact_id: Type.String(),
    data: Type.Object({
      day: Type.String(), exposureKind: Type.Union([Type.Literal('close'), Type.Literal('casual')]), noticedAt: EpochMs, withdrawnAt: Type.Union([EpochMs, Type.Null()]),
    }),
  }),
]);
type FactRow = Static<typeof FactRow>;

/**
 * All facts about a person from which the status is computed.
 *
 * @throws {Error} if a row has another shape than the view promises: a status from half-read facts would be wrong.
 */
export async function readFacts(database: Queryable, subject: HealthPseudonym): Promise<Fact[]> {
  const rows = await database.query<Record<string, unknown>>('SELECT kind, fact_id, data FROM health.fact WHERE subject = $1', [subject]);
  return rows.map(toFact);
}

function toFact(row: unknown): Fact {
  const { kind, fact_id: id, data } = factRow(row);
  switch (kind) {
    case 'result': return { kind, resultId: id, ...data };
    case 'order': return { kind, orderId: id, ...data };
    case 'exposure': return { kind, exposureId: id, ...data };
  }
}

function factRow(row: unknown): FactRow {
  if (!Value.Check(FactRow, row)) throw new Error('a row of health.fact has an unknown shape');
  return row;
}
