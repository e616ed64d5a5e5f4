/** The operator's command: `npm run healthkit -- COMMAND [arguments]`. */
import { commands } from './commands.ts';
import { errorText, StartError } from './startError.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
process.on('disconnect', () => interrupted.abort());

process.exitCode = await main(process.argv.slice(2));
// The channel to the bootstrap would keep this process alive.
if (process.connected) process.disconnect();

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const asked = name === undefined || name === 'help' || name === '--help' || name === '-h';
    (asked ? process.stdout : process.stderr).write(`${asked ? '' : `There is no command "${name}".\n\n`}${help()}`);
    return asked && name !== undefined ? 0 : 1;
  }
  try {
    return await command.run(args, { environment: process.env, signal: interrupted.signal, print: (line) => void process.stdout.write(`${line}\n`) });
  } catch (error) {
    process.stderr.write(`${error instanceof StartError ? error.message : `${command.name} failed: ${errorText(error)}`}\n`);
    return 1;
  }
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: npm run healthkit -- COMMAND [arguments]', '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`), '',
    'Each command tells more with --help.', '',
  ].join('\n');
}
