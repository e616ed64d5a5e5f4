import type { MaskedHolder } from '@health-kit/api';
import { QrCode, timeFormat } from '@health-kit/ui';
import { Picture } from '@health-kit/ui/portrait/Picture.tsx';
import type { EncodedImage } from '@health-kit/ui/portrait/faceThumbnail.ts';
import { PrintSheet } from './PrintSheet.tsx';

/** What is printed of a card; its portrait is in this page's memory and goes with it. */
export interface PrintableCard {
  readonly code: string;
  readonly faceFrame: string;
  readonly portrait: EncodedImage;
  readonly holder: MaskedHolder;
  readonly expiresAt: string;
  readonly city: { readonly zh: string; readonly en: string };
  readonly hotline: string;
  readonly timeZone: string;
}

/** One sheet: the card above, to be cut out and folded once, and below in large type, in both languages, what it is for. Either half stands for itself. */
export function CardSheet({ card }: { readonly card: PrintableCard }) {
  const { code, faceFrame, portrait, holder, expiresAt, city, hotline, timeZone } = card;
  const [until, untilEn] = [timeFormat('zh-CN', timeZone).date(expiresAt), timeFormat('en-GB', timeZone).date(expiresAt)];
  return (
    <PrintSheet language="zh-CN">
      <section className="card">
        <div className="who">
          <p className="city">{city.zh} 健康码<br /><span lang="en">{city.en} health pass</span></p>
          <Picture image={portrait} className="portrait" label="portrait" />
          <p className="name">{holder.name}</p>
          <p>证件末两位 <span lang="en">Document ends in</span> <b>{holder.documentLastTwo}</b></p>
          <p>有效期至 {until}<br /><span lang="en">Valid until {untilEn}</span></p>
          <p>咨询电话 <span lang="en">Call</span> <b>{hotline}</b></p>
        </div>
        <div>
          <div className="codes">
            <figure><QrCode text={code} label="card" /><figcaption>1</figcaption></figure>
            <figure><QrCode text={faceFrame} label="face" /><figcaption>2</figcaption></figure>
          </div>
          <p>入口处先扫 1，再扫 2，并比对本人。此卡不显示健康状态。</p>
          <p lang="en">At the entrance: scan 1, then 2, and compare the face. The card does not show a health status.</p>
        </div>
      </section>
      <section>
        <h1>您的纸质健康码</h1>
        <p>在任何入口出示此卡即可，不需要手机。卡片折好随身携带，请勿遮挡方码。</p>
        <p>如需通知您，信件会在各登记服务点等候：请带卡来问一问。</p>
        <p>卡片遗失，请带证件到登记服务点换领新卡，旧卡随即失效。</p>
      </section>
      <section lang="en">
        <h1>Your health pass on paper</h1>
        <p>Show this card at any entrance; you need no phone. Fold it and carry it with you; keep the square codes uncovered.</p>
        <p>If you must be told something, a letter waits at every registration desk: bring the card and ask.</p>
        <p>If you lose it, bring your document to a desk: you get a new card, and the old one ends at once.</p>
      </section>
    </PrintSheet>
  );
}
