import { useCallback, useEffect, useRef, useState } from 'react';
import { matches, VisitId, type SealedCard } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { isPrintedCode, matchFace, type FaceFrame } from '@health-kit/pass';
import { addScan, countWaiting } from '../gate/scanQueue.ts';
import { gateState, keepRecord, publish } from '../gate/gateStore.ts';
import { deliverSoon } from '../gate/keepGateCurrent.ts';
import { cityDay } from './cityDay.ts';
import { counted, faceLateMs, faceNeededFor, isJustDecided, recognitionOf, type Decision, type FaceState, type RecentDecision } from './decide.ts';
import { judge, sortScannedText } from './readCode.ts';
import { signal } from './signals.ts';

/** A word in passing, which needs no answer. */
export type Remark =
  | { readonly kind: 'admitted'; readonly maskedName: string; readonly atMs: number }
  | { readonly kind: 'already-admitted'; readonly maskedName: string }
  | { readonly kind: 'not-admitted' | 'not-a-pass' | 'no-trust' | 'storage' };

/** Where the gate is with the person before it. */
export type Encounter =
  | { readonly phase: 'searching' }
  | { readonly phase: 'deciding'; readonly decision: Decision; readonly face: FaceState; readonly code: string; readonly arrivedAtMs: number };

/** A face frame read shortly before its pass belongs to the same phone, ms. */
const faceAheadMs = 6_000;
/** Nobody stands before a gate for longer: the face and the name leave the screen, ms. */
const abandonedMs = 60_000;
const remarkMs = 4_000;
const searching: Encounter = { phase: 'searching' };

