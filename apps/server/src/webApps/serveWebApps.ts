/** The three web apps' files, with the headers that keep them to themselves. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServerSettings } from '@health-kit/api/process-settings';
import { sendProblem } from '../problems.ts';

type AppName = keyof ServerSettings['webRoots'];
const prefixes: Readonly<Record<AppName, string>> = { resident: '/', gate: '/gate/', console: '/console/' };

/** Names that a build makes out of a file's content may be kept for ever; everything else is asked for again. */
const hashedAsset = /\/assets\/[^/]+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+(\.(br|gz))?$/;

/** Serves each app whose folder has been built. Paths of no file open the app's page, except where a file is meant. */
export async function serveWebApps(app: FastifyInstance, settings: Pick<ServerSettings, 'webRoots' | 'origin'>): Promise<void> {
  for (const name of ['gate', 'console', 'resident'] as const) {
    await app.register(async (scope) => serveOne(scope, name, settings.webRoots[name], settings.origin));
  }
}

const textsLink = /\s*<link rel="modulepreload"[^>]* hreflang="([\w-]+)">/g;

/** A page names the texts of every language to be fetched with it; the first of the reader's languages among them stays. */
export function withTextsFor(acceptLanguage: string, page: string): string {
  const there = [...page.matchAll(textsLink)].map(([, id = '']) => id);
  const wanted = acceptLanguage.split(',').flatMap((range) => {
    const tag = range.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    return there.filter((id) => tag === id.toLowerCase() || tag.startsWith(`${id.toLowerCase()}-`));
  })[0] ?? 'en';
  return page.replaceAll(textsLink, (link, id: string) => (id === wanted ? link : ''));
}

async function serveOne(scope: FastifyInstance, name: AppName, root: string, origin: string): Promise<void> {
  const page = join(root, 'index.html');
  if (!existsSync(page)) return;
  const prefix = prefixes[name];
  await protect(scope, origin);
  await scope.register(fastifyStatic, {
    root, prefix, wildcard: false, index: false, dotfiles: 'ignore', cacheControl: false,
    // The build lays a compressed copy beside each file.
    preCompressed: true,
    setHeaders: (reply, path) => {
      reply.header('cache-control', hashedAsset.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('vary', 'accept-encoding');
    },
  });
  const answerPage = async (request: FastifyRequest, reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').header('vary', 'accept-language').type('text/html; charset=utf-8').send(withTextsFor(request.headers['accept-language'] ?? '', await readFile(page, 'utf8')));
  scope.get(prefix, (request, reply) => answerPage(request, reply));
  if (prefix !== '/') scope.get(prefix.slice(0, -1), (_request, reply) => reply.redirect(prefix, 308));
  scope.get(`${prefix}*`, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage = !/^\/(v1|fhir|health|ledger)(\/|$)/.test(path) && !/\.[A-Za-z0-9]+$/.test(path);
    return isPage ? answerPage(request, reply) : sendProblem(reply, 'not-found');
  });
}

/**
 * Nothing but the app's own files runs or loads, nobody frames it, and the camera is its own. `wasm-unsafe-eval`
 * is for the scanner's decoder.
 */
async function protect(scope: FastifyInstance, origin: string): Promise<void> {
  const overTls = origin.startsWith('https:');
  await scope.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(overTls ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: overTls ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
  scope.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=(self), payment=(), usb=()');
    done(null, payload);
  });
}
