import { Component, type ReactNode } from 'react';
import { Button } from './Button.tsx';
import { useUiText } from './i18n.ts';
import { Notice } from './Notice.tsx';
import { Page } from './Page.tsx';

export interface ErrorBoundaryProps {
  /** Where the reader is; going elsewhere tries again. */
  readonly path: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failed: boolean;
}

/** In place of a page that throws while it is drawn: a sentence and a way on, instead of a white screen. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, BoundaryState> {
  override state: BoundaryState = { failed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { failed: true };
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (this.state.failed && before.path !== this.props.path) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? <BrokenPage /> : this.props.children;
  }
}

function BrokenPage() {
  const text = useUiText();
  return (
    <Page title={text('broken.title')} quietTitle>
      <Notice kind="problem" announce title={text('broken.title')} action={<Button onClick={() => window.location.reload()}>{text('broken.reload')}</Button>}>{text('broken.text')}</Notice>
    </Page>
  );
}
