import { maxVerifiedEntries, operatorVerifyEvents } from '@health-kit/api/vault';
import { askRunningVault } from './operatorClient.ts';
import { StartError } from './startError.ts';

/** What opening the events has found. */
export interface EventsReport {
  readonly summary: string;
  /** What is wrong, each in one sentence. */
  readonly findings: readonly string[];
}

/** Further findings say nothing new. */
const mostFindings = 20;

/** Has the running vault open the event of each entry and compare it with the entry. Where none runs, nothing is opened, and the report says so. */
export async function openEvents(dataDir: string, entries: number): Promise<EventsReport> {
  const findings: string[] = [];
  let [opened, unlinked] = [0, 0];
  for (let from = 0; from < entries; from += maxVerifiedEntries) {
    const to = Math.min(entries, from + maxVerifiedEntries);
    try {
      const answer = await askRunningVault(dataDir, operatorVerifyEvents, { from, to });
      opened += answer.opened;
      unlinked += answer.unlinked;
      for (const { entry, fault } of answer.findings) if (findings.length < mostFindings) findings.push(sentences[fault](entry));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      return { ...notOpened(error.message.replace(/\.$/, '')), findings };
    }
  }
  return { summary: `${opened} opened to their entries${unlinked === 0 ? '' : `; ${unlinked} of people who were erased, or lost in a restore`}`, findings };
}

export function notOpened(why: string): EventsReport {
  return { summary: `not opened: ${why}`, findings: [] };
}

const sentences = {
  edited: (entry: number) => `The event of entry ${entry} is not the one that was entered: it was edited or exchanged.`,
  hidden: (entry: number) => `Entry ${entry} is an access that its person is never shown, or later than they may be: somebody changed its date.`,
  missing: (entry: number) => `The event of entry ${entry} is missing, and nobody was erased to whom it belonged: it was deleted.`,
} as const;
