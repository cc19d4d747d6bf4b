import type { JournalProblem } from '../journal/journal.ts';
import type { RunControl } from './run-control.ts';

/** Ends a run whose journal takes no more; `unrecorded` is what would be lost if it were not told. */
export function stopByJournal(control: RunControl, problem: JournalProblem, unrecorded = ''): void {
  const message = unrecorded === '' ? problem.message : `${problem.message} ${unrecorded}`;
  control.stop({
    why: problem.problem === 'lost' ? 'lost' : 'environment',
    message,
    isRecorded: false,
  });
}
