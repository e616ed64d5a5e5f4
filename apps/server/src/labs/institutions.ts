import { randomUUID } from 'node:crypto';
import type { BodyOf, InstitutionId, ResponseOf, listInstitutions, registerInstitution } from '@health-kit/api';
import type { Queryable } from '../database.ts';

export type Institution = ResponseOf<typeof registerInstitution>;

/** Stores a new test site or laboratory. Two of the same name are two institutions. */
export async function addInstitution(database: Queryable, institution: BodyOf<typeof registerInstitution>, nowMs: number): Promise<Institution> {
  const rows = await database.query<{ institution_id: InstitutionId }>(
    'INSERT INTO health.institution (institution_id, name, kind, created_at) VALUES ($1, $2, $3, $4) RETURNING institution_id',
    [randomUUID(), institution.name, institution.kind, new Date(nowMs)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('an insert returned no row');
  return { institutionId: row.institution_id, name: institution.name, kind: institution.kind };
}

/** All institutions by name. */
export async function readInstitutions(database: Queryable): Promise<ResponseOf<typeof listInstitutions>['institutions']> {
  const rows = await database.query<{ institution_id: InstitutionId; name: string; kind: Institution['kind'] }>(
    'SELECT institution_id, name, kind FROM health.institution ORDER BY name, institution_id',
  );
  return rows.map((row) => ({ institutionId: row.institution_id, name: row.name, kind: row.kind }));
}

/** What kind of institution this is; null where it is none. */
export async function institutionKind(database: Queryable, institutionId: string): Promise<Institution['kind'] | null> {
  const rows = await database.query<{ kind: Institution['kind'] }>('SELECT kind FROM health.institution WHERE institution_id = $1', [institutionId]);
  return rows[0]?.kind ?? null;
}
