/**
 * What the starting command hands to each process of the system, and how they talk while they run.
 *
 * Settings arrive as one JSON object in the environment variable `HK_SETTINGS`, parsed once by
 * {@link parseVaultSettings}, {@link parseServerSettings} or {@link parseOutboxSettings}. They hold
 * database passwords: a process deletes the variable from its environment once it is read.
 *
 * The conversation runs over the IPC channel of `child_process.fork`:
 *
 * - child → parent `{type:'ready'}` once it listens (with an `invitation` while the system has no administrator), or `{type:'failed', sentence}` when it cannot, with
 *   one sentence for the operator, and then exits with a code other than 0;
 * - parent → child `{type:'set-time', epochMs}`, answered by `{type:'time-set', epochMs}`; only a process whose
 *   settings carry a `controlledClock` honours it, every other process stays silent;
 * - parent → vault `{type:'invite-founding-officers', officers}` once it is ready, answered by `{type:'invitations', invitations}`
 *   in the same order (none at all where that failed); there is no other way to officers that no officer invited;
 * - on `SIGTERM`, or when the channel disconnects because the parent died, a process stops taking work,
 *   finishes what it has accepted and exits with 0.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Officer } from './operations/staff.ts';
import { TrustRoot } from './trust.ts';
import { FoundingOfficer } from './vault/index.ts';

/** A source of time: milliseconds since 1970-01-01T00:00:00Z. Rules and records take one instead of asking the machine. */
export type Clock = { now(): number; };

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is set; for tests, replays and benchmarks. */
export type ControlledClock = Clock & { set(epochMs: number): void; };

/** Makes a clock that reads `epochMs` until somebody sets it. */
export function controlledClock(epochMs: number): ControlledClock {
  let current = epochMs;
  return {
    now: () => current,
    set: (next) => {
      current = next;
    },
  };
}

/** `false`: the machine's clock. Otherwise a clock that starts at `startMs` (epoch) and moves only by `set-time`. */
const ClockSetting = Type.Union([
  Type.Literal(false),
  Type.Object({ startMs: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
]);
export type ClockSetting = Static<typeof ClockSetting>;

const Port = Type.Integer({ minimum: 1, maximum: 65535 });
const TimeZone = Type.String({ minLength: 1, description: 'IANA name, for example Asia/Shanghai' });
const Origin = Type.String({ pattern: '^https?://[^/]+$', description: 'Scheme, host and port, no trailing slash' });
const Folder = Type.String({ minLength: 1, description: 'Absolute path' });
const DatabaseUrl = Type.String({
  pattern: '^postgres(ql)?://',
  description: 'A URL for the pg driver, with the password of the process\'s own role',
});

const Pem = Type.String({ pattern: '^-----BEGIN [A-Z ]+-----', maxLength: 65_536, description: 'PEM text' });

/**
 * One end of the mutual TLS between the server's and the vault's host: where the vault listens, and this end's
 * certificate. As text and not as files, since the start command reads them and the process's own user need not.
 */
const TlsEnd = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }), port: Port, certificate: Pem, key: Pem,
    /** The one authority whose certificates the other end may show. */
    authority: Pem,
  },
  { additionalProperties: false },
);
export type TlsEnd = Static<typeof TlsEnd>;

/** Distinct people within the last minute, hour and day, of one officer, and of all in the last minute. */
const SubjectBudget = Type.Object(
  {
    perMinute: Type.Integer({ minimum: 1 }), perHour: Type.Integer({ minimum: 1 }), perDay: Type.Integer({ minimum: 1 }),
    everybodyPerMinute: Type.Integer({ minimum: 1 }),
    /** From how many in a day the account is frozen; where it is not given, more than an hour's or a day's do. */
    freezesPerDay: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

/** A message centre that takes text messages by SMPP 3.4. */
const SmppSettings = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }), port: Port, tls: Type.Boolean(),
    /** Certificate of the authority that the centre's is of; the machine's own ones unless given. */
    authority: Type.Optional(Pem),
    /** By which the centre knows us; SMPP 3.4, 5.2.1 and 5.2.2. */
    systemId: Type.String({ pattern: '^[\\x21-\\x7e]{1,15}$' }), password: Type.String({ pattern: '^[\\x21-\\x7e]{0,8}$' }),
    /** Whom phones show as sender: a number, or up to eleven letters and digits. */
    from: Type.Optional(Type.String({ pattern: '^(\\+?\\d{3,15}|[A-Za-z0-9 ]{1,11})$' })),
  },
  { additionalProperties: false },
);
export type SmppSettings = Static<typeof SmppSettings>;

