import { problemTypes, problemTypeUri, type ProblemName } from '@health-kit/api';
import { useProblems } from './i18n.ts';

/** What a person reads of a problem: what happened, and what to do now. */
export interface ProblemText {
  readonly title: string;
  readonly detail: string;
}

const nameOfType = new Map(Object.keys(problemTypes).flatMap((key) => {
  return isProblemName(key) ? [[problemTypeUri(key), key] as const] : [];
}));

function isProblemName(value: string): value is ProblemName {
  return Object.hasOwn(problemTypes, value);
}

/** The name behind a problem's stable `type`; null for one that is not in the catalogue. */
export function problemName(type: string): ProblemName | null {
  return nameOfType.get(type) ?? null;
}

/** A problem's text by its stable `type`, in English where `problems` has not got it; a type that is not in the catalogue reads as an internal error. */
export function problemText(type: string, problems: Readonly<Partial<Record<ProblemName, ProblemText>>>): ProblemText {
  const name = problemName(type) ?? 'internal-error';
  return problems[name] ?? problemTypes[name];
}

/** Problems' texts in the language in force. */
export function useProblemText(): (type: string) => ProblemText {
  const problems = useProblems();
  return (type) => problemText(type, problems);
}
