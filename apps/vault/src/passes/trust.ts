import type { TrustList } from '@health-kit/pass';
import type { Vault } from '../vault.ts';

/** The keys this vault signs with, as a verifier trusts them. */
export function trustedKeys(vault: Vault): TrustList {
  return { issuers: vault.keys.trusted };
}
