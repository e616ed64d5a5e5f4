import type { InstitutionId } from '@health-kit/api';
import type { Database } from '../../database.ts';
import { profileInForce } from '../../health/index.ts';
import { recordResult, type RecordedResult, type ResultRefusal } from '../recordResult.ts';
import type { Issue } from './operationOutcome.ts';
import { parseBundle, type BundledResult, type EntryType } from './parseBundle.ts';

export type BundleAnswer =
  | { readonly ok: true; readonly response: TransactionResponse; readonly isNew: boolean }
  | { readonly ok: false; /** 400: not by the profile; 422: the profile is kept, but the rules are not. */ readonly status: 400 | 422; readonly issues: readonly Issue[] };

/** FHIR R4 Bundle of type transaction-response, one entry for each of the request's, in its order. */
export interface TransactionResponse {
  readonly resourceType: 'Bundle';
  readonly type: 'transaction-response';
  readonly entry: readonly { readonly response: { readonly status: string; readonly location?: string; readonly lastModified?: string } }[];
}

/** Ends a transaction whose bundle is refused. */
class RefusedBundle extends Error {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[]) {
    super('the bundle is refused');
    this.issues = issues;
  }
}

const refusalIssues: Readonly<Record<ResultRefusal, { readonly code: Issue['code']; readonly element: 'barcode' | 'code' | 'effectiveDateTime' | 'specimen'; readonly diagnostics: string }>> = {
  'specimen-unknown': { code: 'not-found', element: 'barcode', diagnostics: 'Have the specimen registered at its test site, by pass and barcode, before its result is sent.' },
  'test-not-in-profile': { code: 'code-invalid', element: 'code', diagnostics: 'Use a LOINC code of the profile in force.' },
  'performed-before-collection': { code: 'business-rule', element: 'effectiveDateTime', diagnostics: 'The test cannot be older than its specimen: send the time at which it was performed.' },
  'performed-in-future': { code: 'business-rule', element: 'effectiveDateTime', diagnostics: 'Send the result when the test has been performed, and check the clock.' },
  'reported-by-other-laboratory': { code: 'conflict', element: 'specimen', diagnostics: 'Another laboratory has reported on this specimen; only that laboratory can correct it.' },
};

/** Takes a transaction Bundle whole, in one database transaction, or refuses it whole with every reason. */
export async function submitBundle(database: Database, body: unknown, laboratoryId: InstitutionId, nowMs: number): Promise<BundleAnswer> {
  const parsed = parseBundle(body, profileInForce);
  if (!parsed.ok) return { ok: false, status: 400, issues: parsed.issues };
  // Barcodes in one order everywhere, so that two bundles wait for each other and do not deadlock.
  const inOrder = parsed.results.toSorted((a, b) => (a.barcode < b.barcode ? -1 : a.barcode > b.barcode ? 1 : 0));
  try {
    const recorded = await database.transaction(async (transaction) => {
      const taken = new Map<BundledResult, RecordedResult>();
      const issues: Issue[] = [];
      for (const bundled of inOrder) {
        const outcome = await recordResult(transaction, bundled, laboratoryId, nowMs);
        if (outcome.ok) taken.set(bundled, outcome.result);
        else issues.push(issueOf(outcome.refusal, bundled));
      }
      if (issues.length > 0) throw new RefusedBundle(issues);
      return taken;
    });
    return { ok: true, response: transactionResponse(parsed.entries, recorded), isNew: [...recorded.values()].some(({ isNew }) => isNew) };
  } catch (error) {
    if (error instanceof RefusedBundle) return { ok: false, status: 422, issues: error.issues };
    throw error;
  }
}

function issueOf(refusal: ResultRefusal, { observationEntry, specimenEntry }: BundledResult): Issue {
  const { code, element, diagnostics } = refusalIssues[refusal];
  const expression = element === 'barcode' ? `Bundle.entry[${specimenEntry}].resource` : `Bundle.entry[${observationEntry}].resource.${element}`;
  return { code, expression, diagnostics };
}

function transactionResponse(entries: readonly EntryType[], recorded: ReadonlyMap<BundledResult, RecordedResult>): TransactionResponse {
  return {
    resourceType: 'Bundle', type: 'transaction-response',
    entry: entries.map((type, index) => {
      for (const [{ observationEntry, specimenEntry }, { resultId, specimenId, reportedAtMs, isNew }] of recorded) {
        if (observationEntry === index) {
          return { response: { status: isNew ? '201 Created' : '200 OK', location: `Observation/${resultId}`, lastModified: new Date(reportedAtMs).toISOString() } };
        }
        if (specimenEntry === index) return { response: { status: '200 OK', location: `${type}/${specimenId}` } };
      }
      return { response: { status: '200 OK' } };
    }),
  };
}
