/** What every view of a run is: told all that happens, and closed at the end. */
import type { Clock } from '../../base/clock.ts';
import type { Observer } from '../../run/loop/observer.ts';

/** Shows a run while it lasts. Mirrors what it is told; decides and does nothing. */
export type Progress = Observer & {
  /** Takes the live view off the screen; ends the heartbeat. Nothing is shown after it. */
  readonly close: () => Promise<void>;
};

export type ProgressOptions = {
  readonly stream: ProgressStream;
  /** The clock that the run goes by. */
  readonly clock: Clock;
  readonly colour: boolean;
  /** Plain progress says that it is alive when it has said nothing for this long. */
  readonly heartbeatMs?: number;
};

/** A terminal or a file, as `process.stderr` is one. */
export type ProgressStream = {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};
