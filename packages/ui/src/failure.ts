import type { TrustFault } from '@health-kit/client';
import { useProblemText, type ProblemText } from './problemTexts.ts';
import { useUiText } from './i18n.ts';

/** What went wrong with a request: refused by the server, never answered, answered by something else, its keys not believed (all as packages/client says it), or broken here. */
export type Failure =
  | { readonly reason: 'refused'; readonly problem: { readonly type: string } }
  | { readonly reason: 'unreachable' }
  | { readonly reason: 'malformed'; readonly status: number; readonly contentType: string | null }
  | { readonly reason: 'untrusted'; readonly fault: TrustFault }
  | { readonly reason: 'unexpected' };

/** Turns a failure into a title and a sentence the person can act on. */
export function useFailureText(): (failure: Failure) => ProblemText {
  const problemText = useProblemText();
  const text = useUiText();
  return (failure) => {
    switch (failure.reason) {
      case 'refused':
        return problemText(failure.problem.type);
      case 'unreachable':
        return { title: text('failure.offlineTitle'), detail: text('failure.offline') };
      case 'malformed':
        return { title: text('failure.malformedTitle'), detail: text('failure.malformed', { answer: [failure.status, ...(failure.contentType === null ? [] : [failure.contentType])].join(' ') }) };
      case 'untrusted':
        return { title: text(`trust.${failure.fault}.title`), detail: text(`trust.${failure.fault}.detail`) };
      case 'unexpected':
        return { title: text('failure.unexpectedTitle'), detail: text('failure.unexpected') };
    }
  };
}
