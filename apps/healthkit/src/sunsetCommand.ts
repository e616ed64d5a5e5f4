/** `npm run healthkit -- sunset …`: ends the system for good, on officers' passkeys. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SignedDestructionCertificate } from '@health-kit/api';
import { operatorBeginSunset, operatorCompleteSunset, operatorReadSunset, operatorWithdrawSunset, type VaultResponse } from '@health-kit/api/vault';
import { Value } from 'typebox/value';
import { faultsOfCertificate } from './certificate.ts';
import type { Command } from './commands.ts';
import { writeWhole } from './dataFolder.ts';
import { askRunningVault } from './operatorClient.ts';
import { errorText, StartError } from './startError.ts';

const help = `Usage: npm run healthkit -- sunset ACTION [options]

  begin REASON     asks officers to approve the end of the system; nothing is destroyed by it
    --copies TEXT  what became of every copy of the key folder, or that none was made; the
                   statement that officers sign and the certificate say it (must be given)
    --approvals N  officers, each of another unit, who must approve (2, the least)
    --wait HOURS   hours that must pass before the end (24); the statement that officers sign says it
  status           the request, and who has approved it
  withdraw         takes the request back, with its approvals
  complete         destroys every key and every record of a person, and writes the certificate
    --out FILE     where to (certificate-of-destruction.json in the data folder)
  verify FILE      checks a certificate, offline
    --key KEY      the ledger's verifier key, as witnesses knew it

  --data DIR       data folder of the running system (./data)

Officers (administrators and privacy officers) approve on the console's page "End of the system". After "complete"
nobody can undo it, and the key folder of this system is gone. Copies of the key folder are not: each opens the
backups of the database of its time. No program knows where they are, so they are the operator's to destroy, before
or with the end (docs/operations/backup.md). A key that lies in a PKCS#11 token is in no such copy; it is destroyed
in the token, and then none of the copies opens anything.
`;

type Sunset = NonNullable<VaultResponse<typeof operatorReadSunset>['sunset']>;

export const sunsetCommand: Command = {
  name: 'sunset',
  summary: 'ends the system for good, on officers\' passkeys, with a certificate',
  async run(args, { print }) {
    const { values, positionals: [action, subject] } = parse(args);
    if (values.help === true) {
      print(help);
      return 0;
    }
    const dataDir = resolve(values.data ?? 'data');
    const tell = (lines: readonly string[]) => lines.forEach((line) => print(line));
    switch (action) {
      case 'begin':
        if (subject === undefined) throw new StartError('sunset begin needs a reason, which the officers read (npm run healthkit -- sunset --help).');
        tell([...linesOf(await askRunningVault(dataDir, operatorBeginSunset, requestOf(subject, values), refusals)), '',
          'Administrators and privacy officers approve it in the console: "End of the system" (/console/sunset).']);
        return 0;
      case 'status': {
        const { sunset } = await askRunningVault(dataDir, operatorReadSunset, {});
        tell(sunset === null ? ['Nobody has asked to end this system.'] : linesOf(sunset));
        return 0;
      }
      case 'withdraw':
        await askRunningVault(dataDir, operatorWithdrawSunset, {}, refusals);
        print('The request is withdrawn.');
        return 0;
      case 'complete': {
        const { sunset } = await askRunningVault(dataDir, operatorReadSunset, {});
        const missing = missingOf(sunset);
        const certificate = await askRunningVault(dataDir, operatorCompleteSunset, {}, { ...refusals, 'not-permitted': missing });
        const file = resolve(values.out ?? join(dataDir, 'certificate-of-destruction.json'));
        await writeWhole(file, `${JSON.stringify(certificate, null, 2)}\n`);
        tell([`This system was ended at ${toSeconds(certificate.certificate.endedAt)}. Every key of it and every record of a person is destroyed.`, `Certificate: ${file}`,
          'Copies of the key folder open the backups of their time until they are destroyed: destroy what is left of them, and the backups.']);
        return 0;
      }
      case 'verify': {
        if (subject === undefined) throw new StartError('sunset verify needs the file of a certificate.');
        const text = await readFile(resolve(subject), 'utf8').catch(() => {
          throw new StartError(`The file ${subject} cannot be read.`);
        });
        const faults = await faultsOfCertificate(text, values.key ?? null);
        tell(faults.length > 0 ? faults : ['The certificate holds: its signatures, its approvals and its final checkpoint.', copiesOf(text),
          ...(values.key === undefined ? ['It names its ledger key itself; compare that with the one that witnesses knew (--key).'] : [])]);
        return faults.length > 0 ? 1 : 0;
      }
      default:
        throw new StartError('sunset needs an action: begin, status, withdraw, complete or verify (npm run healthkit -- sunset --help).');
    }
  },
};

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        data: { type: 'string' }, copies: { type: 'string' }, approvals: { type: 'string' }, wait: { type: 'string' }, out: { type: 'string' }, key: { type: 'string' }, help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StartError(`${errorText(error)} (npm run healthkit -- sunset --help).`);
  }
}

/** The request to end the system; a reason that the vault would not take is refused here, in words. */
function requestOf(reason: string, { copies, approvals = '2', wait = '24' }: { readonly copies?: string | undefined; readonly approvals?: string | undefined; readonly wait?: string | undefined }) {
  if (copies === undefined) {
    throw new StartError('sunset begin needs --copies: what became of every copy of the key folder, or that none was made. Whoever holds one opens the backups of its time after the end, and the officers sign what you say of them.');
  }
  const request = { reason: reason.trim(), copies: copies.trim(), approvals: number(approvals, '--approvals', 2, 20), waitHours: number(wait, '--wait', 0, 8760) };
  if (!Value.Check(operatorBeginSunset.request.properties.copies, request.copies)) throw new StartError('--copies must have 4 to 500 characters, on one line.');
  if (!Value.Check(operatorBeginSunset.request, request)) throw new StartError('The reason, which the officers read, must have 10 to 300 characters, on one line.');
  return request;
}

