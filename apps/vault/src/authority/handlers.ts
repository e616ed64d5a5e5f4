import type { Operation } from '@health-kit/api';
import type { CallerRequest, VaultOperation, beginRegistration } from '@health-kit/api/vault';
import { verifyProof } from '@health-kit/proof';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Refusal, refuse } from '../refusal.ts';
import { countRefusal } from '../stops/countRefusal.ts';
import { uniformRefusal } from '../uniformRefusal.ts';
import { nowOf, type Vault } from '../vault.ts';
import { matchPath } from './matchPath.ts';
import { findSignedInOfficer, type OfficerRecord } from './officers.ts';
import type { Queries } from '../database.ts';

/** The request does not have the operation's form. The answer says no more than that. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/** An operation as it is served: parses, checks authority, acts, checks the answer. */
export interface Handler {
  readonly operation: VaultOperation;
  run(vault: Vault, request: unknown): Promise<unknown>;
}

/** Requests that carry the caller's own request. */
type CallerSchema = typeof beginRegistration.request;

/** A caller's request whose proof holds for exactly the operation it was made for. */
export interface ProvenCall<Params, Body> {
  /** RFC 7638 thumbprint of the key that signed: a name, not yet an authority. */
  readonly thumbprint: string;
  readonly publicKey: { readonly x: string; readonly y: string };
  readonly params: Params;
  readonly body: Body;
  /** Where the server says that it came from; null where it does not say. Nothing that was proven. */
  readonly network: string | null;
  /** What another party made for the caller, as the server handed it on; null where nothing. Nothing that was proven. */
  readonly relayed: string | null;
  /** Remembers the proof in this process, refusing one that was used before. For what changes nothing; called once the key is known. */
  use(): void;
  /** Uses the proof up in the transaction of the deed, for all processes; an officer's only while the officer is neither frozen nor dismissed, which then waits for the deed. */
  spend(queries: Queries): Promise<void>;
}
/** A proven call by an officer who is signed in and holds a role that the API operation names. */
export interface OfficerCall<Params, Body> extends ProvenCall<Params, Body> {
  readonly officer: OfficerRecord;
}

/** Serves an operation that takes nobody's authority. */
export function openHandler<Request extends TSchema, Response extends TSchema>(
  operation: VaultOperation<Request, Response>, act: (vault: Vault, request: Static<Request>) => Promise<Static<Response>>,
): Handler {
  if (operation.callerOperation !== null) throw new TypeError(`${operation.name} needs its caller's proof`);
  const request = Compile(operation.request);
  const response = Compile(operation.response);
  return {
    operation,
    async run(vault, value) {
      if (!request.Check(value)) throw new MalformedRequest();
      const answer = await act(vault, value);
      if (!response.Check(answer)) throw new Error(`the answer of ${operation.name} is not of its form`);
      return answer;
    },
  };
}

/** Serves an operation on the authority of a key: whose key it is, the operation itself looks up. A ticket that comes along counts for nothing here. */
export function keyHandler<Response extends TSchema, Params extends TSchema, Query extends TSchema, Body extends TSchema, Answer extends TSchema>(
  operation: VaultOperation<CallerSchema, Response>, callerOperation: Operation<Params, Query, Body, Answer>,
  act: (vault: Vault, call: ProvenCall<Static<Params>, Static<Body>>) => Promise<Static<Response>>,
): Handler {
  const { kind } = callerOperation.authority;
  if (kind !== 'device' && kind !== 'resident') throw new TypeError(`${callerOperation.id} is not called by a device`);
  return callerHandler(operation, callerOperation, act);
}

