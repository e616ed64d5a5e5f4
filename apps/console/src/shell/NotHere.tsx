import { EmptyState, Page, buttonClass } from '@health-kit/ui';
import { Link } from 'wouter';
import { useText } from '../text.ts';

/** A page that is not there, or not for this officer. */
export function NotHere({ why }: { readonly why: 'notFound' | 'notPermitted' }) {
  const text = useText();
  return (
    <Page title={text(`shell.${why}Title`)}>
      <EmptyState symbol={why === 'notFound' ? 'info' : 'lock'} title={text(`shell.${why}Title`)} action={<Link className={buttonClass('secondary')} href="/">{text('shell.toHome')}</Link>}>
        {text(`shell.${why}`)}
      </EmptyState>
    </Page>
  );
}
