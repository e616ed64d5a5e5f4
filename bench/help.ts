/** Prints what a bench measures and ends the process, where it was asked for. */
export function helpOf(text: string): void {
  if (!process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) return;
  process.stdout.write(text);
  process.exit(0);
}
