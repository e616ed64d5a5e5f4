import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from './durations.ts';
import type { DeclarationFact, ExposureFact, Fact, OrderFact, ResultFact } from './facts.ts';
import { factId } from './facts.ts';
import { covid19 } from './profiles/covid-19.ts';
import { measles } from './profiles/measles.ts';
import { computeStatus, IDENTITY_EVIDENCE, rules } from './statusRules.ts';
import type { StatusContext } from './statusRules.ts';
import { endsWhenWords, statusWords, whatToDoWords } from './statusWords.ts';
import type { Status } from './statusWords.ts';

const NOON = Date.parse('2026-03-10T12:00:00Z');

function at(moment: number, change: Partial<StatusContext> = {}): StatusContext {
  return { identityProven: true, now: new Date(moment), profile: covid19, ...change };
}

function result(value: ResultFact['value'], collectedAt: number, change: Partial<ResultFact> = {}): ResultFact {
  return {
    kind: 'result',
    resultId: `${value}-${collectedAt}`,
    value,
    collectedAt,
    reportedAt: collectedAt + 6 * HOUR_MS,
    testCode: '94500-6',
    ...change,
  };
}

function order(orderKind: OrderFact['orderKind'], startsAt: number, change: Partial<OrderFact> = {}): OrderFact {
  return {
    kind: 'order',
    orderId: `${orderKind}-${startsAt}`,
    orderKind,
    legalBasis: 'Infectious Diseases Act, article 39',
    startsAt,
    endsAt: startsAt + 7 * DAY_MS,
    releasedAt: null,
    ...change,
  };
}

function exposure(day: string, noticedAt: number): ExposureFact {
  return { kind: 'exposure', exposureId: `exposure-${day}`, day, exposureKind: 'close', noticedAt };
}

function declaration(moment: number, change: Partial<DeclarationFact> = {}): DeclarationFact {
  return { kind: 'declaration', symptoms: true, temperature: null, at: moment, ...change };
}

