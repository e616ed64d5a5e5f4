import { joinCodeWithRoot, readCodeWithRoot, type CodeWithRoot } from '@health-kit/client';

/**
 * The link that a host shows to a guard's device: one-time code and fingerprint of the host's trust root. Both are in
 * the fragment, which no browser sends anywhere, so that the server cannot put a root of its own in its place.
 */
export function enrolLink(origin: string, invitation: CodeWithRoot): string {
  return `${origin}/gate/enrol#${joinCodeWithRoot(invitation)}`;
}

/** Code and root in what was scanned, opened or typed: the link of any origin, its fragment, or the bare words. Null for anything else. */
export function readEnrolCode(text: string): CodeWithRoot | null {
  const trimmed = text.trim();
  return readCodeWithRoot(/^(?:[^#]*\/gate\/enrol\/?)?#(.*)$/.exec(trimmed)?.[1] ?? trimmed);
}
