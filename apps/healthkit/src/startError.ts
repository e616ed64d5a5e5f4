/** A reason why the system cannot start or go on, as one sentence for the operator; shown without a stack trace. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The system was ended for good, as was decided: nothing is wrong, and nothing is to be started again. */
export class SystemEnded extends StartError {}

/** The code of a system error (`EADDRINUSE`) or of a PostgreSQL error (`28P01`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says, in one line. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, ' ');
}