describe('the rules one by one', () => {
  it('keeps an unproven identity unverified whatever the facts', () => {
    const decision = computeStatus([result('positive', NOON - DAY_MS)], at(NOON, { identityProven: false }));
    assert.equal(decision.status, 'unverified');
    assert.deepEqual(decision.evidence, [IDENTITY_EVIDENCE]);
    assert.equal(decision.endsWhen, 'ends.identity-proven');
  });

  it('isolates on a positive result from the moment it is reported until the term is over', () => {
    const positive = result('positive', NOON);
    assert.equal(computeStatus([positive], at(positive.reportedAt - 1)).status, 'clear');
    const decision = computeStatus([positive], at(positive.reportedAt));
    assert.equal(decision.status, 'isolate');
    assert.deepEqual(decision.evidence, [positive.resultId]);
    assert.equal(decision.since, positive.reportedAt);
    assert.equal(decision.until, NOON + 10 * DAY_MS);
    assert.equal(computeStatus([positive], at(NOON + 10 * DAY_MS - 1)).status, 'isolate');
    assert.equal(computeStatus([positive], at(NOON + 10 * DAY_MS)).status, 'clear');
  });

  it('releases a positive only on two later negatives at least 24 hours apart', () => {
    const positive = result('positive', NOON);
    const first = result('negative', NOON + 2 * DAY_MS);
    const tooSoon = result('negative', NOON + 3 * DAY_MS - 1);
    const second = result('negative', NOON + 3 * DAY_MS);
    const moment = at(NOON + 5 * DAY_MS);
    assert.equal(computeStatus([positive, first], moment).status, 'isolate');
    assert.equal(computeStatus([positive, first, tooSoon], moment).status, 'isolate');
    assert.equal(computeStatus([positive, first, tooSoon, second], moment).status, 'clear');
    const before = result('negative', NOON - DAY_MS);
    assert.equal(computeStatus([positive, before, first], moment).status, 'isolate');
  });

  it('counts releasing negatives in the order of their sampling, and none sampled with the positive', () => {
    const positive = result('positive', NOON);
    const [first, second] = [result('negative', NOON + DAY_MS), result('negative', NOON + 2 * DAY_MS)];
    const moment = at(NOON + 4 * DAY_MS);
    assert.equal(computeStatus([positive, second, first], moment).status, 'clear');
    assert.equal(computeStatus([positive, result('negative', NOON), first], moment).status, 'isolate');
  });

  it('holds from the first to the last of several reasons of one kind, and cites them all', () => {
    const term = (facts: Fact[], moment: number) => {
      const { evidence, since, until } = computeStatus(facts, at(moment));
      return { count: evidence.length, since, until };
    };
    const positives = [result('positive', NOON), result('positive', NOON + DAY_MS)];
    assert.deepEqual(term(positives, NOON + 2 * DAY_MS), { count: 2, since: NOON + 6 * HOUR_MS, until: NOON + 11 * DAY_MS });
    const notices = [exposure('2026-03-08', NOON - DAY_MS), exposure('2026-03-09', NOON)];
    const end = Date.parse('2026-03-17T00:00:00Z');
    assert.deepEqual(term(notices, NOON), { count: 2, since: NOON - DAY_MS, until: end });
    const declared = [declaration(NOON - HOUR_MS), declaration(NOON)];
    assert.deepEqual(term(declared, NOON), { count: 2, since: NOON - HOUR_MS, until: NOON + DAY_MS });
  });

  it('does not count an inconclusive result, nor a test the profile does not name, as release or as reason', () => {
    const positive = result('positive', NOON);
    const release = (change: Partial<ResultFact>) => [
      result('negative', NOON + DAY_MS, change),
      result('negative', NOON + 2 * DAY_MS, change),
    ];
    const moment = at(NOON + 4 * DAY_MS);
    assert.equal(computeStatus([positive, ...release({})], moment).status, 'clear');
    assert.equal(computeStatus([positive, ...release({ testCode: '48508-6' })], moment).status, 'isolate');
    assert.equal(computeStatus([positive, ...release({ value: 'inconclusive' })], moment).status, 'isolate');
    assert.equal(computeStatus([result('positive', NOON, { testCode: '48508-6' })], moment).status, 'clear');
    assert.equal(computeStatus([result('inconclusive', NOON)], moment).status, 'clear');
  });

  it('lets no negative shorten the isolation of a disease whose profile has only a term', () => {
    const facts = [
      result('positive', NOON, { testCode: '48508-6' }),
      result('negative', NOON + DAY_MS, { testCode: '48508-6' }),
      result('negative', NOON + 3 * DAY_MS, { testCode: '48508-6' }),
    ];
    const decision = computeStatus(facts, at(NOON + 4 * DAY_MS, { profile: measles }));
    assert.equal(decision.status, 'isolate');
    assert.equal(decision.endsWhen, 'ends.term');
    assert.equal(computeStatus(facts, at(NOON + 8 * DAY_MS, { profile: measles })).status, 'clear');
  });

  it('isolates while an observation order is in force and not a moment longer', () => {
    const home = order('home-observation', NOON);
    assert.equal(computeStatus([home], at(NOON - 1)).status, 'clear');
    assert.equal(computeStatus([home], at(NOON)).status, 'isolate');
    assert.equal(computeStatus([home], at(home.endsAt - 1)).status, 'isolate');
    assert.equal(computeStatus([home], at(home.endsAt)).status, 'clear');
    const released = { ...home, releasedAt: NOON + DAY_MS };
    assert.equal(computeStatus([released], at(NOON + DAY_MS - 1)).until, NOON + DAY_MS);
    assert.equal(computeStatus([released], at(NOON + DAY_MS)).status, 'clear');
  });

  it('tells the holder of a central and a home order to go to the facility, and cites both', () => {
    const home = order('home-observation', NOON - DAY_MS);
    const central = order('central-observation', NOON);
    const decision = computeStatus([home, central], at(NOON));
    assert.equal(decision.whatToDo, 'do.central-observation');
    assert.deepEqual(decision.evidence, [central.orderId, home.orderId]);
    assert.equal(decision.since, home.startsAt);
    assert.equal(decision.until, central.endsAt);
    assert.equal(computeStatus([home], at(NOON)).whatToDo, 'do.home-observation');
  });

  it('asks for caution under a test order until a negative result sampled since', () => {
    const test = order('test', NOON);
    const moment = at(NOON + 2 * DAY_MS);
    assert.equal(computeStatus([test], moment).status, 'caution');
    assert.equal(computeStatus([test, result('negative', NOON - 1)], moment).status, 'caution');
    assert.equal(computeStatus([test, result('inconclusive', NOON + 1)], moment).status, 'caution');
    assert.equal(computeStatus([test, result('negative', NOON)], moment).status, 'clear');
    assert.equal(computeStatus([test], at(test.endsAt)).status, 'clear');
  });

  it('asks for caution after a notice of exposure, counted from the local day of the exposure', () => {
    const notice = exposure('2026-03-08', NOON);
    const chinaEnd = Date.parse('2026-03-15T16:00:00Z'); // midnight in UTC+8 after seven more days
    const china = { utcOffsetMinutes: 480 };
    assert.equal(computeStatus([notice], at(NOON - 1, china)).status, 'clear');
    assert.equal(computeStatus([notice], at(NOON, china)).until, chinaEnd);
    assert.equal(computeStatus([notice], at(chinaEnd - 1, china)).status, 'caution');
    assert.equal(computeStatus([notice], at(chinaEnd, china)).status, 'clear');
    assert.equal(computeStatus([notice], at(chinaEnd)).status, 'caution');
  });

  it('ends the caution of an exposure on a later negative where the profile says so, and not for measles', () => {
    const notice = exposure('2026-03-08', NOON);
    const negative = (testCode: string) => result('negative', NOON + HOUR_MS, { testCode });
    const later = NOON + DAY_MS;
    assert.equal(computeStatus([notice, negative('94500-6')], at(later)).status, 'clear');
    assert.equal(computeStatus([notice, result('negative', NOON - HOUR_MS)], at(later)).status, 'caution');
    const decision = computeStatus([notice, negative('48508-6')], at(later, { profile: measles }));
    assert.equal(decision.status, 'caution');
    assert.equal(decision.whatToDo, 'do.watch-for-symptoms');
  });

  it('refuses an exposure on a day that is none', () => {
    for (const day of ['2026-02-30', '10.3.2026', '']) {
      assert.throws(() => computeStatus([exposure(day, NOON)], at(NOON)), RangeError);
    }
  });

  it('asks for caution for 24 hours after declared symptoms or a fever, which a later declaration does not take back', () => {
    const sick = declaration(NOON);
    const well = declaration(NOON + HOUR_MS, { symptoms: false, temperature: 36.5 });
    assert.equal(computeStatus([sick, well], at(NOON + 2 * HOUR_MS)).status, 'caution');
    assert.equal(computeStatus([sick], at(NOON + 24 * HOUR_MS)).status, 'clear');
    assert.equal(computeStatus([well], at(NOON + 2 * HOUR_MS)).status, 'clear');
    const fever = declaration(NOON, { symptoms: false, temperature: 37.3 });
    assert.equal(computeStatus([fever], at(NOON)).status, 'caution');
    assert.deepEqual(computeStatus([fever], at(NOON)).evidence, ['declaration@2026-03-10T12:00:00.000Z']);
  });

  it('lets the first rule that matches decide', () => {
    const facts = [
      declaration(NOON),
      exposure('2026-03-09', NOON),
      order('test', NOON),
      order('home-observation', NOON),
      result('positive', NOON, { reportedAt: NOON }),
    ];
    const expected = ['declared-symptoms', 'exposure-notice', 'test-order', 'observation-order', 'positive-result'];
    for (const [last, ruleId] of expected.entries()) {
      assert.equal(computeStatus(facts.slice(0, last + 1), at(NOON)).rule.id, ruleId);
    }
  });
});

