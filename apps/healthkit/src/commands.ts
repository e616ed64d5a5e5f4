/** What an operator can ask of `npm run healthkit`, one entry a command. */
import { keysCommand } from './keysCommand.ts';
import { restoreCommand } from './restoreCommand.ts';
import { sunsetCommand } from './sunsetCommand.ts';
import { ledgerCommand } from './ledgerCommand.ts';
import { vaultCommand } from './vaultCommand.ts';
import { witnessCommand } from './witnessCommand.ts';

/** What a command gets from the process it runs in. */
export type CommandSurroundings = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the operator interrupts. */
  readonly signal: AbortSignal;
  /** Prints one line of the command's answer. */
  readonly print: (line: string) => void;
};

export type Command = {
  readonly name: string;
  /** What it does, in half a line. */
  readonly summary: string;
  /**
   * Runs the command and returns its exit code; `--help` among the arguments prints its own help.
   *
   * @throws {StartError} with one sentence for the operator
   */
  run(args: readonly string[], surroundings: CommandSurroundings): Promise<number>;
};

export const commands: readonly Command[] = [keysCommand, witnessCommand, ledgerCommand, restoreCommand, sunsetCommand, vaultCommand];
