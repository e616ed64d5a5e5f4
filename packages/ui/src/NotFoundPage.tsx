import { Link } from 'wouter';
import { buttonClass } from './Button.tsx';
import { useUiText } from './i18n.ts';
import { Page } from './Page.tsx';
import { EmptyState } from './States.tsx';

/** For addresses that an app does not know: says so, and leads to its start page. */
export function NotFoundPage() {
  const text = useUiText();
  return (
    <Page title={text('notFound.title')} quietTitle>
      <EmptyState title={text('notFound.title')} action={<Link className={buttonClass()} href="/">{text('notFound.action')}</Link>}>{text('notFound.text')}</EmptyState>
    </Page>
  );
}