describe('the published list', () => {
  it('has unique ids, both languages, and ends with the rule that always matches', () => {
    assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length);
    for (const { words, version } of rules) {
      assert.match(words.zh, /\p{Script=Han}/u);
      assert.match(words.en, /^[A-Z].*\.$/);
      assert.ok(version >= 1);
    }
    assert.equal(rules.at(-1)?.status, 'clear');
  });

  it('knows four kinds of fact, of which a venue scan is none', () => {
    // A fifth kind does not compile here before it is argued for.
    const kinds = { result: true, order: true, exposure: true, declaration: true } satisfies Record<Fact['kind'], true>;
    assert.equal('visit' in kinds, false);
    // Nor does a scan decide anything that is smuggled past the compiler.
    const smuggled: Fact = Object.assign(exposure('2026-03-10', NOON), { kind: 'visit', venueId: 'v', arrivedAt: NOON });
    assert.deepEqual(computeStatus([smuggled], at(NOON)), computeStatus([], at(NOON)));
  });
});

// Times on a grid of six hours around noon, so that boundaries are hit often.
const moments = fc.integer({ min: -60, max: 60 }).map((step) => NOON + step * 6 * HOUR_MS);
const laterThan = (moment: number) => fc.integer({ min: 0, max: 40 }).map((step) => moment + step * 6 * HOUR_MS);
const days = fc.integer({ min: -20, max: 5 }).map((step) => new Date(NOON + step * DAY_MS).toISOString().slice(0, 10));

