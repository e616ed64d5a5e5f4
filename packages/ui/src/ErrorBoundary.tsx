import { Component, Suspense, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import { useUiText } from './i18n.ts';
import { PageNotLoadedError } from './lazyPage.tsx';
import { Notice } from './Notice.tsx';
import { Page } from './Page.tsx';
import { Loading } from './States.tsx';
import styles from './Page.module.css';

export interface ErrorBoundaryProps {
  /** Where the reader is; going elsewhere tries again. */
  readonly path: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failed: 'broken' | 'not-loaded' | null;
}

/**
 * Around the pages: a word of patience while one is fetched, and in place of one that cannot be fetched, or that throws
 * while it is drawn, a sentence and a way on, instead of a white screen.
 */
export class ErrorBoundary extends Component<ErrorBoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { failed: error instanceof PageNotLoadedError ? 'not-loaded' : 'broken' };
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (this.state.failed !== null && before.path !== this.props.path) this.setState({ failed: null });
  }

  override render(): ReactNode {
    const { failed } = this.state;
    return failed === null ? <Suspense fallback={<ComingPage />}>{this.props.children}</Suspense> : <BrokenPage failed={failed} />;
  }
}

/** Shown only where it takes a moment: most pages are on the device already. */
function ComingPage() {
  return <main id="content" tabIndex={-1} className={`${styles.page} ${styles.coming}`}><Loading /></main>;
}

function BrokenPage({ failed }: { readonly failed: NonNullable<BoundaryState['failed']> }) {
  const text = useUiText();
  const title = text(failed === 'broken' ? 'broken.title' : 'broken.notLoadedTitle');
  return (
    <Page title={title} quietTitle>
      <Notice kind="problem" announce title={title} action={<Button onClick={() => window.location.reload()}>{text('broken.reload')}</Button>}>{text(failed === 'broken' ? 'broken.text' : 'broken.notLoaded')}</Notice>
    </Page>
  );
}
