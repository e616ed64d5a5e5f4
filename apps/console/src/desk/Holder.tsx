import type { MaskedHolder } from '@health-kit/api';
import { Badge } from '../lists/Badge.tsx';
import { Facts } from '../lists/Facts.tsx';
import { useText } from '../text.ts';

/** The least view of a person: enough to see that the right one stands here. */
export function Holder({ holder }: { readonly holder: MaskedHolder }) {
  const text = useText();
  return (
    <Facts facts={[
      [text('desk.name'), holder.name],
      [text('desk.document'), text(`desk.documents.${holder.documentType}`)],
      [text('desk.lastTwo'), holder.documentLastTwo],
      // Somebody without a phone has none.
      ...(holder.phone === '' ? [] : [[text('desk.phone'), holder.phone] as const]),
      [text('desk.identity'), <Badge key="identity" look={holder.identityProven ? 'success' : 'warning'}>{text(holder.identityProven ? 'desk.proven' : 'desk.notProven')}</Badge>],
    ]} />
  );
}