function number(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most || (option === '--approvals' && !Number.isInteger(value))) {
    throw new StartError(`${option} must be ${least} to ${most}.`);
  }
  return value;
}

const refusals = {
  'not-found': 'Nobody has asked to end this system: ask first (npm run healthkit -- sunset begin REASON).',
  'conflict': 'The end of this system is already asked for: see it (npm run healthkit -- sunset status), or take it back (npm run healthkit -- sunset withdraw) and ask anew.',
} as const;

/** What the end still waits for, and what to do. */
function missingOf(sunset: Sunset | null): string {
  if (sunset === null) return refusals['not-found'];
  const { approvals, approvalsNeeded, earliestAt } = sunset;
  const lacks = approvalsNeeded - approvals.length;
  const earliest = `it may not come before ${toSeconds(earliestAt)}`;
  if (lacks <= 0) {
    return `The system cannot be ended yet: ${earliest}. If that is past, an approval does not count any more, since its passkey or its officer is gone: withdraw the request and ask anew.`;
  }
  const officers = lacks === 1 ? 'one more officer must approve, of a unit that has not yet' : `${lacks} more officers must approve, each of a unit that has not yet`;
  return `The system cannot be ended yet: ${officers}, on the console's page "End of the system" (${approvals.length} of ${approvalsNeeded} have); ${earliest}.`;
}

/** What a certificate that holds says of copies, which its system could not destroy. */
function copiesOf(text: string): string {
  const { certificate: { statement: { copies } } } = Value.Parse(SignedDestructionCertificate, JSON.parse(text));
  return copies === undefined
    ? 'It says nothing of copies of the key folder: whoever holds one opens the backups of its time.'
    : `Of copies of the key folder, which open the backups of their time, the operator declared: ${copies}`;
}

/** A moment without its milliseconds. */
function toSeconds(moment: string): string {
  return moment.replace(/\.\d+Z$/, 'Z');
}

function linesOf(sunset: Sunset): readonly string[] {
  return [
    `Reason     ${sunset.reason}`,
    `Copies     ${sunset.copies ?? 'the statement says nothing of copies of the key folder'}`,
    `Begun      ${toSeconds(sunset.begunAt)}`,
    `Not before ${toSeconds(sunset.earliestAt)}`,
    `Approvals  ${sunset.approvals.length} of ${sunset.approvalsNeeded}`,
    ...sunset.approvals.map(({ name, office, unit, approvedAt }) => `  ${toSeconds(approvedAt)}  ${name}, ${office}, ${unit}`),
    `Statement  ${sunset.statement}`,
  ];
}
