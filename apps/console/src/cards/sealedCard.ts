import type { SealedCard } from '@health-kit/api';
import { sealTo } from '@health-kit/client';
import { askTrust } from '../answers/callAsStaff.ts';

/** A card's code, sealed to the vault with its use and this moment; null where the city's keys cannot be had. */
export async function sealedCard(code: string, use: SealedCard['use']): Promise<string | null> {
  try {
    const { sealingKey } = await askTrust();
    const scan: SealedCard = { use, code, at: new Date().toISOString() };
    return await sealTo(sealingKey, scan);
  } catch {
    return null;
  }
}
