/** What every part of one run shares. */
import type { Clock } from '../../base/clock.ts';
import type { AllxonApi } from '../../backend/api.ts';
import type { Journal, SharedCalls } from '../../store/journal.ts';
import type { ApiClock } from './api-clock.ts';
import type { CallBudget } from './call-budget.ts';
import type { Observer } from './observer.ts';
import type { Outage } from './outage.ts';
import type { PollPacing } from './poll-pacing.ts';
import type { Recorder } from './recorder.ts';
import type { RunControl, RunSettings } from './run-control.ts';
import type { CommandRunner } from './command-runner.ts';

export type RunPorts = {
  readonly api: AllxonApi;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly observer: Observer;
  /** The budget that other runners draw on as well; `null` where none are known. */
  readonly shared: SharedCalls | null;
  readonly commands: CommandRunner;
};

export type RunContext = RunPorts & {
  readonly clock: ApiClock;
  readonly settings: RunSettings;
  readonly control: RunControl;
  readonly recorder: Recorder;
  readonly outage: Outage;
  readonly calls: CallBudget;
  readonly pacing: PollPacing;
  /** The end of what it may wait for, by the API's clock; `null` where it may wait for ever. */
  readonly waitUntil: () => number | null;
  readonly timeAsked: TimeAsked;
  /** True the first time in a run that it is asked. */
  readonly isFirstRound: () => boolean;
};

/** How the API was asked for the time so far. */
export type TimeAsked = {
  isAsked: boolean;
  /** By the steady clock: when the last asking ended with the time in dispute as before; `null` where it did not. */
  inVainAt: number | null;
};
