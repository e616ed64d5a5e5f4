import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { rm } from 'node:fs/promises';
import type { SealedDocument, SealedIdentity, StaffRole } from '@health-kit/api';
import * as operations from '@health-kit/api/vault';
import type { VaultOperation } from '@health-kit/api/vault';
import { controlledClock, type ControlledClock, type IdentityProvider } from '@health-kit/api/process-settings';
import { decodeBase64url, makeTurningCode, signerFromCryptoKey } from '@health-kit/pass';
import { invitationNumber, makeProof } from '@health-kit/proof';
import { CompactEncrypt, importJWK } from 'jose';
import type { FastifyInstance } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { openVault, type NarrowedLimits } from '../src/openVault.ts';
import { randomUuid, type Randomness } from '../src/randomness.ts';
import { buildSurface } from '../src/socketServer.ts';
import { inviteFoundingOfficers } from '../src/staff/invitations.ts';
import type { Vault } from '../src/vault.ts';
import { proofOf } from './invitations.ts';
import { softwareAuthenticator, type SoftwareAuthenticator } from './softwareAuthenticator.ts';
import { startDatabase, temporaryFolder, type TestDatabase } from './startDatabase.ts';

/** Stops a test whose preparation was refused. */
function succeeded({ status, refusal }: { readonly status: number; readonly refusal: string | null }): void {
  if (status !== 200) throw new Error(`refused: ${status} ${refusal ?? ''}`);
}

/** Bytes that look random and are the same in every run. */
export function seededRandomness(seed: string): Randomness {
  let counter = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let made = 0; made < length; made += 32) blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    return Buffer.concat(blocks).subarray(0, length);
  };
}

/** The moment at which tests begin: a Monday morning in Shanghai. */
export const startMs = Date.parse('2026-11-23T02:00:00Z');
export const origin = 'http://localhost:8080';

const Message = Type.Object({ to: Type.String(), text: Type.String(), kind: Type.Union([Type.Literal('otp'), Type.Literal('notice')]) });

/** What the vault answered: the status and, of a refusal, its name. */
export interface Answer<T> {
  readonly status: number;
  readonly refusal: string | null;
  /** The answer's content; throws when it was none. */
  readonly content: T;
}
export interface CallChanges {
  readonly path?: string;
  readonly method?: string;
  readonly ticket?: string | null;
  /** Body that is sent instead of the one that was proven. */
  readonly sentBody?: string;
  readonly provenAt?: number;
  /** The network that the server says it came from. */
  readonly network?: string;
  /** What another party made, as the server hands it on. */
  readonly relayed?: string;
}

/** A key in a browser: a device or a session. */
export interface Caller {
  readonly keys: CryptoKeyPair;
  /** Sends a request to an operation of the vault, proven by this key. */
  call<Response extends TSchema>(operation: VaultOperation<typeof operations.beginRegistration.request, Response>, method: string, path: string, body?: unknown, changes?: CallChanges): Promise<Answer<Static<Response>>>;
}
export interface Officer extends Caller {
  readonly authenticator: SoftwareAuthenticator;
  readonly officerId: string;
}
export interface Resident extends Caller {
  readonly identity: SealedIdentity;
  /** The text of the code on the resident's screen now. */
  showPass(): Promise<string>;
}

