import { useMemo } from 'react';
import { findDiseaseProfile } from '@health-kit/policy';
import { useTimeFormat } from '@health-kit/ui';
import { useDevice } from '../device/deviceState.ts';
import { useNow } from '../device/useNow.ts';
import { useText } from '../text.ts';
import { freshnessAt } from './freshness.ts';
import { factsOf } from './ownFacts.ts';
import styles from './TestFreshnessLine.module.css';

/** What this device knows may be so old, ms, before the line says so. */
const knownFreshMs = 15 * 60_000;

/** How old the newest negative test is, from the facts that this device keeps: without a network too. */
export function TestFreshnessLine() {
  const text = useText();
  const time = useTimeFormat();
  const now = useNow();
  const { status } = useDevice();
  const facts = useMemo(() => factsOf(status?.explanation.facts ?? []), [status]);
  const profile = findDiseaseProfile(status?.explanation.profile.id ?? '');
  // An account whose identity is not proven collects no results: that there are none says nothing.
  if (status === null || profile === undefined || !status.explanation.identityProven) return null;
  const freshness = freshnessAt(facts, now, profile);
  if (freshness === null) return null;
  const { tier } = freshness;
  return (
    <p className={styles.line} data-freshness={freshness.kind === 'fresh' ? tier : freshness.kind}>
      {freshness.kind === 'fresh' ? <>{text(freshness.hours === 0 ? 'insight.test.underHour' : 'insight.test.fresh', { hours: freshness.hours })} <strong>{text('insight.test.tier', { tier })}</strong></> : null}
      {freshness.kind === 'old' ? text('insight.test.old', { date: time.date(freshness.collectedAtMs), tier }) : null}
      {freshness.kind === 'none' ? text('insight.test.none') : null}
      {now - status.checkedAtMs > knownFreshMs ? <span className={styles.known}>{text('insight.test.known', { time: time.dateTime(status.checkedAtMs) })}</span> : null}
    </p>
  );
}
