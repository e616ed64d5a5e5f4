import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeProof } from '@health-kit/proof';
import pg from 'pg';
import { attempt, plainRequest, send } from './attempt.ts';
import { plantHole } from './plantedHole.ts';
import { startCity, type StartedCity } from './startedCity.ts';
import { readTargets, type Target } from './targets.ts';

let city: StartedCity;
let database: pg.Client;
before(async () => {
  city = await startCity({ familyName: '金丝', givenName: '雀明星', documentType: 'resident-id', documentNumber: '119999198806150018', phone: '+8613912345678', language: 'zh' });
  database = new pg.Client({ connectionString: city.system.databaseUrl });
  await database.connect();
});
after(async () => {
  await database.end();
  await city.stop();
});

/** What somebody may hold who stood behind the victim, or found the victim's ticket, without the victim's key. */
async function stolenTexts(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['pass', (await city.victim.renewPass()).pass],
    ['turning code', await city.victim.turningCode()],
    ['ticket', (await city.victim.ticket()).ticket],
  ]);
}

/** Presents each text in each form to each operation that asks for any authority; returns what was let through. */
async function present(via: string, targets: readonly Target[], texts: ReadonlyMap<string, string>): Promise<string[]> {
  const thief = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const letThrough: string[] = [];
  for (const target of targets.filter(({ authority }) => authority !== 'anyone')) {
    for (const [what, text] of texts) {
      for (const form of ['Bearer', 'DPoP', 'DPoP with another key'] as const) {
        // The one thing a ticket can do without its key is what ADR 3 lets it do: append a check-in.
        if (what === 'ticket' && form === 'Bearer' && target.authority === 'ticket') continue;
        const request = plainRequest(target);
        request.headers.set('authorization', `${form === 'Bearer' ? 'Bearer' : 'DPoP'} ${text}`);
        if (form === 'DPoP with another key') {
          request.headers.set('dpop', await makeProof({
            key: thief, method: target.method, url: city.world.origin + request.path, body: request.body ?? new Uint8Array(),
            ticket: text, nowMs: Date.now(), nonce: crypto.getRandomValues(new Uint8Array(16)),
          }));
        }
        const { status } = await send(via, target.method, request);
        if (status !== 401) letThrough.push(`${target.id}: ${what} as ${form}: ${status}`);
      }
    }
  }
  return letThrough;
}

test('row 3: a pass, a turning code and a ticket without its key open nothing', async () => {
  assert.deepEqual(await present(city.world.origin, await readTargets(city.world.origin), await stolenTexts()), []);
});

test('row 3: the victim, with the key, is let in where the thief was not', async () => {
  const targets = await readTargets(city.world.origin);
  const own = { name: 'victim', key: city.victim.key, ticket: (await city.victim.ticket()).ticket };
  for (const target of targets.filter(({ authority }) => authority === 'resident' || authority === 'ticket')) {
    const { status } = await attempt({ origin: city.world.origin, via: city.world.origin }, target, own, new Map());
    assert.notEqual(status, 401, target.id);
  }
});

test('row 3: the attack catches a planted operation that any token opens', async () => {
  const hole = await plantHole(city.world.origin, {
    path: '/v1/health-code', authority: 'resident',
    answer: (_query, { authorization }) => (authorization === undefined ? { status: 401, body: '{}' } : { status: 200, body: '{"colour":"green"}' }),
  });
  try {
    const targets = (await readTargets(hole.origin)).filter(({ id }) => id === 'plantedHole');
    assert.equal((await present(hole.origin, targets, await stolenTexts())).length, 9);
  } finally {
    await hole.close();
  }
});

/** Columns whose name could hold somebody's status, and who may write them. */
const suspicious = '(status|colou?r|health_code|risk|verdict)';
async function writableStatuses(): Promise<string[]> {
  const { rows } = await database.query<{ column: string; verb: string; role: string }>(
    `SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname) AS column, verb, r.rolname AS role
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE']) AS verb
     CROSS JOIN (SELECT oid, rolname FROM pg_roles WHERE rolname ~ '^hk_' AND rolname !~ '_owner$') r
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname IN ('venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger')
       AND a.attname ~ $1 AND has_column_privilege(r.oid, c.oid, a.attnum, verb)
     ORDER BY 1, 2, 3`, [suspicious],
  );
  return rows.map(({ column, verb, role }) => `${role} ${verb} ${column}`);
}

