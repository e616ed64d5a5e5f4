/** The OpenAPI 3.1 document, made from the operations that are served. */
import { problemTypes, type Authority, type Operation } from '@health-kit/api';

/** The security requirement of an authority; its detail stands in `x-authority`. */
function securityOf(authority: Authority): readonly Record<string, readonly string[]>[] {
  switch (authority.kind) {
    case 'anyone': return [];
    case 'device': return [{ proof: [] }];
    case 'ticket': return [{ dayTicket: [] }];
    case 'institution': return [{ accessToken: [] }];
    case 'resident':
    case 'gate':
    case 'staff': return [{ boundTicket: [], proof: [] }];
  }
}

const securitySchemes = {
  proof: { type: 'apiKey', in: 'header', name: 'DPoP', description: 'Request proof after RFC 9449 with the digest of the body (bdh), by a P-256 key' },
  boundTicket: { type: 'http', scheme: 'DPoP', description: 'Ticket bound to the key of the proof' },
  dayTicket: { type: 'http', scheme: 'Bearer', description: "A resident's day ticket; by itself it can only append visits of its day" },
  accessToken: { type: 'http', scheme: 'Bearer', description: 'Access token of SMART Backend Services' },
} as const;

/** Problems that an operation may answer with, besides those of its own rules. */
function problemResponses(operation: Operation): Record<string, unknown> {
  const statuses = new Set<number>([400, 404, 409, 413, 415, 422, 429, 500, 503]);
  if (operation.authority.kind !== 'anyone') statuses.add(401).add(403);
  const responses: Record<string, unknown> = {};
  for (const status of [...statuses].sort((a, b) => a - b)) {
    const names = Object.entries(problemTypes).filter(([, problem]) => problem.status === status).map(([name]) => name);
    responses[String(status)] = {
      description: `Problem: ${names.join(', ')}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return responses;
}

/** One operation: its parts, its authority (`x-authority`) and security, its success and its problems. */
function documentOperation(operation: Operation): Record<string, unknown> {
  const mediaType = operation.produces ?? 'application/json';
  const success = operation.status === 204
    ? { description: 'Done' }
    : { description: 'Done', content: { [mediaType]: operation.produces === undefined ? { schema: operation.response ?? {} } : {} } };
  return {
    operationId: operation.id, summary: operation.summary, tags: [operation.capability],
    'x-authority': operation.authority, security: securityOf(operation.authority),
    ...parametersOf(operation),
    ...(operation.body === undefined ? {} : {
      requestBody: { required: true, content: { [operation.consumes ?? 'application/json']: { schema: operation.body } } },
    }),
    responses: { [String(operation.status)]: success, ...problemResponses(operation) },
  };
}

function parametersOf(operation: Operation): { parameters?: unknown[] } {
  const parameters = [...parametersIn('path', operation.params), ...parametersIn('query', operation.query)];
  return parameters.length === 0 ? {} : { parameters };
}

function parametersIn(place: 'path' | 'query', schema: Operation['params']): unknown[] {
  if (schema === undefined || !('properties' in schema) || typeof schema.properties !== 'object' || schema.properties === null) return [];
  const required: readonly unknown[] = 'required' in schema && Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, member]: [string, unknown]) => ({
    name, in: place, required: place === 'path' || required.includes(name), schema: member,
  }));
}

/** The whole document. `problem` is the schema of a problem document. */
export function openApiDocument(operations: readonly Operation[], origin: string, problem: unknown): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:([A-Za-z]+)/g, '{$1}').replace(/\*$/, '{rest}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: documentOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Health Kit', version: '1', description: 'Health passes and venue registration. Every error is a problem document (RFC 9457).' },
    servers: [{ url: origin }],
    paths,
    components: { securitySchemes, schemas: { Problem: problem } },
  };
}
