import { Type, type Static, type TSchema } from 'typebox';
import { Nullable, Strict } from '../identifiers.ts';
import type { Operation } from '../operation.ts';

/**
 * The vault's operations, the whole of what it can be asked: POST /<name> over
 * its Unix socket or mutual TLS, JSON. There is no query language and no operation that takes
 * a name or a number and returns a person.
 *
 * Where an operation acts on somebody's authority it takes the caller's request
 * as the server received it (`CallerRequest`), and the vault itself verifies
 * the proof against method, path and body: the server can ask but not forge.
 * Each such operation names the one API operation whose proof it accepts.
 */
export const CallerRequest = Strict({
  proof: Type.String({ maxLength: 2048 }),
  method: Type.String({ maxLength: 8 }),
  /** Path without query; the vault puts its own origin before it. */
  path: Type.String({ maxLength: 300 }),
  /** The raw body, exactly as received. */
  body: Type.String({ maxLength: 131072 }),
  /** The ticket that came with it; null where the operation takes none. */
  ticket: Nullable(Type.String({ maxLength: 2048 })),
  /**
   * Where it came from, as the server saw it: the /24 of an IPv4 address, the /48 of an IPv6 address. Only where a
   * budget goes by it; nothing that the caller proved.
   */
  network: Type.Optional(Nullable(Type.String({ maxLength: 50 }))),
  /** What another party made for the caller and the server hands on: an identity provider's ID token, as a JWE. The vault believes it by its own signature alone. */
  relayed: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_.-]+$', maxLength: 16_384 })),
});
export type CallerRequest = Static<typeof CallerRequest>;

export interface VaultOperation<Request extends TSchema = TSchema, Response extends TSchema = TSchema> {
  readonly name: string;
  /** Id of the API operation whose request proof authorizes it; null where none is needed. */
  readonly callerOperation: string | null;
  readonly request: Request;
  readonly response: Response;
}
/** Declares an operation of the vault; it only fixes the types. */
export function vaultOperation<Request extends TSchema, Response extends TSchema>(definition: VaultOperation<Request, Response>): VaultOperation<Request, Response> {
  return definition;
}
/** Requests that carry the caller's own. */
export const caller = { caller: CallerRequest };
export const Nothing = Strict({});

/** The form of an API operation's answer, which the vault gives as it is. */
export function answerOf<Response extends TSchema>({ id, response }: Operation<TSchema, TSchema, TSchema, Response>): Response {
  if (response === undefined) throw new TypeError(`${id} has no answer`);
  return response;
}
