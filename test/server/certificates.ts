/** Certificates as the page on the vault's host makes them, and others that must open nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsEnd } from '@health-kit/api/process-settings';
import { installDebianPackages } from '../../bin/debianPackages.ts';

export interface Certificates {
  readonly folder: string;
  /** One end, with the certificate `<name>.pem` and its key. */
  end(name: string, port: number): TlsEnd;
  remove(): Promise<void>;
}

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations', 'vault-host.md'), 'utf8');
/** The commands of the page, with the loopback address for the vault's host. */
const commands = (/```sh\n(umask[\s\S]*?)```/.exec(page)?.[1] ?? '').replace('DNS:vault.example', 'IP:127.0.0.1');

/**
 * Runs the page's commands in a temporary folder: `ca`, `vault` and `server`. Besides those: `expired`, as the server's
 * but run out yesterday; `stranger`, as the server's but of another authority, `other`; `elsewhere`, the vault's for
 * another name.
 */
export async function makeCertificates(): Promise<Certificates> {
  const missing = installDebianPackages([{ package: 'openssl', file: '/usr/bin/openssl' }]);
  assert.equal(missing, null, missing ?? '');
  const folder = await mkdtemp(join(tmpdir(), 'hk-certificates-'));
  const others = `
    openssl req $EC -subj "/CN=server" -addext extendedKeyUsage=clientAuth -keyout expired.key -out expired.csr
    openssl x509 -req -in expired.csr -CA ca.pem -CAkey ca.key -days -1 -copy_extensions copy -out expired.pem
    openssl req $EC -subj "/CN=vault" -addext subjectAltName=DNS:elsewhere.example -addext extendedKeyUsage=serverAuth -keyout elsewhere.key -out elsewhere.csr
    openssl x509 -req -in elsewhere.csr -CA ca.pem -CAkey ca.key -days 397 -copy_extensions copy -out elsewhere.pem
    openssl req -x509 $EC -days 3650 -subj "/CN=Health Kit vault link" -addext keyUsage=critical,keyCertSign -keyout other.key -out other.pem
    openssl req $EC -subj "/CN=server" -addext extendedKeyUsage=clientAuth -keyout stranger.key -out stranger.csr
    openssl x509 -req -in stranger.csr -CA other.pem -CAkey other.key -days 397 -copy_extensions copy -out stranger.pem`;
  const made = spawnSync('sh', ['-e', '-c', commands + others], { cwd: folder, encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    folder,
    end: (name, port) => ({ host: '127.0.0.1', port, certificate: read(`${name}.pem`), key: read(`${name}.key`), authority: read('ca.pem') }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
