/** What every part of one run shares. */
import type { Clock } from '../base/clock.ts';
import type { AllxonApi } from '../allxon/api.ts';
import type { Journal } from '../journal/journal.ts';
import type { Observer } from './observer.ts';
import type { Outage } from './outage.ts';
import type { PollPacing } from './poll-pacing.ts';
import type { Recorder } from './recorder.ts';
import type { RunControl } from './run-control.ts';
import type { RunSettings } from './run-settings.ts';

export type RunPorts = {
  readonly api: AllxonApi;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly observer: Observer;
};

export type RunContext = RunPorts & {
  readonly settings: RunSettings;
  readonly control: RunControl;
  readonly recorder: Recorder;
  readonly outage: Outage;
  readonly pacing: PollPacing;
  /** True the first time in a run that it is asked for `what`: for what is done or told once. */
  readonly isFirst: (what: 'knock' | 'clock-off') => boolean;
};