/** A public signature key of an identity provider (RFC 7517). */
const ProviderKey = Type.Object({ kty: Type.Union([Type.Literal('EC'), Type.Literal('RSA'), Type.Literal('OKP')]), kid: Type.Optional(Type.String()), alg: Type.Optional(Type.String()) }, { additionalProperties: true });
const ClaimName = Type.String({ minLength: 1, maxLength: 100 });
/** The OpenID Connect provider by which residents prove who they are, as the vault knows it: pinned, and asked for nothing. */
export const IdentityProvider = Type.Object(
  {
    /** As the office in people's access log. */
    name: Type.String({ minLength: 1, maxLength: 60 }),
    /** As it names itself, OpenID Connect Core, 2. */
    issuer: Type.String({ pattern: '^https?://', maxLength: 512 }),
    clientId: Type.String({ minLength: 1, maxLength: 200 }),
    /** Every key whose signature counts; while the provider replaces one, both. */
    keys: Type.Array(ProviderKey, { minItems: 1, maxItems: 20 }),
    /** Claims that hold the particulars. Where `documentType` names none, all are resident ids. */
    claims: Type.Object({ familyName: ClaimName, givenName: ClaimName, documentNumber: ClaimName, documentType: Type.Optional(ClaimName) }, { additionalProperties: false }),
    /** Authentication contexts that are enough; any unless given. */
    acr: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 20 })),
    /** Authentication methods that must all have been used. */
    amr: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 20 })),
  },
  { additionalProperties: false },
);
export type IdentityProvider = Static<typeof IdentityProvider>;

/** The same provider as the server knows it, which hands on what it cannot read. */
export const ProviderClient = Type.Object(
  {
    name: IdentityProvider.properties.name, issuer: IdentityProvider.properties.issuer, clientId: IdentityProvider.properties.clientId,
    /** Private key, a JWK with `alg`, by which the server says that it is the client (RFC 7523); without one the client is public and PKCE alone binds the code. */
    clientKey: Type.Optional(Type.Object({ kty: Type.String(), alg: Type.String() }, { additionalProperties: true })),
    scope: Type.String({ pattern: '^openid( [\\x21-\\x7e]+)*$', maxLength: 300 }),
  },
  { additionalProperties: false },
);

