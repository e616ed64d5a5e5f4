import { useState } from 'react';
import { issueCard } from '@health-kit/api';
import { decodeBase64url, encodeBase64url, faceImageMaximumBytes, makeFaceFrame, makePrintedCode, portraitDigest } from '@health-kit/pass';
import { Button, CameraProblem, Notice, useCamera } from '@health-kit/ui';
import { drawableFace, encodeFace, encodeSquare, type EncodedImage } from '@health-kit/ui/portrait/faceThumbnail.ts';
import { Picture } from '@health-kit/ui/portrait/Picture.tsx';
import { FailureNotice } from '../answers/Answered.tsx';
import { ask, askTrust } from '../answers/callAsStaff.ts';
import { useText } from '../text.ts';
import { CardSheet, type PrintableCard } from './CardSheet.tsx';
import forms from '../forms/forms.module.css';
import lists from '../lists/lists.module.css';
import styles from './cards.module.css';

/** Side of the portrait that is printed, pixels: 34 mm at 360 dots an inch. */
const portraitSide = 480;
/** Share of the square picture that the guide circle spans; the thumbnail in the code is cut to it. */
const guideShare = 0.76;

interface Shot {
  readonly portrait: EncodedImage;
  readonly face: EncodedImage;
}

/**
 * The portrait by the desk's camera, then the card, then the printer. The portrait is in this component's memory alone:
 * only the digest of its thumbnail is sent, and leaving the page drops it.
 */
export function CardMaker({ presentationId, onDone }: { readonly presentationId: string; readonly onDone: () => void }) {
  const text = useText();
  const [shot, setShot] = useState<Shot | null>(null);
  const [card, setCard] = useState<PrintableCard | null>(null);
  const [replaced, setReplaced] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [failed, setFailed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [hasFrame, setHasFrame] = useState(false);
  const camera = useCamera('user', shot === null);
  const working = camera.state === 'running' || camera.state === 'starting';

  async function take(): Promise<void> {
    const video = camera.video.current;
    if (video === null || video.videoWidth === 0) return;
    const side = Math.min(video.videoWidth, video.videoHeight);
    // One frame for both pictures: the face in the code is the face on the paper.
    const still = await createImageBitmap(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side);
    const margin = side * (1 - guideShare) / 2;
    const portrait = await encodeSquare(still, { x: 0, y: 0, side }, Math.min(portraitSide, side), 'image/jpeg', 0.85);
    const face = await encodeFace(drawableFace(still, { x: margin, y: margin, side: side * guideShare }), faceImageMaximumBytes);
    still.close();
    setFailed(portrait === null || face === null);
    if (portrait === null || face === null) return;
    setShot({ portrait, face });
    setHasFrame(false);
  }
  async function make({ portrait, face }: Shot): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { city, hotline, timeZone } = await askTrust();
      const answer = await ask(issueCard, { body: { presentationId, portraitDigest: encodeBase64url(await portraitDigest(face.bytes)) } });
      const pass = decodeBase64url(answer.pass);
      if (pass === null) throw new TypeError('the pass is not base64url');
      setReplaced(answer.replaced);
      setCard({ code: makePrintedCode(pass), faceFrame: makeFaceFrame(face.bytes, face.type), portrait, holder: answer.holder, expiresAt: answer.expiresAt, city, hotline, timeZone });
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className={lists.section}>
      <h2>{text(card === null ? 'cards.portraitTitle' : 'cards.readyTitle')}</h2>
      {error === null ? null : <FailureNotice error={error} />}
      {failed ? <Notice kind="problem" announce>{text('cards.portraitFailed')}</Notice> : null}
      {shot === null ? (
        <>
          {working ? (
            <div className={styles.stage}>
              <video ref={camera.ref} className={styles.video} muted playsInline autoPlay aria-label={text('cards.portraitGuide')} onLoadedData={() => setHasFrame(true)} onEmptied={() => setHasFrame(false)} />
              <div className={styles.guide} aria-hidden="true" />
            </div>
          ) : <CameraProblem failure={camera.state} onRetry={camera.retry} />}
          <p>{text('cards.portraitGuide')}</p>
          <div className={forms.actions}><Button disabled={camera.state !== 'running' || !hasFrame} onClick={() => void take()}>{text('cards.take')}</Button></div>
        </>
      ) : (
        <>
          <div className={styles.review}><Picture image={shot.portrait} className={styles.large ?? ''} label={text('cards.portrait')} /><Picture image={shot.face} className={styles.face ?? ''} label={text('cards.face')} /></div>
          {card === null ? (
            <>
              <p>{text('cards.portraitCheck')}</p>
              <div className={forms.actions}>
                <Button busy={busy} onClick={() => void make(shot)}>{text('cards.make')}</Button>
                <Button look="secondary" onClick={() => setShot(null)}>{text('cards.retake')}</Button>
              </div>
            </>
          ) : (
            <>
              <Notice kind="success" announce title={text('cards.ready')}>{text(replaced ? 'cards.replaced' : 'cards.readyText')}</Notice>
              <CardSheet card={card} />
              <div className={forms.actions}>
                <Button onClick={() => window.print()}>{text('cards.print')}</Button>
                <Button look="secondary" onClick={onDone}>{text('cards.printed')}</Button>
              </div>
            </>
          )}
        </>
      )}
      <p className={lists.soft}>{text('cards.portraitStays')}</p>
    </section>
  );
}
