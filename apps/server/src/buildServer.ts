import fastify, { LogController, type FastifyInstance } from 'fastify';
import { allOperations, Problem } from '@health-kit/api';
import type { Clock, ServerSettings } from '@health-kit/api/process-settings';
import { makeAuthorizer, makeDayKeys, makeReplayGuard, makeRevokedKeys } from './authority/index.ts';
import { answerUnreadable } from './answerUnreadable.ts';
import { capabilities } from './capabilities.ts';
import type { Core } from './capability.ts';
import type { Database } from './database.ts';
import { limitRequests, shedLoad } from './limits.ts';
import { logRequests, loggerOptions } from './logging.ts';
import { openApiDocument } from './openApi.ts';
import { watchRefusedSources } from './oversight/index.ts';
import { problemOf, sendProblem } from './problems.ts';
import { makeRoutes } from './routes.ts';
import { makeSweeps, type Sweeps } from './sweeps.ts';
import { makeTrust } from './system/index.ts';
import type { VaultClient } from './vault/index.ts';
import { serveWebApps } from './webApps/index.ts';

export interface ServerDependencies {
  readonly settings: ServerSettings;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Buffer;
  readonly database: Database;
  readonly vault: VaultClient;
  /** Whether requests are logged to standard output. */
  readonly log: boolean;
}

export interface Server {
  readonly app: FastifyInstance;
  /** To be started once the server listens, and to be run after a controlled clock was set. */
  readonly sweeps: Sweeps;
}

/**
 * Builds the server without listening. Throws when an operation of a served capability has no handler, or a
 * handler's operation is not in the contract.
 */
export async function buildServer(dependencies: ServerDependencies): Promise<Server> {
  const { settings, clock, vault } = dependencies;
  const app = fastify({
    logger: dependencies.log ? loggerOptions : false,
    // One logger for all: a request has no number, and the path of a check-in no child logger to pay for.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    // A proxy on this machine may say whom it speaks for; nobody else may.
    trustProxy: 'loopback',
    bodyLimit: 16_384,
    // A slow or stalled sender gives its connection back.
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 120 },
    forceCloseConnections: 'idle',
    // What is refused before there is a route: an address or a request that cannot be read.
    frameworkErrors: (error, _request, reply) => {
      const { name, extras } = problemOf(error);
      sendProblem(reply, name, extras);
    },
    clientErrorHandler: answerUnreadable,
  });

  // Bodies stay bytes until authority is established over them (routes.ts).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', 'application/fhir+json', 'application/x-www-form-urlencoded'], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler((error, request, reply) => {
    const { name, extras } = problemOf(error);
    if (name === 'internal-error' || name === 'unavailable') request.log.error({ err: error, route: request.routeOptions.url ?? 'unknown' }, name);
    return sendProblem(reply, name, extras);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, 'not-found'));

  logRequests(app);
  await shedLoad(app);
  await limitRequests(app);
  watchRefusedSources(app, vault, app.log);

  const dayKeys = makeDayKeys({ vault, clock, timeZone: settings.timeZone });
  const revokedKeys = makeRevokedKeys({ vault, clock, forgetRoots: (revoked) => dayKeys.forgetRoots(revoked) });
  const authorizer = makeAuthorizer({ dayKeys, clock, origin: settings.origin, replayGuard: makeReplayGuard(), revokedKeys });
  const sweeps = makeSweeps((name, error) => app.log.error({ err: error, sweep: name }, 'sweep failed'));
  sweeps.add({ name: 'day-keys', everyMs: 60_000, run: () => dayKeys.refresh() });
  sweeps.add({ name: 'revoked-keys', everyMs: 10_000, run: () => revokedKeys.refresh() });

  const handled = new Set<string>();
  const core: Core = {
    ...dependencies, routes: makeRoutes(app, authorizer, handled), authorizer, dayKeys, revokedKeys, trust: makeTrust(vault, clock), sweeps, log: app.log,
  };
  for (const capability of Object.values(capabilities)) {
    const closing = capability(core);
    if (closing !== undefined) app.addHook('onClose', () => closing.close());
  }
  requireComplete(handled);

  const document = JSON.stringify(openApiDocument(allOperations.filter(({ id }) => handled.has(id)), settings.origin, Problem));
  app.get('/openapi.json', (_request, reply) =>
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-cache').type('application/json').send(document));
  await serveWebApps(app, settings);
  return { app, sweeps };
}

/** Every operation of a served capability has a handler, and every handler an operation. */
function requireComplete(handled: ReadonlySet<string>): void {
  const declared = new Set(allOperations.map(({ id }) => id));
  const missing = allOperations.filter(({ id, capability }) => capability in capabilities && !handled.has(id)).map(({ id }) => id);
  const unknown = [...handled].filter((id) => !declared.has(id));
  if (missing.length > 0) throw new Error(`operations without a handler: ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`handlers of operations that are not in the contract: ${unknown.join(', ')}`);
}
