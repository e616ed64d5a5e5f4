import { problemTypes, problemTypeUri, type Problem, type ProblemName } from '@health-kit/api';

/**
 * How a call ended.
 *
 * - `refused`: the system answered, and its problem document says why not.
 * - `unreachable`: no answer came in time. Whether the request was taken is *unknown*; an operation with a
 *   client-made id is simply sent again.
 * - `malformed`: something answered, and not as the contract says: a captive portal's page, a proxy's own refusal.
 *   Whether the request was taken is as unknown as above; status and media type say what it was.
 */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: 'refused'; readonly problem: Problem }
  | { readonly ok: false; readonly reason: 'unreachable' }
  | { readonly ok: false; readonly reason: 'malformed'; readonly status: number; readonly contentType: string | null };

/** A call that did not succeed. */
export type Refusal = Exclude<Outcome<unknown>, { readonly ok: true }>;

/** The catalogue's name of a problem, or null for one that this version does not know. */
export function problemName(problem: Problem): ProblemName | null {
  for (const name of problemNames) if (problem.type === problemTypeUri(name)) return name;
  return null;
}
const problemNames = Object.keys(problemTypes).filter((name): name is ProblemName => Object.hasOwn(problemTypes, name));

/**
 * Reads the body of an answer that is not a success. What is no problem document (a proxy's own error page)
 * becomes one where its status is enough to go by: 429, and 500 and above. Null for anything else.
 */
export function readProblem(status: number, body: string, retryAfterMs: number | null): Problem | null {
  const retry = retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) };
  const document = parseObject(body);
  if (document !== null) {
    const { type, title, detail } = document;
    if (typeof type === 'string' && typeof title === 'string' && typeof detail === 'string') {
      const errors = readErrors(document['errors']);
      return { type, title, detail, status, ...(errors === null ? {} : { errors }), ...retry };
    }
  }
  if (status !== 429 && status < 500) return null;
  const name = status === 429 ? 'too-many-requests' : 'unavailable';
  return { type: problemTypeUri(name), title: problemTypes[name].title, detail: problemTypes[name].detail, status, ...retry };
}

function readErrors(value: unknown): { pointer: string; detail: string }[] | null {
  if (!Array.isArray(value)) return null;
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('pointer' in entry) || !('detail' in entry)) return [];
    const { pointer, detail } = entry;
    return typeof pointer === 'string' && typeof detail === 'string' ? [{ pointer, detail }] : [];
  });
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