/** Settings of `apps/vault`. */
export const VaultSettings = Type.Object(
  {
    databaseUrl: DatabaseUrl,
    socketPath: Type.String({ minLength: 1, maxLength: 107, description: 'Unix socket to listen on; the path limit is the kernel\'s' }),
    /** Listens for servers on other hosts here instead of on `socketPath`, beside which the operator's socket then lies alone. */
    tls: Type.Optional(TlsEnd),
    /** Group, of the server's user, that may connect besides the vault's own user; nobody else unless given. */
    socketGroup: Type.Optional(Type.Integer({ minimum: 1 })),
    keyFolder: Folder,
    /** The token that holds the keys instead of the key folder; its PIN lies there, in `pkcs11-pin`. */
    pkcs11: Type.Optional(Type.Object({ module: Folder, token: Type.String({ minLength: 1, maxLength: 32 }) }, { additionalProperties: false })),
    /** Where text messages go: the base URL of the gateway, or null where none is set up. */
    outboxUrl: Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()]),
    /** The message centre that takes them instead. */
    smpp: Type.Optional(SmppSettings),
    timeZone: TimeZone,
    origin: Origin,
    cityName: Type.Object(
      { zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
      { additionalProperties: false },
    ),
    /** Issuer named in every pass; short, because each byte costs room in the QR code. */
    issuer: Type.String({ pattern: '^[\\x21-\\x7e]{1,6}$' }),
    /** Keys of the witnesses whose cosignatures of the ledger are taken, each as the witness prints it. */
    witnessKeys: Type.Optional(Type.Array(Type.String({ maxLength: 400 }), { maxItems: 20 })),
    /** Bounds other than the usual ones (`defaultLimits` of the vault). */
    limits: Type.Optional(Type.Object(
      {
        /** Days for which visits can be traced. */
        visitTermDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
        /** One-time codes to one telephone number within an hour, whoever asks. */
        codesPerPhonePerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** One-time codes to one telephone number that one network asks for within an hour. */
        codesPerPhoneAndNetworkPerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** One-time codes to one telephone number within an hour, besides, to devices whose account has it. */
        codesPerOwnPhonePerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** One-time codes that one device key asks for within an hour. */
        codesPerDevicePerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** One-time codes to one range of numbers (first seven digits and length) within an hour. */
        codesPerRangePerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** One-time codes to everybody together within an hour. */
        codesPerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Wrong one-time codes of everybody together within an hour. */
        failedCodesPerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Passes that one device has issued for one person in a day. */
        passesPerDevicePerDay: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Passes of one dependant that one guardian has issued in a day, on all devices. */
        guardianPassesPerDay: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Wrong guardian codes of one person within an hour. */
        guardianGuessesPerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Exports of their account that one device asks for within an hour. */
        exportsPerDevicePerHour: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Distinct people whom officers may touch, by what for. */
        subjects: Type.Optional(Type.Object(
          {
            desk: Type.Optional(SubjectBudget), move: Type.Optional(SubjectBudget), specimen: Type.Optional(SubjectBudget), trace: Type.Optional(SubjectBudget),
            resolution: Type.Optional(SubjectBudget), proposal: Type.Optional(SubjectBudget), disclosure: Type.Optional(SubjectBudget), appeal: Type.Optional(SubjectBudget),
          },
          { additionalProperties: false },
        )),
        /** Distinct people who may become contacts of one case. */
        contactsPerCase: Type.Optional(Type.Integer({ minimum: 1 })),
        /** Hours between asking for one's account on a new device and getting it: one hour to seven days. */
        recoveryDelayHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 168 })),
        /** Days for which nobody asks again for an account whose owner stopped it. */
        recoveryBlockDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
        /** Minutes for which a new signing key stands in the trust list before it signs. */
        keyAnnouncementMinutes: Type.Optional(Type.Integer({ minimum: 2, maximum: 10_080 })),
        /** Registrations begun within a minute from which on privacy officers are told. */
        registrationsPerMinute: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      { additionalProperties: false },
    )),
    /** Where the privacy officer on call is told of alarms by text message. */
    privacyPhone: Type.Optional(Type.String({ pattern: '^\\+[1-9]\\d{6,14}$' })),
    identityProvider: Type.Optional(IdentityProvider),
    /** Makes a database whole that a backup replaced, instead of serving anybody. */
    restore: Type.Optional(Type.Boolean()),
    controlledClock: ClockSetting,
  },
  { additionalProperties: false },
);
export type VaultSettings = Static<typeof VaultSettings>;

