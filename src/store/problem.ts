/** What went wrong with a record: thrown within the file store, and turned into an outcome where it leaves the store. */
import type { JournalProblem, Outcome } from './journal.ts';

export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly problem: JournalProblem['problem'];

  constructor(problem: JournalProblem['problem'], message: string) {
    super(message);
    this.problem = problem;
  }
}

/** Runs `work` and turns what is wrong, by our word or by the system's, into a problem that names the path. */
export async function outcomeOf<T>(path: string, work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return problemOf(path, error);
  }
}

function problemOf(path: string, error: unknown): JournalProblem {
  if (error instanceof Trouble) return { kind: 'problem', problem: error.problem, message: error.message };
  if (!(error instanceof Error) || codeOf(error) === null) throw error;
  return {
    kind: 'problem',
    problem: 'unavailable',
    message: `${path}: the rollout's record cannot be read or written: ${error.message}`,
  };
}

/** The system's name of what went wrong, such as `ENOENT`; `null` for anything else than the system's word. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : null;
}

/** `work`'s value, or `null` where what it works on is not there. */
export function ifThere<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
