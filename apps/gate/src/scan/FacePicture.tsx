import { useEffect, useState } from 'react';
import { useText } from '../text.ts';
import styles from './DecisionView.module.css';

/** The face out of the signed frame. It lives in this page's memory for as long as it is shown. */
export function FacePicture({ mediaType, image }: { readonly mediaType: string; readonly image: Uint8Array<ArrayBuffer> }) {
  const text = useText();
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([image], { type: mediaType }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [image, mediaType]);
  return address === null ? null : <img className={styles.face} src={address} alt={text('decision.face')} />;
}
