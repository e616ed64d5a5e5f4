import { useEffect, useState } from 'react';
import { deviceKey, useDevice } from '../device/deviceState.ts';
import { checkPass, type PassChecks } from './checkPass.ts';
import { readKeptPass } from './readKeptPass.ts';

/** What the device found when it looked at the pass that it shows; null before it has. It looks again whenever what it keeps changes. */
export function usePassChecks(): PassChecks | null {
  const { pass, status, trust, portrait } = useDevice();
  const [checks, setChecks] = useState<PassChecks | null>(null);
  useEffect(() => {
    let over = false;
    const kept = readKeptPass(pass?.pass);
    if (pass === null || kept === null) return;
    void crypto.subtle.exportKey('jwk', deviceKey().publicKey)
      .then(({ x = '', y = '' }) => checkPass({ answer: pass, ...kept, trust, ownKey: { x, y }, face: portrait?.digestKept === true ? portrait.face : null, status }, Date.now()))
      .then((found) => {
        if (!over) setChecks(found);
      });
    return () => {
      over = true;
    };
  }, [pass, status, trust, portrait]);
  return checks;
}