const results: fc.Arbitrary<Fact> = fc
  .record({ value: fc.constantFrom<ResultFact['value']>('positive', 'negative', 'inconclusive'), collectedAt: moments, resultId: fc.uuid() })
  .chain(({ value, collectedAt, resultId }) =>
    laterThan(collectedAt).map((reportedAt) => result(value, collectedAt, { resultId, reportedAt })),
  );
const orders: fc.Arbitrary<Fact> = fc
  .record({
    orderKind: fc.constantFrom<OrderFact['orderKind']>('home-observation', 'central-observation', 'test'),
    startsAt: moments,
    orderId: fc.uuid(),
  })
  .chain(({ orderKind, startsAt, orderId }) =>
    fc
      .tuple(laterThan(startsAt), fc.option(laterThan(startsAt)))
      .map(([endsAt, releasedAt]) => order(orderKind, startsAt, { orderId, endsAt, releasedAt })),
  );
const exposures: fc.Arbitrary<Fact> = fc
  .record({ day: days, noticedAt: moments, exposureId: fc.uuid() })
  .map(({ day, noticedAt, exposureId }) => ({ ...exposure(day, noticedAt), exposureId }));
const declarations: fc.Arbitrary<Fact> = fc
  .record({ moment: moments, symptoms: fc.boolean(), temperature: fc.option(fc.constantFrom(36.5, 37.3, 39)) })
  .map(({ moment, symptoms, temperature }) => declaration(moment, { symptoms, temperature }));
const anyFacts = fc.array(fc.oneof(results, orders, exposures, declarations), { maxLength: 12 });
const anyContext: fc.Arbitrary<StatusContext> = fc.record({
  identityProven: fc.boolean(),
  now: moments.map((moment) => new Date(moment)),
  profile: fc.constantFrom(covid19, { ...measles, tests: covid19.tests }),
});
const severity: Readonly<Record<Status, number>> = { clear: 0, caution: 1, isolate: 2, unverified: 3 };
const severityOf = (facts: readonly Fact[], context: StatusContext) => severity[computeStatus(facts, context).status];

function knownFrom(fact: Fact): number {
  switch (fact.kind) {
    case 'result':
      return fact.reportedAt;
    case 'order':
      return fact.startsAt;
    case 'exposure':
      return fact.noticedAt;
    case 'declaration':
      return fact.at;
  }
}

