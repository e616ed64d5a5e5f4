import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { Button } from './Button.tsx';
import { CameraProblem } from './CameraProblem.tsx';
import { TextField } from './Field.tsx';
import { useUiText } from './i18n.ts';
import { Notice } from './Notice.tsx';
import { loadReader, readCode, type CodeFormat } from './qrReader.ts';
import { Symbol } from './Symbol.tsx';
import { useCamera } from './useCamera.ts';
import styles from './Scanner.module.css';

export interface ScannerProps {
  /** The text of a code, by camera, picture, paste or a hand scanner that types. */
  readonly onResult: (text: string) => void;
  /** Both unless said. */
  readonly formats?: readonly CodeFormat[];
  /** The picture stands still and nothing is read, e.g. while a decision is shown. */
  readonly paused?: boolean;
  readonly facing?: 'user' | 'environment';
  /** The same text is not reported again within this time; 2,000 ms unless said. */
  readonly repeatAfterMs?: number;
  /** What to hold into the frame, in place of the general sentence. */
  readonly prompt?: string;
  /** The picture alone, without sentence and other ways, where the page itself says what is going on. */
  readonly bare?: boolean;
}

const everyFormat: readonly CodeFormat[] = ['QRCode', 'Code128'];
/** Longest side of what is decoded, in pixels: enough for a version 15 code that fills a third of the picture. */
const decodedSide = 960;

/** Reads codes by the camera, continuously, and offers picture, paste and typing where it cannot. */
export function Scanner({ onResult, formats = everyFormat, paused = false, facing = 'environment', repeatAfterMs = 2000, prompt, bare = false }: ScannerProps) {
  const text = useUiText();
  const camera = useCamera(facing);
  const [readerFailed, setReaderFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef({ onResult, formats, paused, repeatAfterMs });
  latest.current = { onResult, formats, paused, repeatAfterMs };

  const { state, video } = camera;
  useEffect(() => {
    if (state !== 'running') return;
    let over = false;
    const surface = document.createElement('canvas');
    const context = surface.getContext('2d', { willReadFrequently: true });
    let last = { text: '', at: Number.NEGATIVE_INFINITY };

    async function readFrame(): Promise<void> {
      const element = video.current;
      const { paused: resting, formats: wanted, repeatAfterMs: pause } = latest.current;
      if (element === null || context === null || resting || element.videoWidth === 0) return;
      const scale = Math.min(1, decodedSide / Math.max(element.videoWidth, element.videoHeight));
      surface.width = Math.round(element.videoWidth * scale);
      surface.height = Math.round(element.videoHeight * scale);
      context.drawImage(element, 0, 0, surface.width, surface.height);
      const found = await readCode(context.getImageData(0, 0, surface.width, surface.height), wanted);
      const now = performance.now();
      if (found === null || over || latest.current.paused) return;
      const repeated = found === last.text && now - last.at < pause;
      last = { text: found, at: now };
      if (!repeated) latest.current.onResult(found);
    }

    void (async () => {
      try {
        await loadReader();
      } catch {
        if (!over) setReaderFailed(true);
        return;
      }
      while (!over) {
        await nextFrame(video.current);
        if (!over) await readFrame();
      }
    })();
    return () => {
      over = true;
    };
  }, [state, video, attempt]);

  const failure = readerFailed ? 'decoder' : state === 'starting' || state === 'running' ? null : state;
  return (
    <div className={styles.scanner}>
      {failure === null ? (
        <div className={styles.viewfinder}>
          <video ref={camera.ref} className={styles.video} muted playsInline autoPlay aria-label={text('scanner.video')} />
          <div className={styles.frame} aria-hidden="true" />
          {camera.torch === 'none' ? null : (
            <button type="button" className={styles.torch} aria-pressed={camera.torch === 'on'} onClick={() => camera.setTorch(camera.torch === 'off')}>
              <span className={styles.torchSymbol}><Symbol name="light" /></span>
              {text(camera.torch === 'on' ? 'scanner.torchOff' : 'scanner.torchOn')}
            </button>
          )}
        </div>
      ) : (
        <CameraProblem
          failure={failure}
          alone={bare}
          onRetry={() => {
            setReaderFailed(false);
            if (failure === 'decoder') setAttempt((count) => count + 1);
            else camera.retry();
          }}
        />
      )}
      {failure === null && !bare ? <p className={styles.prompt} role="status">{state === 'starting' ? text('scanner.starting') : prompt ?? text('scanner.searching')}</p> : null}
      {bare ? null : <OtherWays onResult={onResult} formats={formats} open={failure !== null} />}
    </div>
  );
}

/** Resolves with the next frame of the video, at most about twelve times a second. */
function nextFrame(element: HTMLVideoElement | null): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      if (element !== null && 'requestVideoFrameCallback' in element && !element.paused) {
        // A stalled camera delivers no frame; the loop must still see that it is over.
        const giveUp = setTimeout(resolve, 500);
        element.requestVideoFrameCallback(() => {
          clearTimeout(giveUp);
          resolve();
        });
      } else resolve();
    }, 80);
  });
}

function OtherWays({ onResult, formats, open }: { readonly onResult: (text: string) => void; readonly formats: readonly CodeFormat[]; readonly open: boolean }) {
  const text = useUiText();
  const [typed, setTyped] = useState('');
  const [emptyPicture, setEmptyPicture] = useState(false);
  const pictureId = useId();

  async function readPicture(file: File): Promise<void> {
    let found: string | null = null;
    try {
      await loadReader();
      found = await readCode(file, formats);
    } catch {
      // What is no picture at all has no code in it either.
    }
    setEmptyPicture(found === null);
    if (found !== null) onResult(found);
  }
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const code = typed.trim();
    if (code === '') return;
    setTyped('');
    onResult(code);
  }
  return (
    <details className={styles.others} open={open}>
      <summary className={styles.summary}>{text('scanner.otherWays')}</summary>
      <div className={styles.ways}>
        <div className={styles.way}>
          <label className={styles.picture} htmlFor={pictureId}>
            {text('scanner.picture')}
            <input
              id={pictureId}
              type="file"
              accept="image/*"
              className="visually-hidden"
              onChange={(event) => {
                const file = event.target.files?.[0];
                event.target.value = '';
                if (file !== undefined) void readPicture(file);
              }}
            />
          </label>
          {emptyPicture ? <Notice kind="problem" announce>{text('scanner.pictureEmpty')}</Notice> : null}
        </div>
        <form className={styles.way} onSubmit={submit}>
          <TextField label={text('scanner.typed')} hint={text('scanner.typedHint')} value={typed} onChange={setTyped} autoComplete="off" autoCapitalize="off" spellCheck={false} />
          <div><Button look="secondary" type="submit">{text('scanner.typedSubmit')}</Button></div>
        </form>
      </div>
    </details>
  );
}
