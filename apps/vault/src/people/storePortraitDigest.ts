import { setPortraitDigest } from '@health-kit/api';
import { storePortraitDigest } from '@health-kit/api/vault';
import { keyHandler } from '../authority/handlers.ts';
import { refuse } from '../refusal.ts';

/** Stores the digest of the portrait that passes sign; the portrait itself stays on the device. */
export const storePortraitDigestHandler = keyHandler(storePortraitDigest, setPortraitDigest, async (vault, call) => {
  const digest = Buffer.from(call.body.digest, 'base64url');
  if (digest.length !== 16 || digest.toString('base64url') !== call.body.digest) refuse('invalid-request');
  await vault.database.transaction(async (queries) => {
    await call.spend(queries);
    const stored = await queries.query(
      `UPDATE vault.person p SET portrait_digest = $2 FROM vault.device d
       WHERE d.thumbprint = $1 AND d.revoked_at IS NULL AND p.person_id = d.person_id`,
      [call.thumbprint, digest],
    );
    if (stored.rowCount === 0) refuse('not-authorized');
  });
  return {};
});