describe('properties over all facts', () => {
  it('does not depend on the order of facts, nor on their being given twice', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, fc.infiniteStream(fc.nat()), (facts, context, order) => {
        const keys = [...order.take(facts.length)];
        const shuffled = facts
          .map((fact, index) => ({ fact, key: keys[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ fact }) => fact);
        const expected = computeStatus(facts, context);
        assert.deepEqual(computeStatus(shuffled, context), expected);
        assert.deepEqual(computeStatus([...facts, ...shuffled], context), expected);
      }),
    );
  });

  it('gives every status but clear a reason among the facts, an end or a condition, what to do, and an appeal', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, (facts, context) => {
        const decision = computeStatus(facts, context);
        const rule = rules.find(({ id }) => id === decision.rule.id);
        assert.equal(rule?.version, decision.rule.version);
        assert.equal(rule?.status, decision.status);
        assert.ok(statusWords[decision.status].zh && whatToDoWords[decision.whatToDo].zh);
        if (decision.status === 'clear') {
          assert.deepEqual(decision.evidence, []);
          assert.equal(decision.appealable, false);
          return;
        }
        assert.equal(decision.appealable, true);
        assert.ok(decision.evidence.length > 0);
        assert.ok(decision.endsWhen !== null && endsWhenWords[decision.endsWhen].en);
        if (decision.status === 'unverified') {
          assert.deepEqual(decision.evidence, [IDENTITY_EVIDENCE]);
          assert.equal(decision.until, null);
          return;
        }
        const known = new Set(facts.map(factId));
        assert.ok(decision.evidence.every((id) => known.has(id)));
        assert.ok(decision.since !== null && decision.since <= context.now.getTime());
        assert.ok(decision.until !== null && decision.until > context.now.getTime());
      }),
      { numRuns: 400 },
    );
  });

  it('no longer decides for this reason once its end has come', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, (facts, context) => {
        const decision = computeStatus(facts, context);
        if (decision.until === null) return;
        const known = facts.filter((fact) => decision.evidence.includes(factId(fact)));
        const later = computeStatus(known, { ...context, now: new Date(decision.until) });
        assert.notEqual(later.rule.id, decision.rule.id);
      }),
    );
  });

  it('is not moved by an order that has expired or was released', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, orders, (facts, context, fact) => {
        assert.ok(fact.kind === 'order');
        const over = Math.min(fact.endsAt, fact.releasedAt ?? fact.endsAt);
        const now = new Date(Math.max(over, context.now.getTime()));
        assert.deepEqual(computeStatus([...facts, fact], { ...context, now }), computeStatus(facts, { ...context, now }));
      }),
    );
  });

  it('is not moved by a fact that nobody knew at the moment decided for', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, (facts, context) => {
        const known = facts.filter((fact) => knownFrom(fact) <= context.now.getTime());
        assert.deepEqual(computeStatus(known, context), computeStatus(facts, context));
      }),
    );
  });

  it('never grows milder when a fact other than a negative result is added', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, fc.oneof(results, orders, exposures, declarations), (facts, context, added) => {
        fc.pre(!(added.kind === 'result' && added.value === 'negative'));
        assert.ok(severityOf([...facts, added], context) >= severityOf(facts, context));
      }),
      { numRuns: 400 },
    );
  });

  it('never grows stricter when a negative result is added or an order is released', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, moments, (facts, context, collectedAt) => {
        const negative = result('negative', collectedAt, { resultId: 'added' });
        assert.ok(severityOf([...facts, negative], context) <= severityOf(facts, context));
        const released = facts.map((fact) =>
          fact.kind === 'order' && fact.releasedAt === null ? { ...fact, releasedAt: context.now.getTime() } : fact,
        );
        assert.ok(severityOf(released, context) <= severityOf(facts, context));
      }),
      { numRuns: 400 },
    );
  });

  it('never grows stricter by the mere passing of time', () => {
    fc.assert(
      fc.property(anyFacts, anyContext, fc.nat({ max: 200 }), (facts, context, steps) => {
        const moment = context.now.getTime();
        const later = { ...context, now: new Date(moment + steps * 6 * HOUR_MS) };
        const known = facts.filter((fact) => knownFrom(fact) <= moment);
        assert.ok(severityOf(known, later) <= severityOf(known, context));
      }),
      { numRuns: 400 },
    );
  });

  it('reaches every status through every rule', () => {
    const reached = new Set<string>();
    for (const facts of fc.sample(anyFacts, { numRuns: 2000, seed: 7 })) {
      reached.add(computeStatus(facts, at(NOON)).rule.id);
      reached.add(computeStatus(facts, at(NOON, { identityProven: false })).rule.id);
    }
    assert.deepEqual([...reached].sort(), rules.map(({ id }) => id).sort());
  });
});
