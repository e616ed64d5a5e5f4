import { useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import { setPortraitDigest } from '@health-kit/api';
import { encodeBase64url, faceImageMaximumBytes, portraitDigest } from '@health-kit/pass';
import { BackLink, Button, CameraProblem, FailureNotice, Notice, Page, Steps, useCamera, type Failure } from '@health-kit/ui';
import { waitingVenueCode } from '../checkIn/pendingVenue.ts';
import { keep, useDevice } from '../device/deviceState.ts';
import { callAsResident } from '../device/session.ts';
import { fetchPass } from '../pass/refreshPass.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { drawableFace, encodeFace, encodeSquare, type EncodedImage } from '@health-kit/ui/portrait/faceThumbnail.ts';
import { browserOf } from './browserOf.ts';
import { Picture } from '@health-kit/ui/portrait/Picture.tsx';
import { ovalShare } from './pictureChecks.ts';
import { usePictureAdvice } from './usePictureAdvice.ts';
import styles from './PortraitPage.module.css';

/** Side of the portrait that stays on the device, pixels. */
const portraitSide = 480;
/** Share of the square picture that the thumbnail is cut to: the guide's height. */
const guideShare = ovalShare.height;

interface Shot {
  readonly portrait: EncodedImage;
  readonly face: EncodedImage;
}

/** The portrait: taken with the front camera, cut square, and kept here; only its digest is sent. */
export function PortraitPage() {
  const text = useText();
  const [, navigate] = useLocation();
  const { account, portrait, pass, pendingVenue } = useDevice();
  const [shot, setShot] = useState<Shot | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [busy, setBusy] = useState(false);
  // A camera that runs has no picture yet; there is nothing to take before its first frame.
  const [hasFrame, setHasFrame] = useState(false);
  const camera = useCamera('user', shot === null);
  const advice = usePictureAdvice(camera.video, shot === null && camera.state === 'running' && hasFrame);
  if (account === null) return <Redirect to={routes.start} replace />;
  const first = portrait === null && pass === null;
  // Whoever came by a poster's link goes back to it.
  const next = waitingVenueCode(pendingVenue, Date.now()) === null ? routes.pass : routes.venue;

  async function take(): Promise<void> {
    const video = camera.video.current;
    if (video === null || video.videoWidth === 0) return;
    setTooLarge(false);
    const side = Math.min(video.videoWidth, video.videoHeight);
    const crop = { x: (video.videoWidth - side) / 2, y: (video.videoHeight - side) / 2, side };
    // One frame for both pictures: the face in the code is the face on the screen.
    const still = await createImageBitmap(video, crop.x, crop.y, side, side);
    const whole = { x: 0, y: 0, side };
    const inner = { x: side * (1 - guideShare) / 2, y: side * (1 - guideShare) / 2, side: side * guideShare };
    const taken = await encodeSquare(still, whole, Math.min(portraitSide, side), 'image/jpeg', 0.85);
    const face = await encodeFace(drawableFace(still, inner), faceImageMaximumBytes);
    still.close();
    if (taken === null || face === null) setTooLarge(true);
    else {
      setShot({ portrait: taken, face });
      setHasFrame(false);
    }
  }
  async function use(taken: Shot): Promise<void> {
    setFailure(null);
    setBusy(true);
    try {
      const digest = encodeBase64url(await portraitDigest(taken.face.bytes));
      const answer = await callAsResident(setPortraitDigest, { body: { digest } });
      if (!answer.ok) {
        setFailure(answer);
        return;
      }
      await keep({ portrait: { image: taken.portrait.bytes, imageType: taken.portrait.type, face: taken.face.bytes, faceType: taken.face.type, digestKept: true } });
      // A pass from before does not sign this face.
      await fetchPass();
      navigate(next);
    } catch {
      setFailure({ reason: 'unexpected' });
    } finally {
      setBusy(false);
    }
  }

  const steps = [text('register.steps.details'), text('register.steps.code'), text('register.steps.portrait')];
  const working = camera.state === 'running' || camera.state === 'starting';
  return (
    <Page title={text('portrait.title')} lead={text('portrait.lead')} {...(first ? {} : { back: <BackLink to={routes.settings} /> })}>
      {first ? <Steps current={3} labels={steps} /> : null}
      <FailureNotice failure={failure} />
      {tooLarge ? <Notice kind="problem" announce>{text('portrait.failed')}</Notice> : null}
      {shot === null ? (
        <>
          {camera.state === 'running' || camera.state === 'starting' ? (
            <div className={styles.stage}>
              <video ref={camera.ref} className={styles.video} muted playsInline autoPlay aria-label={text('portrait.guide')} onLoadedData={() => setHasFrame(true)} onEmptied={() => setHasFrame(false)} />
              <div className={styles.guide} aria-hidden="true" />
            </div>
          ) : (
            <>
              <CameraProblem failure={camera.state} alone onRetry={camera.retry} />
              {camera.state === 'refused' ? <p>{text(`portrait.allow.${browserOf(navigator.userAgent)}`)}</p> : null}
              <p>{text('portrait.otherWay')}</p>
            </>
          )}
          {working ? <p className={advice === null ? styles.words : styles.advice} role="status">{text(advice === null ? 'portrait.guide' : `portrait.advice.${advice}`)}</p> : null}
          {working ? <Button wide disabled={camera.state !== 'running' || !hasFrame} onClick={() => void take()}>{text('portrait.take')}</Button> : null}
        </>
      ) : (
        <>
          <div className={styles.review}>
            <Picture image={shot.portrait} className={styles.large ?? ''} label={text('portrait.preview')} />
            <figure className={styles.small}>
              <Picture image={shot.face} className={styles.face ?? ''} label={text('portrait.small')} />
              <figcaption>{text('portrait.small')}</figcaption>
            </figure>
          </div>
          <p className={styles.question}>{text('portrait.check')}</p>
          <div className={styles.buttons}>
            <Button wide busy={busy} onClick={() => void use(shot)}>{busy ? text('portrait.saving') : text('portrait.use')}</Button>
            <Button wide look="secondary" onClick={() => setShot(null)}>{text('portrait.retake')}</Button>
          </div>
        </>
      )}
      <Notice>{text('portrait.stays')}</Notice>
      {first ? (
        <div className={styles.later}>
          <Button look="quiet" onClick={() => navigate(next)}>{text('portrait.later')}</Button>
          <p className={styles.hint}>{text('portrait.laterHint')}</p>
        </div>
      ) : null}
    </Page>
  );
}
