/** One-time codes as the service makes them: base64url. */
const codePattern = /^[A-Za-z0-9_-]{22,44}$/;

/** The link that a host shows to a guard's device. The code is in the fragment, which is not sent to the host. */
export function enrolLink(origin: string, code: string): string {
  return `${origin}/gate/enrol#${code}`;
}

/** The one-time code in what was scanned, opened or typed: the link of any origin, its fragment, or the bare code. Null for anything else. */
export function readEnrolCode(text: string): string | null {
  const trimmed = text.trim();
  if (codePattern.test(trimmed)) return trimmed;
  const fragment = /(?:^|\/gate\/enrol\/?)#([A-Za-z0-9_-]+)$/.exec(trimmed)?.[1];
  return fragment !== undefined && codePattern.test(fragment) ? fragment : null;
}
