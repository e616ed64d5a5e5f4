import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, HOUR_MS, covid19, rules, type Fact } from '@health-kit/policy';
import { explainStatus } from './explainStatus.ts';
import { utcOffsetMinutes } from './utcOffset.ts';

const nowMs = Date.parse('2026-11-23T04:00:00Z');
const context = { identityProven: true, now: new Date(nowMs), profile: covid19, utcOffsetMinutes: 480 };
const positive: Fact = { kind: 'result', resultId: 'r1', value: 'positive', testCode: '94500-6', collectedAt: nowMs - DAY_MS, reportedAt: nowMs - HOUR_MS };
const order: Fact = {
  kind: 'order', orderId: 'o1', orderKind: 'home-observation', legalBasis: 'Act', startsAt: nowMs - 2 * HOUR_MS, endsAt: nowMs + DAY_MS, releasedAt: null,
};

test('a status is explained by its rule in both languages, its evidence and its end', () => {
  const explained = explainStatus([order], context);
  const rule = rules.find(({ id }) => id === 'observation-order');
  assert.deepEqual(explained, {
    status: 'isolate', rule: { id: 'observation-order', version: '1', words: rule?.words },
    evidence: [{ kind: 'order', id: 'o1', at: new Date(nowMs - 2 * HOUR_MS).toISOString() }],
    since: new Date(nowMs - 2 * HOUR_MS).toISOString(), until: new Date(nowMs + DAY_MS).toISOString(),
    endsWhen: 'ends.order-over', whatToDo: 'do.home-observation', appealable: true, profile: { id: 'covid-19', version: '1' },
    decidedAt: '2026-11-23T04:00:00.000Z', utcOffsetMinutes: 480, identityProven: true,
    facts: [{ kind: 'order', id: 'o1', orderKind: 'home-observation', legalBasis: 'Act', startsAt: '2026-11-23T02:00:00.000Z', endsAt: '2026-11-24T04:00:00.000Z', releasedAt: null }],
  });
});

test('the rule that comes first decides, with its own evidence', () => {
  const explained = explainStatus([order, positive], context);
  assert.deepEqual([explained.rule.id, explained.evidence], ['positive-result', [{ kind: 'result', id: 'r1', at: new Date(nowMs - HOUR_MS).toISOString() }]]);
});

test('whoever has not proven their identity is unverified, whatever the facts are', () => {
  const explained = explainStatus([positive], { ...context, identityProven: false });
  assert.deepEqual([explained.status, explained.evidence.map(({ kind, at }) => [kind, at])], ['unverified', [['identity', null]]]);
});

test('clear needs no evidence and no appeal', () => {
  const explained = explainStatus([], context);
  assert.deepEqual([explained.status, explained.evidence, explained.until, explained.appealable], ['clear', [], null, false]);
});

test('the offset of a time zone follows its summer time and its half hours', () => {
  assert.equal(utcOffsetMinutes(nowMs, 'Asia/Shanghai'), 480);
  assert.equal(utcOffsetMinutes(nowMs, 'UTC'), 0);
  assert.equal(utcOffsetMinutes(nowMs, 'America/St_Johns'), -210);
  assert.deepEqual(['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z'].map((at) => utcOffsetMinutes(Date.parse(at), 'Europe/Berlin')), [60, 120]);
});