/** What a role could run with another role's rights. */
async function callableFunctions(): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT DISTINCT format('%s.%s', n.nspname, p.proname) AS name
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     CROSS JOIN (SELECT oid FROM pg_roles WHERE rolname ~ '^hk_' AND rolname !~ '_owner$') r
     WHERE n.nspname IN ('venue', 'visit', 'health', 'notify', 'trace', 'vault', 'ledger', 'public') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

test('row 3: no database role can write a status: there is none', async () => {
  // The one column of that name keeps what a pass said when it was signed, so that a pass that no longer tells the
  // truth is found. The vault adds a row with each pass it signs, and not even the vault can change what one says.
  assert.deepEqual(await writableStatuses(), ['hk_vault INSERT vault.pass.status', 'hk_vault_service INSERT vault.pass.status']);
  assert.deepEqual(await callableFunctions(), [
    'health.clear_expired', 'health.destroy_all', 'ledger.destroy_all', 'notify.clear_expired', 'notify.destroy_all', 'notify.forget', 'trace.clear_expired', 'trace.destroy_all',
    'vault.destroy_all', 'venue.clear_expired', 'venue.destroy_all', 'venue.end_hosting', 'visit.check_in', 'visit.check_out', 'visit.destroy_all', 'visit.drop_partitions_before', 'visit.ensure_partition', 'visit.forget',
  ]);
  const { rows } = await database.query<{ text: string }>(
    `SELECT format('%s is %s', login.rolname, owner.rolname) AS text FROM pg_roles login, pg_roles owner
     WHERE login.rolname IN ('hk_server', 'hk_vault') AND owner.rolname ~ '^hk_.*_owner$' AND pg_has_role(login.oid, owner.oid, 'MEMBER')`,
  );
  assert.deepEqual(rows, [], 'nobody who logs in is an owner');
  const { rows: people } = await database.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname ~ '^hk_' AND (rolsuper OR rolcreaterole OR rolbypassrls)");
  assert.deepEqual(people, []);
});

test('row 3: whoever tries as each role to turn a pass green, or to add a fact that is none, is refused by the database', async () => {
  const statements = [
    "UPDATE vault.pass SET status = 'clear'",
    "UPDATE health.result SET value = 'positive'",
    "UPDATE health.observation_order SET ends_at = ends_at + interval '1 day'",
    'DELETE FROM health.result', 'DELETE FROM health.observation_order', 'DELETE FROM health.exposure',
    "CREATE TABLE health.status (subject uuid, colour text)",
  ];
  const { rows: roles } = await database.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname ~ '^hk_' AND rolname !~ '_owner$' ORDER BY 1");
  assert.equal(roles.length, 9);
  for (const { rolname } of roles) {
    for (const statement of statements) {
      await database.query('BEGIN');
      try {
        await database.query(`SET LOCAL ROLE ${rolname}`);
        await assert.rejects(database.query(statement), { code: '42501' }, `${rolname}: ${statement}`);
      } finally {
        await database.query('ROLLBACK');
      }
    }
  }
});

test('row 3: the look at the grants catches a planted column, a planted grant and a planted function', async () => {
  for (const [plant, found] of [
    ['ALTER TABLE health.specimen ADD COLUMN health_status text', 'hk_server INSERT health.specimen.health_status'],
    ['GRANT UPDATE (status) ON vault.pass TO hk_server', 'hk_server UPDATE vault.pass.status'],
  ] as const) {
    await database.query('BEGIN');
    await database.query(plant);
    assert.ok((await writableStatuses()).includes(found), plant);
    await database.query('ROLLBACK');
  }
  await database.query('BEGIN');
  await database.query("CREATE FUNCTION health.turn_red(uuid) RETURNS void LANGUAGE sql AS 'SELECT'");
  assert.ok((await callableFunctions()).includes('health.turn_red'));
  await database.query('ROLLBACK');
});
