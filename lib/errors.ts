/** The command line or an argument is wrong: exit status 2. The message is one line. */
export class UsageError extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "UsageError";
}

/** What was asked cannot be done with the files, data or machine at hand: exit status 1. The message is one line. */
export class RunError extends Error {
  /** Names the error in a stack trace. */
  override readonly name = "RunError";
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Throws a {@linkcode UsageError} unless an option, of what `action` says, is a whole number of at least `least`. */
export function checkWhole(action: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UsageError(
    `Cannot ${action} with ${name} ${value}: expected a whole number of at least ${least}`,
  );
}