/** Settings of `apps/server`. */
export const ServerSettings = Type.Object(
  {
    databaseUrl: DatabaseUrl,
    /** The vault's Unix socket, or where it listens on another host. */
    vault: Type.Union([Type.Object({ socketPath: Type.String({ minLength: 1, maxLength: 107 }) }, { additionalProperties: false }), TlsEnd]),
    host: Type.String({ minLength: 1 }),
    port: Port,
    origin: Origin,
    /** Address of the development telephone network, shown to people who try the system; null in production. */
    outboxOrigin: Type.Union([Origin, Type.Null()]),
    timeZone: TimeZone,
    /** Folders of the built web apps. */
    webRoots: Type.Object({ resident: Folder, gate: Folder, console: Folder }, { additionalProperties: false }),
    /** Witnesses that checkpoints of the ledger are submitted to: submission prefix and key. */
    witnesses: Type.Optional(Type.Array(
      Type.Object({ url: Type.String({ pattern: '^https?://' }), key: Type.String({ maxLength: 400 }) }, { additionalProperties: false }),
      { maxItems: 20 },
    )),
    identityProvider: Type.Optional(ProviderClient),
    controlledClock: ClockSetting,
    /** True where the people are made up, so that pages may say so. */
    demo: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type ServerSettings = Static<typeof ServerSettings>;

/** Settings of `apps/outbox`. */
export const OutboxSettings = Type.Object(
  { host: Type.String({ minLength: 1 }), port: Port, timeZone: TimeZone, controlledClock: ClockSetting },
  { additionalProperties: false },
);
export type OutboxSettings = Static<typeof OutboxSettings>;

/** What a process may say to the command that started it. */
export const ChildMessage = Type.Union([
  Type.Object({
    type: Type.Literal('ready'),
    /** Where the first administrator enrols, as long as there is none; printed for the operator. */
    invitation: Type.Optional(Type.String()),
    /** Fingerprint of the vault's trust root, for people to compare. */
    trustRoot: Type.Optional(TrustRoot),
    /** What a restoration did, for the operator. */
    restored: Type.Optional(Type.String()),
  }),
  Type.Object({ type: Type.Literal('failed'), sentence: Type.String() }),
  /** The system was ended for good: this process is about to end, and no other can take its place. */
  Type.Object({ type: Type.Literal('ended'), sentence: Type.String() }),
  Type.Object({ type: Type.Literal('time-set'), epochMs: Type.Integer() }),
  Type.Object({ type: Type.Literal('invitations'), invitations: Type.Array(Type.Object({ officer: Officer, code: Type.String() })) }),
]);
export type ChildMessage = Static<typeof ChildMessage>;

/** What the command may say to a process. */
export const ParentMessage = Type.Object({ type: Type.Literal('set-time'), epochMs: Type.Integer({ minimum: 0 }) });
export type ParentMessage = Static<typeof ParentMessage>;

/** What the command may ask of the vault alone: invitations for the officers that a new system begins with. */
export const FoundingInvitation = Type.Object({ type: Type.Literal('invite-founding-officers'), officers: Type.Array(FoundingOfficer, { maxItems: 1000 }) });
export type FoundingInvitation = Static<typeof FoundingInvitation>;

/** Reads the command's request for founding invitations; null when the message is another. */
export function parseFoundingInvitation(value: unknown): FoundingInvitation | null {
  return Value.Check(FoundingInvitation, value) ? value : null;
}

/** Thrown when settings are missing or wrong; the message names the field and never quotes a value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function parseSettings<Schema extends TSchema>(schema: Schema, process: string, text: string | undefined): Static<Schema> {
  if (text === undefined) throw new SettingsError(`The ${process} process is started by the healthkit command: HK_SETTINGS is not set.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SettingsError(`The settings of the ${process} process are not JSON.`);
  }
  if (Value.Check(schema, value)) return value;
  const first = Value.Errors(schema, value)[0];
  throw new SettingsError(
    `The settings of the ${process} process are wrong at "${first?.instancePath || '/'}": ${first?.message ?? 'unknown reason'}.`,
  );
}

/** Reads the vault's settings out of the text of `HK_SETTINGS`. Throws {@link SettingsError}. */
export function parseVaultSettings(text: string | undefined): VaultSettings {
  return parseSettings(VaultSettings, 'vault', text);
}

/** Reads the server's settings out of the text of `HK_SETTINGS`. Throws {@link SettingsError}. */
export function parseServerSettings(text: string | undefined): ServerSettings {
  return parseSettings(ServerSettings, 'server', text);
}

/** Reads the outbox's settings out of the text of `HK_SETTINGS`. Throws {@link SettingsError}. */
export function parseOutboxSettings(text: string | undefined): OutboxSettings {
  return parseSettings(OutboxSettings, 'outbox', text);
}

/** Reads a message of a process; null when it is none of ours. */
export function parseChildMessage(value: unknown): ChildMessage | null {
  return Value.Check(ChildMessage, value) ? value : null;
}

/**
 * The clock a process runs on, as its settings say, and what to do with a message of the parent: `receive`
 * sets a controlled clock and returns the answer to send, or null when there is nothing to answer.
 */
export function processClock(setting: ClockSetting): { clock: Clock; receive: (message: unknown) => ChildMessage | null; } {
  if (setting === false) return { clock: systemClock, receive: () => null };
  const clock = controlledClock(setting.startMs);
  return {
    clock,
    receive: (message) => {
      if (!Value.Check(ParentMessage, message)) return null;
      clock.set(message.epochMs);
      return { type: 'time-set', epochMs: message.epochMs };
    },
  };
}
