import { useEffect, useState } from 'react';

/** A picture out of bytes that never leave the device. */
export function Picture({ image, className, label }: { readonly image: { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }; readonly className: string; readonly label: string }) {
  const [address, setAddress] = useState<string | null>(null);
  const { bytes, type } = image;
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return address === null ? <span className={className} /> : <img className={className} src={address} alt={label} />;
}
