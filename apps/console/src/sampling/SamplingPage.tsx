import { useContext, useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { listSpecimens, registerSpecimen, type ResponseOf } from '@health-kit/api';
import { isPrintedCode } from '@health-kit/pass';
import { Button, CityTimeZone, EmptyState, Notice, Page, Scanner, Symbol, TextField, useTimeFormat } from '@health-kit/ui';
import { Answered, FailureNotice, refusedPointers } from '../answers/Answered.tsx';
import { problemOf } from '../answers/callAsStaff.ts';
import { useAnswer, useSend } from '../answers/useAnswer.ts';
import { sealedCard } from '../cards/sealedCard.ts';
import { Holder } from '../desk/Holder.tsx';
import { toWallTime } from '../forms/cityTime.ts';
import { FilterField, matchesFilter } from '../lists/FilterField.tsx';
import { Table } from '../lists/Table.tsx';
import { KeyHint } from '../shell/KeyHint.tsx';
import { useText } from '../text.ts';
import { isPassText, readBarcode } from './barcode.ts';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './sampling.module.css';

type Registered = ResponseOf<typeof registerSpecimen>;

/** The code on a resident's screen is taken for two minutes at most; an older one is scanned again. */
const passFreshMs = 75_000;

interface Tube {
  readonly barcode: string;
  /** When it was scanned, which counts as the time of sampling; a request that is repeated says the same. */
  readonly collectedAt: string;
}

/** Pass and tube, in either order, with one scanner; when both are there the specimen is registered. */
export function SamplingPage() {
  const text = useText();
  const [pass, setPass] = useState<{ readonly text: string; readonly scannedAtMs: number } | null>(null);
  const [tube, setTube] = useState<Tube | null>(null);
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<'barcode' | 'unreadable' | 'passOld' | null>(null);
  const [registered, setRegistered] = useState<Registered | null>(null);
  const send = useSend(registerSpecimen, [listSpecimens]);
  // After a refusal the camera must not register by itself what it happens to see: the officer reads it first.
  const halted = send.error !== null;

  async function register(code: string, taken: Tube): Promise<void> {
    const passText = isPrintedCode(code) ? await sealedCard(code, 'specimen') : code;
    if (passText === null) return;
    send.mutate({ body: { pass: passText, ...taken } }, {
      onSuccess: (specimen) => {
        setRegistered(specimen);
        setPass(null);
        setTube(null);
        setTyped('');
      },
      onError: (error) => {
        // Which of the two has to be scanned again.
        const problem = problemOf(error);
        if (problem === 'pass-refused' || problem === 'identity-not-proven') setPass(null);
        if (problem === 'conflict') setTube(null);
      },
    });
  }
  function takePass(passText: string): void {
    setFault(null);
    send.reset();
    setPass({ text: passText, scannedAtMs: Date.now() });
    if (tube !== null) void register(passText, tube);
  }
  function takeBarcode(barcode: string): void {
    const taken = { barcode, collectedAt: new Date().toISOString() };
    setFault(null);
    send.reset();
    setTube(taken);
    if (pass === null) return;
    if (Date.now() - pass.scannedAtMs > passFreshMs) {
      setPass(null);
      setFault('passOld');
    } else void register(pass.text, taken);
  }
  function scanned(code: string): void {
    if (send.isPending) return;
    if (isPassText(code)) {
      takePass(code);
      return;
    }
    const barcode = readBarcode(code);
    if (barcode === null) setFault('unreadable');
    else takeBarcode(barcode);
  }
  function typedSubmit(event: SyntheticEvent): void {
    event.preventDefault();
    if (send.isPending) return;
    const barcode = readBarcode(typed);
    if (barcode === null) setFault('barcode');
    else takeBarcode(barcode);
  }
  function next(): void {
    setRegistered(null);
    setPass(null);
    setTube(null);
    setTyped('');
    setFault(null);
    send.reset();
  }

  return (
    <Page title={text('shell.sections.sampling.name')}>
      <div className={lists.columns}>
        <div className={styles.work}>
          {registered === null ? (
            <>
              <ul className={styles.parts} aria-live="polite">
                <Part done={pass !== null} label={text('sampling.pass')} state={text(pass === null ? 'sampling.toScan' : 'sampling.scanned')} />
                <Part done={tube !== null} label={text('sampling.tube')} state={tube?.barcode ?? text('sampling.toScan')} />
              </ul>
              {fault === 'unreadable' ? <Notice kind="warning" announce>{text('sampling.unreadable')}</Notice> : null}
              {fault === 'passOld' ? <Notice kind="warning" announce>{text('sampling.passOld')}</Notice> : null}
              {send.error === null ? null : <Refused error={send.error} onRetry={pass === null || tube === null ? undefined : () => void register(pass.text, tube)} onNewTime={tube === null ? undefined : () => takeBarcode(tube.barcode)} />}
              {halted ? <div className={forms.actions}><Button onClick={() => send.reset()}>{text('sampling.scanAgain')}</Button></div> : null}
              <div className={styles.scanner}>
                <Scanner onResult={scanned} paused={send.isPending || halted} prompt={text(send.isPending ? 'sampling.registering' : halted ? 'sampling.halted' : pass === null ? 'sampling.promptPass' : 'sampling.promptTube')} />
              </div>
              <form className={styles.typed} noValidate onSubmit={typedSubmit}>
                <TextField label={text('sampling.typed')} hint={text('sampling.typedHint')} error={fault === 'barcode' ? text('sampling.typedError') : null} value={typed} onChange={setTyped} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={40} />
                <div className={forms.actions}>
                  <Button type="submit" look="secondary" busy={send.isPending}>{text('sampling.use')}</Button>
                  {pass === null && tube === null ? null : <Button look="quiet" onClick={next}>{text('desk.startOver')}</Button>}
                </div>
              </form>
            </>
          ) : <RegisteredPanel registered={registered} onNext={next} />}
        </div>
        <Today />
      </div>
    </Page>
  );
}

function Part({ done, label, state }: { readonly done: boolean; readonly label: string; readonly state: string }) {
  return (
    <li className={done ? styles.there : styles.missing}>
      <span className={styles.mark}>{done ? <Symbol name="tick" /> : null}</span>
      <span><b>{label}</b><br />{state}</span>
    </li>
  );
}

function Refused({ error, onRetry, onNewTime }: { readonly error: unknown; readonly onRetry: (() => void) | undefined; readonly onNewTime: (() => void) | undefined }) {
  const text = useText();
  const pointers = refusedPointers(error);
  const again = (retry: (() => void) | undefined) => (retry === undefined ? {} : { onRetry: retry });
  if (problemOf(error) === 'identity-not-proven') return <FailureNotice error={error}>{text('sampling.notProven')}</FailureNotice>;
  if (pointers.includes('/body/barcode')) return <FailureNotice error={error}>{text('sampling.tubeTaken')}</FailureNotice>;
  if (pointers.includes('/body/collectedAt')) return <FailureNotice error={error} {...again(onNewTime)}>{text('sampling.clock')}</FailureNotice>;
  return <FailureNotice error={error} {...again(onRetry)} />;
}

function RegisteredPanel({ registered, onNext }: { readonly registered: Registered; readonly onNext: () => void }) {
  const text = useText();
  const next = useRef<HTMLDivElement>(null);
  useEffect(() => {
    next.current?.querySelector('button')?.focus();
  }, []);
  return (
    <section className={lists.section}>
      <Notice kind="success" announce title={text('sampling.registered', { barcode: registered.barcode })}>{text('sampling.compare')}</Notice>
      <div className={lists.panel}><Holder holder={registered.holder} /></div>
      <p className={lists.soft}>{text('sampling.wrongPerson')}</p>
      <div ref={next} className={forms.actions}><Button data-shortcut="n" aria-keyshortcuts="n" onClick={onNext}>{text('desk.next')}<KeyHint name="n" /></Button></div>
    </section>
  );
}

/** The specimens of the site's day. Whether they are positive is for their owner and the laboratory, not for the list. */
function Today() {
  const text = useText();
  const time = useTimeFormat();
  const zone = useContext(CityTimeZone);
  const [filter, setFilter] = useState('');
  const answer = useAnswer(listSpecimens, { query: { limit: 200 } }, { refetchInterval: 60_000 });
  const today = toWallTime(Date.now(), zone).slice(0, 10);
  return (
    <section className={lists.section}>
      <h2>{text('sampling.today')}</h2>
      <Answered answer={answer}>
        {({ specimens }) => {
          const ofToday = specimens.filter(({ collectedAt }) => toWallTime(Date.parse(collectedAt), zone).startsWith(today));
          const shown = ofToday.filter(({ barcode }) => matchesFilter(filter, [barcode]));
          if (ofToday.length === 0) return <EmptyState symbol="tube" title={text('sampling.noneToday')} />;
          return (
            <>
              <div className={lists.toolbar}>
                <FilterField value={filter} onChange={setFilter} label={text('sampling.filter')} />
                <span className={lists.soft}>{text('sampling.count', { count: ofToday.length })}{ofToday.length === 200 ? ` ${text('sampling.newest')}` : ''}</span>
              </div>
              {shown.length === 0 ? <p>{text('lists.filterNone', { text: filter })}</p> : (
                <Table caption={text('sampling.today')} columns={[{ label: text('sampling.barcode') }, { label: text('sampling.time'), figures: true }]}>
                  {shown.map(({ specimenId, barcode, collectedAt }) => (
                    <tr key={specimenId}>
                      <td className={styles.barcode}>{barcode}</td>
                      <td className={lists.figures}>{time.time(collectedAt)}</td>
                    </tr>
                  ))}
                </Table>
              )}
            </>
          );
        }}
      </Answered>
    </section>
  );
}
