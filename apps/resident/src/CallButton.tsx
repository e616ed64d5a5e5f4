import { buttonClass, useUiText } from '@health-kit/ui';
import { useDevice } from './device/deviceState.ts';

/** Calls the health authority; nothing where its number is not known yet. */
export function CallButton() {
  const shared = useUiText();
  const { trust } = useDevice();
  if (trust === null || trust.hotline === '') return null;
  return <a className={buttonClass('secondary')} href={`tel:${trust.hotline.replace(/[^\d+]/g, '')}`}>{shared('call', { number: trust.hotline })}</a>;
}
