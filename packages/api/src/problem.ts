import { Type, type Static } from 'typebox';

/** RFC 9457 problem details. `type` is stable and is what programs look at; `detail` is a sentence for a person. */
export const Problem = Type.Object({
  type: Type.String({ description: 'urn:health-kit:problem:<name>' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.Optional(Type.String()),
  /** Where in the request a value was refused: JSON Pointer and reason; never the value itself. */
  errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
  retryAfterSeconds: Type.Optional(Type.Integer()),
});
export type Problem = Static<typeof Problem>;

/**
 * The catalogue of problem types: name, HTTP status, title, and the sentence a
 * person can act on. No sentence says whether a person exists.
 */
export const problemTypes = {
  'invalid-request': { status: 400, title: 'The request is not valid', detail: 'Correct the fields that are named and send it again.' },
  'not-authorized': { status: 401, title: 'Proof is missing or not valid', detail: 'Sign in again on this device and repeat the request.' },
  'not-permitted': { status: 403, title: 'Not permitted', detail: 'Your role does not include this operation.' },
  'identity-not-proven': { status: 403, title: 'Identity not yet proven', detail: 'Have your document seen at a registration desk first.' },
  'request-timeout': { status: 408, title: 'The request did not come whole in time', detail: 'Send it again; the same request is counted once.' },
  'not-found': { status: 404, title: 'Not found', detail: 'There is nothing at this address for you.' },
  'code-refused': { status: 422, title: 'The one-time code was not accepted', detail: 'Check the newest message and type the code again, or ask for a new code.' },
  'pass-refused': { status: 422, title: 'The pass was not accepted', detail: 'Ask the resident to open the app again and scan the code that is on the screen now.' },
  'document-mismatch': { status: 422, title: 'The entry does not agree with the registration', detail: 'Compare the document with the entry; if the document is right, the resident registers again with the right particulars.' },
  'document-held': { status: 422, title: 'This document cannot be proven again yet', detail: 'Its account was erased a short while ago. The hotline of the health authority knows from when it can be proven for a new one.' },
  'venue-code-refused': { status: 422, title: 'This is not a venue code of this city', detail: 'Do not trust this poster; tell the venue, and show your pass at the entrance instead.' },
  'gate-ended': { status: 410, title: 'This gate has ended', detail: 'Its host ended it, or the venue. Admit nobody with this device; the host of a venue can set it up anew.' },
  'specimen-unknown': { status: 422, title: 'No specimen with this barcode', detail: 'Register the specimen by scanning pass and tube before its result is submitted.' },
  'result-refused': { status: 422, title: 'The result was refused', detail: 'The result does not agree with its specimen; nothing was stored.' },
  'proposal-refused': { status: 422, title: 'The proposal was refused', detail: 'Check the contacts, the legal basis and the end, and propose again.' },
  'approval-refused': { status: 403, title: 'The approval was refused', detail: 'A different officer of a different unit approves with a passkey.' },
  'disclosure-refused': { status: 403, title: 'The disclosure does not open', detail: 'It opens only to the session that asked for it, after the second officer and within its time.' },
  'account-stopped': { status: 403, title: 'Your account is stopped', detail: 'A privacy officer has stopped it, or it was stopped by itself after unusual looking. Ask a privacy officer of your authority: only they can let it go on.' },
  conflict: { status: 409, title: 'This was done differently before', detail: 'Reload to see the present state, then decide again.' },
  'too-large': { status: 413, title: 'Too large', detail: 'Send less at once.' },
  'unsupported-media-type': { status: 415, title: 'Media type not supported', detail: 'Send application/json, or what the operation names.' },
  'too-many-requests': { status: 429, title: 'Too many requests', detail: 'Wait a little and try again.' },
  'internal-error': { status: 500, title: 'Something went wrong here', detail: 'It was recorded without your data; try again later.' },
  unavailable: { status: 503, title: 'Not available for the moment', detail: 'Try again; the same request is counted once.' },
} as const;
export type ProblemName = keyof typeof problemTypes;

/** The stable `type` of a problem. */
export function problemTypeUri(name: ProblemName): string {
  return `urn:health-kit:problem:${name}`;
}
