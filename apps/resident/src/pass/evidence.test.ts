import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Day, type OwnFact, type StatusExplanation } from '@health-kit/api';
import { computeStatus, covid19, endsWhenWords, IDENTITY_EVIDENCE, measles, rules, whatToDoWords, type Words } from '@health-kit/policy';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { timeFormat } from '@health-kit/ui/timeFormat.ts';
import { findMessage } from '@health-kit/ui/messages.ts';
import { dutiesOf } from '../records/duties.ts';
import type { ResidentText } from '../text.ts';
import { texts as english } from '../texts/en.ts';
import { texts as chinese } from '../texts/zh.ts';
import { evidenceInWords } from './evidence.ts';
import { factsOf } from './ownFacts.ts';
import { wordsOf } from './wordsOf.ts';

const textOf = (tag: string, messages: typeof english): ResidentText => (path, values) => findMessage([{ tag, messages }], path, values) ?? path;
const languages = [['zh-Hans', textOf('zh-Hans', chinese)], ['en-GB', textOf('en-GB', english)]] as const;
const noon = Date.parse('2026-11-23T04:00:00Z');
const stepMs = 6 * 3_600_000;
const instants = fc.integer({ min: -60, max: 60 }).map((step) => new Date(noon + step * stepMs).toISOString());
const anyFact: fc.Arbitrary<OwnFact> = fc.oneof(
  fc.record({ kind: fc.constant('result' as const), id: fc.uuid(), value: fc.constantFrom('positive' as const, 'negative' as const, 'inconclusive' as const), testCode: fc.constant('94500-6'), collectedAt: instants, reportedAt: instants }),
  fc.record({
    kind: fc.constant('order' as const), id: fc.uuid(), orderKind: fc.constantFrom('home-observation' as const, 'central-observation' as const, 'test' as const), legalBasis: fc.constant('Act'),
    startsAt: instants, endsAt: instants, releasedAt: fc.option(instants),
  }),
  fc.record({ kind: fc.constant('declaration' as const), symptoms: fc.boolean(), temperature: fc.option(fc.constantFrom(36.5, 37.3, 39)), at: instants }).map((fact) => ({ ...fact, id: `declaration@${fact.at}` })),
);
const exposures = fc.record({ noticedAt: instants, id: fc.uuid(), exposureKind: fc.constantFrom('close' as const, 'casual' as const) });

/** The status that follows, as the server explains it, and how it was reached. */
function decide(facts: readonly OwnFact[], profile: typeof covid19, identityProven: boolean) {
  const decision = computeStatus(factsOf(facts), { identityProven, now: new Date(noon), profile, utcOffsetMinutes: 480 });
  const evidence: StatusExplanation['evidence'] = decision.evidence.map((id) => ({ kind: id === IDENTITY_EVIDENCE ? 'identity' : (facts.find((fact) => fact.id === id)?.kind ?? assert.fail('no fact')), id, at: null }));
  return { decision, explanation: { evidence, facts: [...facts] } };
}
const said = (words: Words | null | undefined) => words?.zh !== undefined && /[\u4e00-\u9fff]/.test(words.zh) && /[A-Za-z]/.test(words.en);

test('row 17: every status that can be reached says in both languages on what it rests, by which rule, until when or what ends it, and what to do', () => {
  const reached = new Set<string>();
  fc.assert(fc.property(fc.array(anyFact, { maxLength: 8 }), fc.array(exposures, { maxLength: 2 }), fc.constantFrom(covid19, { ...measles, tests: covid19.tests }), fc.integer({ min: 0, max: 4 }), (some, exposed, profile, proven) => {
    const facts: OwnFact[] = [...some, ...exposed.map((fact) => ({ kind: 'exposure' as const, day: exposureDay(fact.noticedAt), ...fact }))];
    const { decision, explanation } = decide(facts, profile, proven > 0);
    reached.add(`${decision.rule.id} ${decision.whatToDo} ${decision.endsWhen}`);
    const rule = rules.find(({ id, version }) => id === decision.rule.id && version === decision.rule.version);
    assert.ok(said(rule?.words) && said(wordsOf(whatToDoWords, decision.whatToDo)));
    for (const [tag, text] of languages) {
      const sentences = evidenceInWords(explanation, text, timeFormat(tag, 'Asia/Shanghai'));
      assert.equal(sentences.length, decision.evidence.length);
      for (const sentence of sentences) {
        assert.ok(sentence !== null && sentence.length > 10, 'each piece of evidence is a sentence');
        assert.doesNotMatch(sentence, /\{\{|undefined|NaN|Invalid/);
        if (decision.status !== 'unverified') assert.match(sentence, /2026/, 'with its date');
      }
    }
    if (decision.status === 'clear') return;
    assert.ok(decision.evidence.length > 0 && decision.appealable);
    assert.ok(said(decision.endsWhen === null ? null : wordsOf(endsWhenWords, decision.endsWhen)));
    if (decision.status !== 'unverified') assert.ok(decision.since !== null && decision.until !== null && decision.until > noon);
  }), { numRuns: 600, seed: 17 });
  for (const { id } of rules) assert.ok([...reached].some((state) => state.startsWith(id)), `${id} is reached`);
});

test('an order or exposure is listed as one that counts where a status rests on it, also behind a stricter one, and nowhere under a clear status', () => {
  const seen = { cited: 0, hidden: 0, clear: 0 };
  fc.assert(fc.property(fc.array(anyFact, { maxLength: 8 }), fc.array(exposures, { maxLength: 2 }), (some, exposed) => {
    const facts: OwnFact[] = [...some, ...exposed.map((fact) => ({ kind: 'exposure' as const, day: exposureDay(fact.noticedAt), ...fact }))];
    const duties = dutiesOf({ facts, profile: { id: covid19.id, version: String(covid19.version) }, utcOffsetMinutes: 480 }, noon);
    assert.equal(duties.length, facts.filter(({ kind }) => kind === 'order' || kind === 'exposure').length, 'what is over is listed, too');
    const { decision } = decide(facts, covid19, true);
    for (const { fact, counts, untilMs, whatToDo } of duties) {
      if (decision.evidence.includes(fact.id)) {
        assert.ok(counts);
        seen.cited += 1;
      } else if (counts) seen.hidden += 1;
      if (decision.status === 'clear') assert.ok(!counts);
      assert.equal(counts, untilMs !== null && untilMs > noon && whatToDo !== null);
    }
    if (decision.status === 'clear' && duties.length > 0) seen.clear += 1;
  }), { numRuns: 600, seed: 5 });
  assert.ok(seen.cited > 50 && seen.hidden > 50 && seen.clear > 20, JSON.stringify(seen));
});

test('evidence that cites no fact gets no words: the control', () => {
  assert.deepEqual(evidenceInWords({ evidence: [{ kind: 'order', id: 'made up', at: null }], facts: [] }, languages[1][1], timeFormat('en-GB', 'UTC')), [null]);
});

function exposureDay(noticedAt: string) {
  return Value.Parse(Day, new Date(Date.parse(noticedAt) - 86_400_000).toISOString().slice(0, 10));
}
