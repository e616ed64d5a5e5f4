import { useCallback, useMemo, useState, type ReactNode } from 'react';
import type { Portrait } from '@health-kit/client';
import type { PhonePass } from '@health-kit/pass';
import { Button, Notice, QrCode, StatusCard, useTimeFormat } from '@health-kit/ui';
import type { DeviceState } from '../device/deviceState.ts';
import { useNow } from '../device/useNow.ts';
import { Picture } from '@health-kit/ui/portrait/Picture.tsx';
import { useText } from '../text.ts';
import { BrightPass } from './BrightPass.tsx';
import { useTurningCode } from './useTurningCode.ts';
import styles from './PassCard.module.css';

interface PassCodeProps {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly claims: PhonePass;
  /** Null where there is none on this device. */
  readonly portrait: Portrait | null;
  /** What the code is, for those who do not see it. */
  readonly label: string;
  /** Below the code, in one line. */
  readonly note?: ReactNode;
}

export interface PassCardProps extends PassCodeProps {
  readonly pass: NonNullable<DeviceState['pass']>;
  /** In the place of the portrait, where there is none. */
  readonly noPicture: ReactNode;
}

/** A pass as it is held up: status, whose it is, the time, and the code that turns. */
export function PassCard({ pass, bytes, claims, portrait, label, note, noPicture }: PassCardProps) {
  const text = useText();
  const time = useTimeFormat();
  const now = useNow();
  const face = useMemo(() => (portrait === null ? null : { bytes: portrait.image, type: portrait.imageType }), [portrait]);
  const expired = now >= Date.parse(pass.expiresAt);
  return (
    <StatusCard status={claims.status} announce>
      <div className={styles.person}>
        {face === null ? noPicture : <Picture image={face} className={styles.portrait ?? ''} label={text('pass.portrait')} />}
        <dl className={styles.particulars}>
          <div className={styles.name}><dt className="visually-hidden">{text('pass.name')}</dt><dd>{pass.holder.name}</dd></div>
          <div><dt>{text('pass.document')}</dt><dd>{text('pass.documentEnds', { digits: pass.holder.documentLastTwo })}</dd></div>
          {pass.holder.phone === '' ? null : <div><dt>{text('pass.phone')}</dt><dd>{pass.holder.phone}</dd></div>}
        </dl>
      </div>
      <p className={styles.clock}>
        <span>{time.weekday(now)}</span>
        <span className={styles.seconds}>{time.timeWithSeconds(now)}</span>
      </p>
      {expired
        ? <Notice kind="problem" announce title={text('pass.expiredTitle')}>{text('pass.expired')}</Notice>
        : <PassCode bytes={bytes} claims={claims} portrait={portrait} label={label} note={note} name={pass.holder.name} />}
      <p className={styles.valid}>{text('pass.validUntil', { time: time.dateTime(pass.expiresAt) })}</p>
    </StatusCard>
  );
}

function PassCode({ bytes, claims, portrait, label, note, name }: PassCodeProps & { readonly name: string }) {
  const text = useText();
  const [bright, setBright] = useState(false);
  const close = useCallback(() => setBright(false), []);
  const { code, hasFace } = useTurningCode(bytes, claims, portrait);
  if (code.state === 'wrong-time') return <Notice kind="problem" title={text('pass.clockTitle')}>{text('pass.clock')}</Notice>;
  return (
    <div className={styles.code}>
      {/* A press on the code does what the button below it says, for hands that have no time to aim. */}
      <div className={styles.square} onClick={() => setBright(true)}>{code.state === 'there' ? <QrCode text={code.text} label={label} /> : null}</div>
      {note === undefined ? null : <div className={styles.note}>{note}</div>}
      <Button look="secondary" wide onClick={() => setBright(true)}>{text('pass.bright')}</Button>
      <p className={styles.hint}>{text('pass.show')}</p>
      {hasFace ? <p className={styles.hint}>{text('pass.alternates')}</p> : null}
      {bright ? <BrightPass status={claims.status} name={name} code={code.state === 'there' ? code.text : null} label={label} note={note} onClose={close} /> : null}
    </div>
  );
}
