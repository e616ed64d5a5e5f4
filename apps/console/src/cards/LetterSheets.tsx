import type { Letter, MaskedHolder } from '@health-kit/api';
import { whatToDoWords } from '@health-kit/policy';
import { timeFormat } from '@health-kit/ui';
import { PrintSheet } from './PrintSheet.tsx';
import { letterWords } from './letterWords.ts';

/** The letters, a page each, in the language of whose they are, 17 points and more. */
export function LetterSheets({ letters, holder, language, hotline, timeZone, city }: {
  readonly letters: readonly Letter[]; readonly holder: MaskedHolder; readonly language: 'zh' | 'en'; readonly hotline: string; readonly timeZone: string; readonly city: string;
}) {
  const words = letterWords[language];
  const time = timeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', timeZone);
  return (
    <PrintSheet language={language === 'zh' ? 'zh-CN' : 'en'}>
      {letters.map((letter) => (
        <article key={letter.noticeId}>
          <p><b>{city}</b><br />{time.dateTime(letter.sentAt)}</p>
          <p>{words.to} {holder.name}, {words.document} {holder.documentLastTwo}</p>
          <h1>{titleOf(letter, language)}</h1>
          {letter.exposureDay === null ? null : <p>{words.exposure.replace('{{day}}', time.day(letter.exposureDay))}</p>}
          {letter.result === null ? null : (
            <>
              <p><b>{words.values[letter.result.value]}</b></p>
              <p>{words.institution}: {letter.result.institution}<br />{words.collected}: {time.dateTime(letter.result.collectedAt)}<br />{words.reported}: {time.dateTime(letter.result.reportedAt)}</p>
            </>
          )}
          {letter.endsAt === null ? null : <p>{words.ends}: <b>{time.dateTime(letter.endsAt)}</b></p>}
          {letter.reason === null ? null : <p>{words.reason}: {letter.reason}</p>}
          {letter.legalBasis === null ? null : <p>{words.basis}: {letter.legalBasis}</p>}
          {letter.kind === 'result' ? null : <><h2>{words.todo}</h2><p>{todoOf(letter.whatToDo, language)}</p></>}
          <h2>{words.call}</h2>
          <p><b>{hotline}</b></p>
        </article>
      ))}
    </PrintSheet>
  );
}

function titleOf({ kind, orderKind }: Letter, language: 'zh' | 'en'): string {
  const { titles, orders } = letterWords[language];
  if (kind !== 'order') return titles[kind];
  return orderKind === 'home-observation' || orderKind === 'central-observation' || orderKind === 'test' ? orders[orderKind] : orders.other;
}

function todoOf(key: string, language: 'zh' | 'en'): string {
  return Object.entries(whatToDoWords).find(([known]) => known === key)?.[1][language] ?? '';
}