export interface City {
  readonly vault: Vault;
  /** The vault processes; {@link City.vault} is the first. */
  readonly vaults: readonly Vault[];
  readonly app: FastifyInstance;
  readonly clock: ControlledClock;
  readonly database: TestDatabase;
  readonly keyFolder: string;
  readonly messages: { readonly to: string; readonly text: string; readonly kind: string }[];
  ask<Request extends TSchema, Response extends TSchema>(operation: VaultOperation<Request, Response>, request: Static<Request>): Promise<Answer<Static<Response>>>;
  /** A key that nobody knows yet. */
  stranger(): Promise<Caller>;
  seal(content: SealedIdentity | SealedDocument): Promise<string>;
  /** Seals anything at all to the vault. */
  sealAny(content: object): Promise<string>;
  /** Registers and confirms; the identity is not proven. */
  register(identity: SealedIdentity, device?: Caller): Promise<Resident>;
  /** Starts a registration and reads the code off the phone. */
  startRegistration(identity: SealedIdentity, device: Caller, network?: string): Promise<{ readonly registrationId: string; readonly code: string | null }>;
  officer(name: string, roles: readonly StaffRole[], unit?: string): Promise<Officer>;
  /** Has the registrar see the resident's document. */
  prove(resident: Resident): Promise<void>;
  /** Has two registrars see the document of somebody whose account is on another device: it moves at once. */
  moveAtDesk(resident: Resident): Promise<void>;
  /** A positive (or other) result as the laboratory's chain would have stored it; returns its id. */
  result(resident: Resident, value: 'positive' | 'negative', collectedAtMs?: number): Promise<string>;
  /** Opens a vault process anew, on the same database and keys; it alone serves what is asked from now on. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A resident id of somebody who was born on a day; `number` varies it. */
export function residentId(birthDate: string, number: number): string {
  const body = `110101${birthDate.replaceAll('-', '')}${String(number).padStart(3, '0')}`;
  let product = 0;
  for (const digit of body) product = ((product + Number(digit)) * 2) % 11;
  const check = (12 - product) % 11;
  return `${body}${check === 10 ? 'X' : check}`;
}

/** A well-formed identity; `number` varies it. */
export function identity(number: number, changes: Partial<SealedIdentity> = {}): SealedIdentity {
  return {
    familyName: '欧阳', givenName: '娜娜', documentType: 'resident-id', documentNumber: residentId('1990-01-01', number),
    phone: `+86138${String(number).padStart(8, '0')}`, language: 'zh', ...changes,
  };
}

/**
 * A vault with a database, keys and a telephone network of its own, and people to use it. Of several `processes` on
 * the same database and keys each request goes to the next one.
 */
export async function startCity(options: { readonly limits?: NarrowedLimits; readonly timeZone?: string; readonly witnessKeys?: string[]; readonly durable?: boolean; readonly processes?: number; readonly identityProvider?: IdentityProvider } = {}): Promise<City> {
  const database = await startDatabase({ durable: options.durable === true });
  const keyFolder = await temporaryFolder();
  const clock = controlledClock(startMs);
  const random = seededRandomness('city');
  const messages: { to: string; text: string; kind: string }[] = [];
  const phoneNetwork = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    request.on('end', () => {
      const message: unknown = JSON.parse(text);
      if (Value.Check(Message, message)) messages.push(message);
      response.end();
    });
  });
  await new Promise<void>((resolve) => phoneNetwork.listen(0, '127.0.0.1', resolve));
  const address = phoneNetwork.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const openProcess = (randomness: Randomness) => openVault(
    {
      databaseUrl: database.urlOf('hk_vault'), socketPath: `${keyFolder}/vault.sock`, keyFolder, outboxUrl: `http://127.0.0.1:${address.port}`,
      timeZone: options.timeZone ?? 'Asia/Shanghai', origin, cityName: { zh: '海川', en: 'Haichuan' }, issuer: 'HC', controlledClock: { startMs },
      ...(options.identityProvider === undefined ? {} : { identityProvider: options.identityProvider }),
      ...(options.witnessKeys === undefined ? {} : { witnessKeys: options.witnessKeys }),
    },
    { clock, random: randomness, ...(options.limits === undefined ? {} : { limits: options.limits }) },
  );
  const vault = await openProcess(random);
  const vaults = [vault];
  for (let number = 1; number < (options.processes ?? 1); number += 1) vaults.push(await openProcess(seededRandomness(`process ${number}`)));
  const failures: unknown[] = [];
  const apps = vaults.map((each) => buildSurface(each, (_operation, error) => failures.push(error)));
  let serving = apps;
  const first = apps[0] ?? buildSurface(vault, () => undefined);
  let asked = 0;

  async function ask<Request extends TSchema, Response extends TSchema>(operation: VaultOperation<Request, Response>, request: Static<Request>): Promise<Answer<Static<Response>>> {
    const next = serving[asked % serving.length] ?? first;
    asked += 1;
    const response = await next.inject({ method: 'POST', url: `/${operation.name}`, payload: JSON.stringify(request), headers: { 'content-type': 'application/json' } });
    const content: unknown = JSON.parse(response.body);
    const failure = failures.pop();
    if (response.statusCode === 500) throw new Error(`${operation.name} failed`, { cause: failure });
    const refusal = typeof content === 'object' && content !== null && 'refusal' in content ? String(content.refusal) : null;
    return {
      status: response.statusCode, refusal,
      get content() {
        if (response.statusCode !== 200 || !Value.Check(operation.response, content)) throw new Error(`${operation.name} was refused: ${response.statusCode} ${refusal ?? ''}`);
        return content;
      },
    };
  }

  async function stranger(): Promise<Caller> {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    return {
      keys,
      async call(operation, method, path, body, changes = {}) {
        const text = body === undefined ? '' : JSON.stringify(body);
        const ticket = changes.ticket ?? null;
        const proof = await makeProof({ key: keys, method, url: origin + path, body: Buffer.from(text, 'utf8'), ticket, nowMs: changes.provenAt ?? clock.now(), nonce: random(16) });
        return ask(operation, { caller: { proof, method: changes.method ?? method, path: changes.path ?? path, body: changes.sentBody ?? text, ticket, ...(changes.network === undefined ? {} : { network: changes.network }), ...(changes.relayed === undefined ? {} : { relayed: changes.relayed }) } });
      },
    };
  }

  async function sealAny(content: object): Promise<string> {
    const { sealingKey } = (await ask(operations.publicKeys, {})).content;
    return new CompactEncrypt(Buffer.from(JSON.stringify(content), 'utf8'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: sealingKey.kid }).encrypt(await importJWK({ ...sealingKey }, 'ECDH-ES'));
  }

  const seal = (content: SealedIdentity | SealedDocument) => sealAny(content);

  async function startRegistration(who: SealedIdentity, device: Caller, network?: string) {
    const before = messages.length;
    const started = (await device.call(operations.beginRegistration, 'POST', '/v1/registrations', { sealed: await seal(who) }, network === undefined ? {} : { network })).content;
    for (const each of vaults) await each.messages.settle(2000);
    const code = messages.slice(before).map(({ text }) => /\d{8}/.exec(text)?.[0]).at(-1) ?? null;
    return { registrationId: started.registrationId, code };
  }

  async function register(who: SealedIdentity, device?: Caller): Promise<Resident> {
    const caller = device ?? (await stranger());
    const { registrationId, code } = await startRegistration(who, caller);
    succeeded(await caller.call(operations.confirmRegistrationCode, 'POST', `/v1/registrations/${registrationId}/confirmation`, { code }));
    return {
      ...caller, identity: who,
      async showPass() {
        const { pass } = (await caller.call(operations.issueDayPass, 'POST', '/v1/passes', {})).content;
        const bytes = decodeBase64url(pass);
        if (bytes === null) throw new Error('no pass');
        return makeTurningCode(bytes, clock.now(), signerFromCryptoKey(caller.keys.privateKey));
      },
    };
  }

  async function officer(name: string, roles: readonly StaffRole[], unit = `Unit of ${name}`): Promise<Officer> {
    const [invitation] = await inviteFoundingOfficers(vault, [{ name, office: 'Centre for Disease Control', unit, roles: [...roles], institutionId: null }]);
    if (invitation === undefined) throw new Error('no invitation');
    const authenticator = softwareAuthenticator(origin, name);
    const number = await invitationNumber(invitation.code);
    const begun = (await ask(operations.beginOfficerEnrolment, { invitation: number })).content;
    const credential = authenticator.create(begun.options);
    succeeded(await ask(operations.finishOfficerEnrolment, { invitation: number, credential, proof: await proofOf(invitation.code, credential) }));
    const session = await stranger();
    const { options: signIn } = (await session.call(operations.beginOfficerSignIn, 'POST', '/v1/staff/sign-in/options', {})).content;
    const signedIn = (await session.call(operations.finishOfficerSignIn, 'POST', '/v1/staff/sign-in', { assertion: authenticator.get(signIn) })).content;
    return { ...session, authenticator, officerId: signedIn.officer.officerId };
  }

  let registrar: Officer | null = null;
  async function prove(resident: Resident): Promise<void> {
    registrar ??= await officer('the usual registrar', ['registrar']);
    const { presentationId } = (await registrar.call(operations.presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident.showPass() })).content;
    const { familyName, givenName, documentType, documentNumber } = resident.identity;
    const sealed = await seal({ familyName, givenName, documentType, documentNumber });
    succeeded(await registrar.call(operations.proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed }));
  }

  let second: Officer | null = null;
  async function moveAtDesk(resident: Resident): Promise<void> {
    await prove(resident);
    second ??= await officer('the usual second registrar', ['registrar']);
    const { presentationId } = (await second.call(operations.presentPassAtDesk, 'POST', '/v1/desk/presentations', { pass: await resident.showPass() })).content;
    const { familyName, givenName, documentType, documentNumber } = resident.identity;
    const sealed = await seal({ familyName, givenName, documentType, documentNumber });
    const { move } = (await second.call(operations.proveIdentityAtDesk, 'POST', '/v1/desk/identity-proofs', { presentationId, sealed })).content;
    const path = `/v1/desk/moves/${move?.moveId ?? ''}/confirmation`;
    const { options } = (await second.call(operations.beginMoveConfirmation, 'POST', `${path}/options`, {})).content;
    succeeded(await second.call(operations.confirmMoveAtDesk, 'POST', path, { assertion: second.authenticator.get(options) }));
  }

  let sampler: Officer | null = null;
  async function result(resident: Resident, value: 'positive' | 'negative', collectedAtMs = clock.now()): Promise<string> {
    sampler ??= await officer('the usual sampler', ['sampler']);
    const { health } = (await sampler.call(operations.presentPassForSpecimen, 'POST', '/v1/specimens', {
      pass: await resident.showPass(), barcode: 'SPECIMEN-1', collectedAt: new Date(clock.now()).toISOString(),
    })).content;
    const [institution, specimen, resultId] = [randomUuid(random), randomUuid(random), randomUuid(random)];
    const at = new Date(collectedAtMs);
    await database.sql("INSERT INTO health.institution VALUES ($1, 'Laboratory', 'laboratory', $2)", [institution, at]);
    await database.sql('INSERT INTO health.specimen VALUES ($1, $2, $3, $4, $5, $4, $5)', [specimen, `B-${specimen.slice(0, 8).toUpperCase()}`, health, institution, at]);
    await database.sql("INSERT INTO health.result VALUES ($1, $2, 1, $3, $4, '94500-6', $5, $6, $6, $6)", [resultId, specimen, health, institution, value, at]);
    return resultId;
  }

  return {
    vault, vaults, app: first, clock, database, keyFolder, messages, ask, stranger, seal, sealAny, register, startRegistration, officer, prove, moveAtDesk, result,
    async restart() {
      const anew = await openProcess(seededRandomness(`process ${vaults.length}`));
      vaults.push(anew);
      const surface = buildSurface(anew, (_operation, error) => failures.push(error));
      apps.push(surface);
      serving = [surface];
    },
    async close() {
      for (const each of apps) await each.close();
      for (const each of vaults) await each.database.close();
      await new Promise((resolve) => phoneNetwork.close(resolve));
      await database.stop();
      await rm(keyFolder, { recursive: true, force: true });
    },
  };
}

