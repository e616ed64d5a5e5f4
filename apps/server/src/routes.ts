/**
 * How operations of the contract become routes. The order for every request is the same: size cap, media
 * type, authority over the raw bytes, strict schema, the handler, and the answer's schema, which lets out
 * only the members it names.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Authority, Operation } from '@health-kit/api';
import type {
  AnyoneCaller, Authorizer, DeviceCaller, GateCaller, InstitutionCaller, RawRequest, ResidentCaller, StaffCaller, TicketCaller,
} from './authority/index.ts';
import { networkOf } from './network.ts';
import { ProblemError } from './problems.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation behind the route, for hooks that must know. */
    operation?: Operation;
  }
}

/** What a handler gets: the parts of the request by the operation's schemas, and who calls. */
export interface Call<Params, Query, Body, Caller> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The network that the request came from, by the address that limits go by; null where there is none. */
  readonly network: () => string | null;
  /** Sets a header of the successful answer. */
  readonly setHeader: (name: string, value: string) => void;
}

type Handler<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema, Caller> =
  (call: Call<Static<P>, Static<Q>, Static<B>, Caller>) => Static<R> | Promise<Static<R>>;

type Register<Caller> = <P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  operation: Operation<P, Q, B, R>, handler: Handler<P, Q, B, R, Caller>,
) => void;

/**
 * Registers the handler of an operation, by the kind of authority the operation declares; another kind is an
 * error at start. Operations without `response` answer with bytes or text (`produces`), or with nothing (204).
 */
export interface Routes {
  readonly anyone: Register<AnyoneCaller>;
  readonly device: Register<DeviceCaller>;
  readonly ticket: Register<TicketCaller>;
  readonly resident: Register<ResidentCaller>;
  readonly gate: Register<GateCaller>;
  readonly staff: Register<StaffCaller>;
  readonly institution: Register<InstitutionCaller>;
}

/** An answer with a status and a body of its own, in the operation's media type: for formats whose refusals are theirs (FHIR's OperationOutcome). */
export class OtherAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  constructor(status: number, body: Uint8Array) {
    this.status = status;
    this.body = body;
  }
}

const usualBodyLimit = 16_384;
const anyone: AnyoneCaller = { kind: 'anyone' };

/** Routes on `app`; `handled` collects the ids of the operations that got a handler. */
export function makeRoutes(app: FastifyInstance, authorizer: Authorizer, handled: Set<string>): Routes {
  function add<Kind extends Authority['kind'], Caller>(
    kind: Kind, authorize: (request: RawRequest, authority: Extract<Authority, { kind: Kind }>) => Caller | Promise<Caller>,
  ): Register<Caller> {
    return (operation, handler) => {
      const { authority } = operation;
      if (!isKind(authority, kind)) throw new Error(`${operation.id} is declared for ${authority.kind}, not for ${kind}`);
      if (handled.has(operation.id)) throw new Error(`${operation.id} has two handlers`);
      handled.add(operation.id);
      const readParams = partReader('params', operation.params);
      const readQuery = partReader('query', operation.query);
      const readBody = bodyReader(operation);
      app.route({
        method: operation.method, url: operation.path, bodyLimit: operation.bodyLimit ?? usualBodyLimit, exposeHeadRoute: false,
        config: { operation },
        // Only the answer: requests are read below, after authority. fast-json-stringify writes the members it names and no other.
        schema: operation.response === undefined || operation.produces !== undefined ? {} : { response: { [operation.status]: operation.response } },
        handler: async (request, reply) => {
          // Answers of the API are about somebody: nobody keeps them, nobody guesses their type.
          reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
          const raw = rawRequest(request);
          requireMediaType(operation, request);
          const authorized = authorize(raw, authority);
          const caller = authorized instanceof Promise ? await authorized : authorized;
          const answer = await handler({
            params: readParams(namedParams(request.params)), query: readQuery(request.query), body: readBody(raw.body), caller, network: () => networkOf(request.ip),
            setHeader: (name, value) => void reply.header(name, value),
          });
          return send(operation, reply, answer);
        },
      });
    };
  }

  return {
    anyone: add('anyone', () => anyone),
    device: add('device', (request) => authorizer.device(request)),
    ticket: add('ticket', (request) => authorizer.ticket(request)),
    resident: add('resident', (request, { proven }) => authorizer.resident(request, proven)),
    gate: add('gate', (request) => authorizer.gate(request)),
    staff: add('staff', (request, { roles }) => authorizer.staff(request, roles)),
    institution: add('institution', (request) => authorizer.institution(request)),
  };
}

