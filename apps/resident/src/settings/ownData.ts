import { matches, type ExportDocument, exportMyData, getExportSchema, listMyNotices, listMyResults, listMyVenues, OwnAccount } from '@health-kit/api';
import { makeOpeningKey, type Outcome } from '@health-kit/client';
import { callAsResident, ensureTicket } from '../device/session.ts';
import { askAllPages } from '../records/accessLogPages.ts';

const about = {
  zh: '本文件包含健康码系统保存的关于您的全部信息，由您手机上的应用汇集而成。请妥善保管：其中有您的身份信息、检测结果和到访记录。人像只在手机上，不在其中。',
  en: 'This file holds what the health pass system keeps about you, put together by the app on your phone. Keep it safe: it has your identity, your test results and your visits. The portrait is on the phone alone and not in it.',
} as const;

/** Everything that is kept about the resident, as one document; what the vault sealed for it is opened here, on the device. */
export async function collectOwnData(): Promise<Outcome<ExportDocument>> {
  // Anew, so that it says whether the identity is proven: only then can there be venues.
  const ticket = await ensureTicket(true);
  if (!ticket.ok) return ticket;
  const key = await makeOpeningKey();
  const kept = await callAsResident(exportMyData, { body: { key: key.publicKey } });
  if (!kept.ok) return kept;
  const results = await callAsResident(listMyResults, {});
  if (!results.ok) return results;
  const notices = await callAsResident(listMyNotices, {});
  if (!notices.ok) return notices;
  const accessLog = await askAllPages();
  if (!accessLog.ok) return accessLog;
  const venues = ticket.value.identityProven ? await callAsResident(listMyVenues, {}) : { ok: true as const, value: { venues: [] } };
  if (!venues.ok) return venues;

  const account = await key.open(kept.value.sealed);
  if (!matches(OwnAccount, account)) throw new TypeError('the sealed part is not of its form');
  const { visits, orders, exposures } = kept.value;
  return {
    ok: true,
    value: {
      $schema: `${window.location.origin}${getExportSchema.path}`, about, exportedAt: new Date().toISOString(), account,
      results: results.value.results, orders, exposures, notices: notices.value.notices, visits, venues: venues.value.venues, accessLog: accessLog.value,
    },
  };
}

/** The day by the reader's own clock, as YYYY-MM-DD: in the morning in China it is still yesterday by UTC. */
export function dayHere(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The document as a file of the browser's downloads. */
export function downloadDocument(document: ExportDocument): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }));
  const link = window.document.createElement('a');
  link.href = url;
  link.download = `health-kit-${dayHere(new Date(document.exportedAt))}.json`;
  link.click();
  // Kept a while: a phone reads it only when the reader has chosen where to put it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
