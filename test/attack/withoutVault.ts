/** What somebody tries who has the whole database, the server's login and every key that the server was ever given, but no vault. */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import pg from 'pg';
import type { Search } from './canaryForms.ts';

export interface Loot {
  /** Every value of every table of ours, with its place. */
  readonly values: readonly { readonly table: string; readonly column: string; readonly bytes: Buffer; readonly isUuid: boolean }[];
}
/** What is publicly known of somebody, who may or may not be in the database. */
export interface Suspect {
  readonly documentType: string;
  readonly documentNumber: string;
  readonly phone: string;
  readonly familyName: string;
  readonly givenName: string;
}

/** Reads everything there is, as the database's owner could. */
export async function takeEverything(databaseUrl: string): Promise<Loot> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows: columns } = await client.query<{ name: string; column: string; type: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
    );
    const values: Loot['values'][number][] = [];
    for (const { name, column, type } of columns) {
      const { rows } = await client.query<{ value: Buffer | string }>(`SELECT ${client.escapeIdentifier(column)}${type === 'bytea' ? '' : '::text'} AS value FROM ${name} WHERE ${client.escapeIdentifier(column)} IS NOT NULL`);
      const isUuid = type === 'uuid';
      values.push(...rows.map(({ value }) => ({
        table: name, column, isUuid, bytes: typeof value === 'string' ? Buffer.from(isUuid ? value.replaceAll('-', '') : value, isUuid ? 'hex' : 'utf8') : value,
      })));
    }
    return { values };
  } finally {
    await client.end();
  }
}

const nonceBytes = 12;
const tagBytes = 16;

/** Opens everything that may be sealed with every key, whatever the associated data: AES-GCM is counter mode beneath, and gives its text away without its tag. */
export function openSealed({ values }: Loot, keys: readonly Buffer[], search: Search): string[] {
  const opened = new Set<string>();
  for (const { table, column, bytes } of values) {
    for (const sealed of [bytes, ...textAsBytes(bytes)]) {
      if (sealed.length <= nonceBytes + tagBytes) continue;
      for (const key of keys) {
        const counter = Buffer.concat([sealed.subarray(0, nonceBytes), Buffer.from([0, 0, 0, 2])]);
        const text = createDecipheriv('aes-256-ctr', key, counter).update(sealed.subarray(nonceBytes));
        if (search.hits(text).length > 0) opened.add(`${table}.${column}`);
      }
    }
  }
  return [...opened];
}

function textAsBytes(bytes: Buffer): Buffer[] {
  const text = bytes.toString('latin1');
  return /^[\w.+/=-]{40,}$/.test(text) ? text.split('.').map((part) => Buffer.from(part, 'base64url')) : [];
}

/** Looks for digests of what is known about somebody, plain and keyed with everything there is: a match would say that the person is in there. */
export function confirmSuspect({ values }: Loot, keys: readonly Buffer[], suspect: Suspect): string[] {
  const { documentType, documentNumber, phone, familyName, givenName } = suspect;
  const texts = [
    documentNumber, phone, phone.replace('+86', ''), phone.slice(1), `${documentType}|${documentNumber}`, `${documentType}:${documentNumber}`, `${documentType}${documentNumber}`,
    `${documentType}|${documentNumber}\n${familyName}\n${givenName}`, `${documentType}|${documentNumber}\n${familyName.toUpperCase()}\n${givenName.toUpperCase()}`,
    familyName + givenName, `${familyName} ${givenName}`, `${givenName} ${familyName}`,
  ];
  const digests = new Map<string, string>();
  for (const text of texts) {
    for (const algorithm of ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha3-256']) {
      digests.set(createHash(algorithm).update(text).digest('hex'), algorithm);
      for (const key of keys) digests.set(createHmac(algorithm, key).update(text).digest('hex'), `keyed ${algorithm}`);
    }
  }
  return values.flatMap(({ table, column, bytes }) => {
    const text = bytes.toString('latin1');
    const forms = [bytes.toString('hex'), text.toLowerCase(), Buffer.from(text, 'base64').toString('hex')];
    const algorithm = forms.map((form) => digests.get(form)).find((found) => found !== undefined);
    return algorithm === undefined ? [] : [`${table}.${column} is ${algorithm} of something known`];
  });
}

/** Links pseudonyms to the vault's people, as they are and through every key; returns the columns that gave a person away. */
export function linkPseudonyms({ values }: Loot, keys: readonly Buffer[]): string[] {
  const people = new Set(values.filter(({ table, column }) => table === 'vault.person' && column === 'person_id').map(({ bytes }) => bytes.toString('hex')));
  const linked = new Set<string>();
  for (const { table, column, bytes, isUuid } of values) {
    if (!isUuid || table.startsWith('vault.')) continue;
    if (people.has(bytes.toString('hex'))) linked.add(`${table}.${column} holds a person`);
    for (const key of keys) {
      for (const cipher of [createDecipheriv('aes-256-ecb', key, null), createCipheriv('aes-256-ecb', key, null)]) {
        cipher.setAutoPadding(false);
        if (people.has(cipher.update(bytes).toString('hex'))) linked.add(`${table}.${column} turns into a person`);
      }
    }
  }
  return [...linked];
}

/** What the server's own login may read of the vault and of the machine: the statements that were not refused. */
export async function overreach(serverUrl: string, tables: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const statements = [
      ...tables.flatMap((table) => [`SELECT * FROM ${table} LIMIT 1`, `TABLE ${table}`, `COPY ${table} TO STDOUT`, `SELECT ${table}::text FROM ${table}`, `DELETE FROM ${table}`, `CREATE TEMP VIEW peek AS SELECT * FROM ${table}; SELECT * FROM peek`]),
      'SET ROLE hk_vault', 'SET ROLE hk_vault_service', 'SET ROLE hk_vault_owner', 'SET ROLE postgres', 'SET SESSION AUTHORIZATION hk_vault', "ALTER ROLE hk_server SUPERUSER", "ALTER ROLE hk_vault PASSWORD 'x'",
      "SELECT pg_read_file('postgresql.conf')", "SELECT pg_ls_dir('.')", "COPY (SELECT 1) TO PROGRAM 'cat'", "CREATE TEMP TABLE loot (line text); COPY loot FROM '/etc/passwd'", "SELECT lo_import('/etc/passwd')",
      'SELECT rolpassword FROM pg_authid', 'CREATE EXTENSION dblink', 'SELECT pg_stat_file(\'postgresql.conf\')',
    ];
    const allowed: string[] = [];
    for (const statement of statements) {
      await client.query('BEGIN');
      const refused = await client.query(statement).then(() => false, () => true);
      await client.query('ROLLBACK');
      if (!refused) allowed.push(statement);
    }
    return allowed;
  } finally {
    await client.end();
  }
}
