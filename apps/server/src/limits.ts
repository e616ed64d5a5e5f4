/** Refusing early and politely: limits for what costs a message or a guess, and shedding when the process is late. */
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ProblemError, sendProblem } from './problems.ts';

/**
 * Requests a minute: from one address, and from everywhere, to each operation that sends a message or answers
 * a guess. The global budget is what stops a thousand addresses with one guess each (THREATS, row 2 and 6).
 * Check-ins are never limited: a whole campus may come from one address at eight o'clock.
 */
const limits: Readonly<Record<string, { readonly perAddress: number; readonly everywhere: number }>> = {
  startRegistration: { perAddress: 60, everywhere: 6_000 },
  confirmRegistration: { perAddress: 120, everywhere: 12_000 },
  linkDependant: { perAddress: 60, everywhere: 3_000 },
  beginStaffEnrolment: { perAddress: 30, everywhere: 600 },
  finishStaffEnrolment: { perAddress: 30, everywhere: 600 },
  beginStaffSignIn: { perAddress: 60, everywhere: 3_000 },
  finishStaffSignIn: { perAddress: 60, everywhere: 3_000 },
  enrolGate: { perAddress: 30, everywhere: 3_000 },
  issueInstitutionToken: { perAddress: 120, everywhere: 3_000 },
};
const windowMs = 60_000;

/** The machine itself (tests, the demo city, a health check). Clients behind a proxy on this machine bear their own address. */
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Registers the limits; must come before the routes. */
export async function limitRequests(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
  const checks = new Map(Object.entries(limits).map(([id, { perAddress, everywhere }]) => [id, {
    address: app.createRateLimit({ max: perAddress, timeWindow: windowMs, keyGenerator: (request) => `${id} ${request.ip}` }),
    everywhere: app.createRateLimit({ max: everywhere, timeWindow: windowMs, keyGenerator: () => id }),
  }]));
  app.addHook('onRoute', (route) => {
    const check = checks.get(route.config?.operation?.id ?? '');
    if (check === undefined) return;
    route.onRequest = async (request) => {
      const results = [await check.everywhere(request)];
      if (!loopback.has(request.ip)) results.push(await check.address(request));
      for (const result of results) {
        if (!result.isAllowed && result.isExceeded) throw new ProblemError('too-many-requests', { retryAfterSeconds: Math.max(1, Math.ceil(result.ttlInSeconds)) });
      }
    };
  });
}

/** Mean delay of the event loop, ms, from which requests are refused; check-ins hold out longest. */
const lateMs = 400;
const tooLateForCheckInsMs = 2_000;
/** What the process did before it listened says nothing about its load: so many ms pass before it refuses. */
const settlingMs = 2_000;
const checkInOperations = new Set(['checkIn', 'checkOut', 'gateCheckIn']);

/** Refuses requests with 503 while the process is late; the health checks are always answered. */
export async function shedLoad(app: FastifyInstance): Promise<void> {
  let listeningSinceMs = Number.POSITIVE_INFINITY;
  app.addHook('onListen', (done) => {
    listeningSinceMs = performance.now();
    done();
  });
  await app.register(underPressure, {
    maxEventLoopDelay: lateMs,
    sampleInterval: 500,
    pressureHandler: (request, reply, _type, value) => {
      const { operation } = request.routeOptions.config;
      if (operation?.capability === 'system' || performance.now() - listeningSinceMs < settlingMs) return;
      if (operation !== undefined && checkInOperations.has(operation.id) && (value ?? 0) < tooLateForCheckInsMs) return;
      sendProblem(reply, 'unavailable', { retryAfterSeconds: 5 });
    },
  });
}