/** The gate's dialogue with one visitor after the other. */
export function useEncounter(): {
  readonly encounter: Encounter;
  readonly remark: Remark | null;
  readonly onCode: (text: string) => void;
  /** Records the visit, once it is on disk counts it, and turns to the next visitor. */
  readonly admit: () => void;
  /** Turns to the next visitor without a visit; `refused` counts it. */
  readonly putAway: (refused: boolean) => void;
} {
  const [encounter, setEncounter] = useState<Encounter>(searching);
  const [remark, setRemark] = useState<Remark | null>(null);
  const current = useRef(encounter);
  const judging = useRef(false);
  const recording = useRef(false);
  const recent = useRef<RecentDecision[]>([]);
  const faceAhead = useRef<{ frame: FaceFrame; atMs: number } | null>(null);

  const become = useCallback((next: Encounter) => {
    current.current = next;
    setEncounter(next);
    if (next.phase === 'searching') faceAhead.current = null;
  }, []);

  const takeFace = useCallback(async (frame: FaceFrame, ahead: boolean) => {
    const now = current.current;
    if (now.phase !== 'deciding' || now.decision.kind !== 'admit') return;
    const { decision } = now;
    const match = await matchFace(decision.visitor, frame);
    const still = current.current;
    if (still.phase !== 'deciding' || still.decision !== decision || still.face.state === 'shown') return;
    if (match.matched) {
      become({ ...still, face: { state: 'shown', mediaType: frame.mediaType, image: frame.image } });
      signal('admit', gateState().settings?.muted === true);
    } else if (!ahead && match.reason === 'other-face') become({ ...still, face: { state: 'other' } });
  }, [become]);

  const takePass = useCallback(async (text: string) => {
    const arrivedAtMs = Date.now();
    const decision = await judge(text, arrivedAtMs);
    if (current.current.phase !== 'searching') return;
    if (decision === null) {
      setRemark({ kind: 'no-trust' });
      return;
    }
    const just = isJustDecided(recent.current, subjectOf(decision, text), Date.now());
    if (just === 'put-away') return;
    if (just === 'admitted') {
      setRemark({ kind: 'already-admitted', maskedName: decision.kind === 'refuse' ? '' : decision.visitor.maskedName });
      return;
    }
    const face = faceNeededFor(decision);
    setRemark(null);
    become({ phase: 'deciding', decision, face, code: text, arrivedAtMs });
    if (face.state !== 'reading') signal(decision.kind === 'admit' ? 'admit' : 'stop', gateState().settings?.muted === true);
    const ahead = faceAhead.current;
    faceAhead.current = null;
    if (face.state === 'reading' && ahead !== null && Date.now() - ahead.atMs < faceAheadMs) await takeFace(ahead.frame, true);
  }, [become, takeFace]);

  const onCode = useCallback((text: string) => {
    const scanned = sortScannedText(text);
    const { phase } = current.current;
    if (scanned.kind === 'face') {
      if (phase === 'searching') faceAhead.current = { frame: scanned.frame, atMs: Date.now() };
      else void takeFace(scanned.frame, false);
    } else if (phase === 'searching' && scanned.kind === 'other') setRemark({ kind: 'not-a-pass' });
    else if (phase === 'searching' && !judging.current) {
      judging.current = true;
      void takePass(text).finally(() => {
        judging.current = false;
      });
    }
  }, [takeFace, takePass]);

  const finish = useCallback((admitted: boolean) => {
    const now = current.current;
    if (now.phase !== 'deciding') return;
    const atMs = Date.now();
    recent.current = [...recent.current.filter((entry) => atMs - entry.atMs < abandonedMs), { subject: subjectOf(now.decision, now.code), admitted, atMs }];
    become(searching);
  }, [become]);

  const putAway = useCallback((refused: boolean) => {
    if (current.current.phase !== 'deciding') return;
    finish(false);
    if (!refused) return;
    setRemark({ kind: 'not-admitted' });
    void keepRecord('tally', counted(gateState().tally, cityDay(Date.now()), 'refused')).catch(() => undefined);
  }, [finish]);

  const admit = useCallback(() => {
    const now = current.current;
    if (now.phase !== 'deciding' || now.decision.kind !== 'admit' || recognitionOf(now.face) === null || recording.current) return;
    const { decision: { visitor }, code, arrivedAtMs } = now;
    recording.current = true;
    void record(code, arrivedAtMs).then(() => {
      setRemark({ kind: 'admitted', maskedName: visitor.maskedName, atMs: Date.now() });
      finish(true);
    }, () => setRemark({ kind: 'storage' })).finally(() => {
      recording.current = false;
    });
  }, [finish]);

  const faceState = encounter.phase === 'deciding' ? encounter.face.state : null;
  useEffect(() => {
    if (faceState !== 'reading') return;
    const timer = setTimeout(() => {
      const now = current.current;
      if (now.phase === 'deciding' && now.face.state === 'reading') become({ ...now, face: { state: 'reading', late: true } });
    }, faceLateMs);
    return () => clearTimeout(timer);
  }, [faceState, become]);

  const code = encounter.phase === 'deciding' ? encounter.code : null;
  useEffect(() => {
    if (code === null) return;
    const timer = setTimeout(() => putAway(false), abandonedMs);
    return () => clearTimeout(timer);
  }, [code, putAway]);

  useEffect(() => {
    if (remark === null || remark.kind === 'storage') return;
    const timer = setTimeout(() => setRemark(null), remarkMs);
    return () => clearTimeout(timer);
  }, [remark]);

  return { encounter, remark, onCode, admit, putAway };
}

/** Puts a visit on disk, then counts it and has it delivered. */
async function record(pass: string, arrivedAtMs: number): Promise<void> {
  const arrivedAt = new Date(arrivedAtMs).toISOString();
  await addScan({ visitId: newVisitId(), pass: await asSent(pass, arrivedAt), arrivedAt });
  deliverSoon();
  try {
    await keepRecord('tally', counted(gateState().tally, cityDay(arrivedAtMs), 'admitted'));
    publish({ waiting: await countWaiting() });
  } catch {
    // The visit is on disk; that counts, and a number on the screen does not.
  }
}

/** A phone's code as it is. A card's, which is the same each day, sealed to the vault: neither this device's storage nor the service can tell from it who comes again. */
async function asSent(code: string, at: string): Promise<string> {
  const { trust } = gateState();
  if (!isPrintedCode(code)) return code;
  if (trust === null) throw new Error('a card was admitted without the keys of the city');
  const scan: SealedCard = { use: 'visit', code, at };
  return sealTo(trust.sealingKey, scan);
}

function newVisitId(): VisitId {
  const id: unknown = crypto.randomUUID();
  if (!matches(VisitId, id)) throw new Error('the browser made no UUID');
  return id;
}

function subjectOf(decision: Decision, code: string): string {
  return decision.visitor?.passId ?? code;
}
