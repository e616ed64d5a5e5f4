import { useEffect } from 'react';
import { Link } from 'wouter';
import { listMyNotices, readMyNotice, type ResponseOf } from '@health-kit/api';
import { whatToDoWords } from '@health-kit/policy';
import { BackLink, buttonClass, EmptyState, Page, useLanguage, useTimeFormat } from '@health-kit/ui';
import { CallButton } from '../CallButton.tsx';
import { callAsResident } from '../device/session.ts';
import { wordsOf } from '../pass/wordsOf.ts';
import { routes } from '../routes.ts';
import { useText } from '../text.ts';
import { Kept } from './Kept.tsx';
import { useKept } from './keptRecords.ts';
import { setUnreadNotices } from './unreadNotices.ts';
import styles from './records.module.css';

type Notice = ResponseOf<typeof listMyNotices>['notices'][number];
const ask = () => callAsResident(listMyNotices, {});

/** Notices: what happened, what to do, whom to call. Opening the page reads them; without a network they are as this device knew them last. */
export function NoticesPage() {
  const text = useText();
  const knowledge = useKept('notices', ask);
  const { known, asking, refusal } = knowledge;
  useEffect(() => {
    if (known === null || asking || refusal !== null) return;
    const unread = known.value.notices.filter(({ readAt }) => readAt === null);
    void Promise.all(unread.map(({ noticeId }) => callAsResident(readMyNotice, { params: { noticeId }, body: {} })))
      .then((marked) => setUnreadNotices(marked.filter(({ ok }) => !ok).length));
  }, [known, asking, refusal]);
  return (
    <Page title={text('records.notices')} back={<BackLink to={routes.records} />}>
      <Kept knowledge={knowledge}>
        {({ notices }) => (notices.length === 0
          ? <EmptyState symbol="bell" title={text('notices.empty')}>{text('notices.emptyText')}</EmptyState>
          : <ul className={styles.list}>{notices.map((notice) => <NoticeEntry key={notice.noticeId} notice={notice} />)}</ul>)}
      </Kept>
    </Page>
  );
}

function NoticeEntry({ notice }: { readonly notice: Notice }) {
  const text = useText();
  const time = useTimeFormat();
  const { language } = useLanguage();
  const todo = wordsOf(whatToDoWords, notice.whatToDo);
  const orderKind = notice.orderKind === 'home-observation' || notice.orderKind === 'central-observation' || notice.orderKind === 'test' ? notice.orderKind : 'other';
  const title = notice.kind === 'result' ? text('notices.result') : notice.kind === 'appeal' ? text('notices.appeal') : notice.kind === 'exposure' ? text('notices.exposure') : text(`notices.orders.${orderKind}`);
  const exposureKind = notice.exposureKind === 'shared-indoor-space' ? 'indoor' : notice.exposureKind === 'close' || notice.exposureKind === 'casual' ? notice.exposureKind : null;
  return (
    <li className={styles.entry}>
      <div className={styles.head}>
        <h2>{title}</h2>
        <span className={styles.when}>
          {notice.readAt === null ? <span className={styles.badge}>{text('notices.unread')}</span> : null}
          <span className={styles.soft}>{time.dateTime(notice.sentAt)}</span>
        </span>
      </div>
      {notice.kind === 'exposure' && notice.exposureDay !== null ? <p>{text('notices.exposureText', { day: time.day(notice.exposureDay) })}</p> : null}
      {notice.kind === 'exposure' && exposureKind !== null ? <p className={styles.soft}>{text(`notices.exposureKinds.${exposureKind}`)}</p> : null}
      {notice.kind === 'order' ? (
        <dl className={styles.facts}>
          {notice.endsAt === null ? null : <div><dt>{text('notices.ends')}</dt><dd>{time.dateTime(notice.endsAt)}</dd></div>}
          {notice.reason === null ? null : <div><dt>{text('notices.reason')}</dt><dd>{notice.reason}</dd></div>}
          {notice.legalBasis === null ? null : <div><dt>{text('notices.basis')}</dt><dd>{notice.legalBasis}</dd></div>}
        </dl>
      ) : null}
      {notice.kind === 'appeal' ? (
        <div><Link className={buttonClass('secondary')} href={routes.appeals}>{text('notices.toAppeals')}</Link></div>
      ) : notice.kind === 'result' ? (
        <>
          <p>{text('notices.resultText')}</p>
          <div><Link className={buttonClass('secondary')} href={routes.results}>{text('notices.toResults')}</Link></div>
        </>
      ) : (
        <>
          {todo === null ? null : <div className={styles.todo}><h3>{text('notices.todo')}</h3><p>{todo[language]}</p></div>}
          <div>
            <p className={styles.soft}>{text('notices.call')}</p>
            <CallButton />
          </div>
        </>
      )}
    </li>
  );
}