function isKind<Kind extends Authority['kind']>(authority: Authority, kind: Kind): authority is Extract<Authority, { kind: Kind }> {
  return authority.kind === kind;
}

function rawRequest(request: FastifyRequest): RawRequest {
  const { dpop } = request.headers;
  const queryAt = request.url.indexOf('?');
  return {
    method: request.method, path: queryAt < 0 ? request.url : request.url.slice(0, queryAt),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    authorization: request.headers.authorization, proof: typeof dpop === 'string' ? dpop : undefined,
  };
}

/** The rest of a path, which the router calls `*`, under a name that a schema can have. */
function namedParams(params: unknown): unknown {
  if (typeof params !== 'object' || params === null || !('*' in params)) return params;
  const { '*': rest, ...others } = params;
  return { ...others, rest };
}

function requireMediaType(operation: Operation, request: FastifyRequest): void {
  if (operation.body === undefined) return;
  const given = request.headers['content-type'];
  const wanted = operation.consumes ?? 'application/json';
  if (given === wanted) return;
  if (given === undefined || given.split(';', 1)[0]?.trim().toLowerCase() !== wanted) throw new ProblemError('unsupported-media-type');
}

type PartName = 'params' | 'query' | 'body';

/** Reads a part of the request by its schema, strictly: what the schema does not name is refused, not dropped. */
function partReader<S extends TSchema>(part: PartName, schema: S | undefined): (value: unknown) => Static<S> {
  const validator = schema === undefined ? null : Compile(schema);
  const holds = (value: unknown): value is Static<S> => validator === null || validator.Check(value);
  return (value) => {
    // Paths and queries are text; numbers in them become numbers where the schema says so.
    const converted = schema === undefined || part === 'body' ? value : Value.Convert(schema, value);
    if (holds(converted)) return converted;
    throw new ProblemError('invalid-request', { errors: refusedPlaces(part, validator?.Errors(converted) ?? []) });
  };
}

const mostPlaces = 20;

/** Where values were refused and why. Names of unknown members are the caller's own text and stay out. */
function refusedPlaces(part: PartName, errors: readonly { keyword: string; instancePath: string; message: string }[]) {
  return errors
    .filter(({ keyword }) => keyword !== 'boolean')
    .slice(0, mostPlaces)
    .map(({ instancePath, message }) => ({ pointer: `/${part}${instancePath}`.slice(0, 200), detail: message }));
}

function bodyReader<B extends TSchema>(operation: Operation<TSchema, TSchema, B>): (bytes: Buffer) => Static<B> {
  const read = partReader('body', operation.body);
  if (operation.body === undefined) return () => read(undefined);
  const parse = operation.consumes === 'application/x-www-form-urlencoded' ? parseForm : parseJson;
  return (bytes) => read(parse(bytes));
}

function parseJson(bytes: Buffer): unknown {
  try {
    const text = bytes.toString('utf8');
    return JSON.parse(text, text.includes('__proto__') || text.includes('\\u') ? refusePrototype : undefined);
  } catch {
    throw new ProblemError('invalid-request', { errors: [{ pointer: '/body', detail: 'must be JSON' }] });
  }
}

/** A member of this name, however it is escaped, could change the object it is copied into. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new SyntaxError('forbidden member');
  return value;
}

function parseForm(bytes: Buffer): unknown {
  const pairs = [...new URLSearchParams(bytes.toString('utf8'))];
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) {
    throw new ProblemError('invalid-request', { errors: [{ pointer: '/body', detail: 'must not repeat a field' }] });
  }
  return Object.fromEntries(pairs);
}

function send(operation: Operation, reply: FastifyReply, answer: unknown): FastifyReply {
  if (answer instanceof OtherAnswer) {
    return reply.code(answer.status).type(operation.produces ?? 'application/json').send(Buffer.from(answer.body));
  }
  reply.code(operation.status);
  if (operation.status === 204) return reply.send();
  if (operation.produces !== undefined) {
    reply.type(operation.produces);
    return reply.send(answer instanceof Uint8Array && !Buffer.isBuffer(answer) ? Buffer.from(answer) : answer);
  }
  return reply.send(answer);
}
