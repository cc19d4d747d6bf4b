import type { JournalProblem } from '../../store/journal.ts';
import type { RunControl } from './run-control.ts';

/** Ends a run whose journal takes no more. */
export function stopByJournal(control: RunControl, { problem, message }: JournalProblem): void {
  control.stop(
    problem === 'lost'
      ? { why: 'lost', message, isRecorded: false }
      : { why: 'environment', origin: 'record', message, isRecorded: false },
  );
}