/** Serves an operation on the authority of an officer; the roles are those that the API operation names. */
export function officerHandler<Response extends TSchema, Params extends TSchema, Query extends TSchema, Body extends TSchema, Answer extends TSchema>(
  operation: VaultOperation<CallerSchema, Response>, callerOperation: Operation<Params, Query, Body, Answer>,
  act: (vault: Vault, call: OfficerCall<Static<Params>, Static<Body>>) => Promise<Static<Response>>,
): Handler {
  const { authority } = callerOperation;
  if (authority.kind !== 'staff') throw new TypeError(`${callerOperation.id} is not called by staff`);
  return callerHandler(operation, callerOperation, async (vault, call) => {
    const officer = (await findSignedInOfficer(vault.database, call.thumbprint, nowOf(vault))) ?? refuse('not-authorized');
    // First of all, and not counted: whoever sends an officer's request again is not the officer.
    call.use();
    try {
      if (!officer.roles.some((role) => authority.roles.includes(role))) refuse('not-permitted');
      return await act(vault, { ...call, officer, spend: (queries) => spendAsOfficer(vault, queries, call) });
    } catch (error) {
      if (error instanceof Refusal && error.refusal !== uniformRefusal) await countRefusal(vault, officer, operation.name, error.refusal);
      throw error;
    }
  });
}

/**
 * Whoever was stopped since the request came in does nothing any more, and whoever is stopped from here on is so after
 * the deed: what ends with an officer then finds all that the officer began.
 */
async function spendAsOfficer(vault: Vault, queries: Queries, call: Pick<ProvenCall<unknown, unknown>, 'thumbprint' | 'spend'>): Promise<void> {
  await call.spend(queries);
  if ((await findSignedInOfficer(queries, call.thumbprint, nowOf(vault), true)) === null) refuse('not-authorized');
}

function callerHandler<Response extends TSchema, Params extends TSchema, Query extends TSchema, Body extends TSchema, Answer extends TSchema>(
  operation: VaultOperation<CallerSchema, Response>, callerOperation: Operation<Params, Query, Body, Answer>,
  act: (vault: Vault, call: ProvenCall<Static<Params>, Static<Body>>) => Promise<Static<Response>>,
): Handler {
  if (operation.callerOperation !== callerOperation.id) throw new TypeError(`${operation.name} does not accept the proofs of ${callerOperation.id}`);
  const request = Compile(operation.request);
  const response = Compile(operation.response);
  const isParams = checkOf(callerOperation.params);
  const isBody = checkOf(callerOperation.body);

  async function prove(vault: Vault, caller: CallerRequest): Promise<ProvenCall<Static<Params>, Static<Body>>> {
    if (caller.method !== callerOperation.method) refuse('not-authorized');
    const found = matchPath(callerOperation.path, caller.path) ?? refuse('not-authorized');
    const proof = await verifyProof(caller.proof, {
      method: caller.method, url: vault.origin + caller.path, body: Buffer.from(caller.body, 'utf8'), ticket: caller.ticket, nowMs: vault.clock.now(),
    });
    if (!proof.ok) refuse('not-authorized');
    const { x, y } = proof.publicKey;
    if (x === undefined || y === undefined) refuse('not-authorized');

    // Read only now that it is known to be the caller's: body and parameters by the operation's own schemas.
    const body = callerOperation.body === undefined ? undefined : parseJson(caller.body);
    if (!isBody(body)) return refuse('invalid-request');
    const params: unknown = found;
    if (!isParams(params)) return refuse('not-found');
    return {
      thumbprint: proof.thumbprint, publicKey: { x, y }, params, body, network: caller.network ?? null, relayed: caller.relayed ?? null,
      use: () => vault.usedProofs.remember(proof.thumbprint, proof.proofId),
      spend: (queries) => vault.usedProofs.spend(queries, proof.thumbprint, proof.proofId),
    };
  }

  return {
    operation,
    async run(vault, value) {
      if (!request.Check(value)) throw new MalformedRequest();
      const answer = await act(vault, await prove(vault, value.caller));
      if (!response.Check(answer)) throw new Error(`the answer of ${operation.name} is not of its form`);
      return answer;
    },
  };
}

/** The check of a schema; where an operation declares none, its type is `unknown` and anything is that. */
function checkOf<Schema extends TSchema>(schema: Schema | undefined): (value: unknown) => value is Static<Schema> {
  if (schema === undefined) return (_value): _value is Static<Schema> => true;
  const compiled = Compile(schema);
  return (value): value is Static<Schema> => compiled.Check(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('invalid-request');
  }
}
