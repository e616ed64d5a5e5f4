import { useMemo } from 'react';
import { drawQr } from './drawQr.ts';
import styles from './QrCode.module.css';

export interface QrCodeProps {
  readonly text: string;
  /** What the code is, for those who do not see it. */
  readonly label: string;
}

/**
 * A QR code at error correction M, dark on white with its quiet zone of four
 * modules, in dark mode too: inverted codes are not read by every scanner.
 */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, path } = useMemo(() => drawQr(text), [text]);
  return (
    <svg className={styles.code} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={label}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
