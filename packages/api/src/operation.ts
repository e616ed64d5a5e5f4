import type { Static, TSchema } from 'typebox';

/**
 * Who may call an operation, declared in one form everywhere; the table of
 * operations and roles can be read off it, and off /openapi.json (`x-authority`).
 *
 * - anyone: no proof needed.
 * - device: a request proof (DPoP, RFC 9449) by a key; the vault knows the key or, at registration, learns it.
 * - ticket: the bearer of a day ticket. It can only append check-ins and check-outs.
 * - resident: a day ticket and a request proof by the device key it is bound to; `proven`: identity must be proven.
 * - gate: a gate ticket and a request proof by the gate's key.
 * - staff: a staff ticket and a request proof by the session key; one of the roles.
 * - institution: an access token of SMART Backend Services.
 */
export type Authority =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'device' }
  | { readonly kind: 'ticket' }
  | { readonly kind: 'resident'; readonly proven: boolean }
  | { readonly kind: 'gate' }
  | { readonly kind: 'staff'; readonly roles: readonly StaffRole[] }
  | { readonly kind: 'institution' };

/** Staff roles. Nobody holds two that must control each other: an approver is of another unit than the proposer. */
export const staffRoles = ['administrator', 'registrar', 'sampler', 'laboratory', 'tracer', 'medical-officer', 'privacy-officer'] as const;
export type StaffRole = (typeof staffRoles)[number];

export interface Operation<
  Params extends TSchema = TSchema, Query extends TSchema = TSchema, Body extends TSchema = TSchema, Response extends TSchema = TSchema,
> {
  readonly id: string;
  readonly capability: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path with `:name` parameters; `*` at the end is the rest of the path, the parameter `rest`. */
  readonly path: string;
  readonly summary: string;
  readonly authority: Authority;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Largest body in bytes that is read; 16 kB unless said. */
  readonly bodyLimit?: number;
  readonly status: 200 | 201 | 202 | 204;
  /** Absent for 204 and for answers that are not JSON. */
  readonly response?: Response;
  /** Media type of the answer where it is not JSON, e.g. application/pdf. */
  readonly produces?: string;
  /** Media type of the request body where it is not application/json. */
  readonly consumes?: string;
}

/** Declares an operation; it only fixes the types. */
export function operation<
  Params extends TSchema = TSchema, Query extends TSchema = TSchema, Body extends TSchema = TSchema, Response extends TSchema = TSchema,
>(definition: Operation<Params, Query, Body, Response>): Operation<Params, Query, Body, Response> {
  return definition;
}

/** The types of an operation's parts; `undefined` where it has none. */
export type ParamsOf<O> = O extends { params?: infer S extends TSchema } ? Static<S> : undefined;
export type QueryOf<O> = O extends { query?: infer S extends TSchema } ? Static<S> : undefined;
export type BodyOf<O> = O extends { body?: infer S extends TSchema } ? Static<S> : undefined;
export type ResponseOf<O> = O extends { response?: infer S extends TSchema } ? Static<S> : undefined;
