/** Runs one plan for the command line: asks the user, shows progress, and prints how it ended. */
import { dirname } from 'node:path';
import { hostOf } from '../../../backend/allxon/base-url.ts';
import { executeRun, dryRun } from '../../../run/session/execute-run.ts';
import type { RunHost, DryRun } from '../../../run/session/execute-run.ts';
import type { RunEnd } from '../../../run/session/run-result.ts';
import type { StartBar } from '../../../run/session/start-bar.ts';
import type { RunRequest } from '../../../run/session/run-request.ts';
import type { Environment } from '../../../host/environment.ts';
import type { JournalStore } from '../../../store/journal.ts';
import { isWithin } from '../../../files/repository.ts';
import { steadyTime } from '../../../base/clock.ts';
import { loadOpenDeployments, questionOf } from '../../../run/session/overlap.ts';
import { renderNumber } from '../../../base/text.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { StartMode } from '../../../rollout/entry.ts';
import { describeOpen, describeLockOwner } from '../../../views/wording/describe-others.ts';
import { digestPlan } from '../../../plan/digest.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { openProgress } from '../../../views/live/open-progress.ts';
import { composeCommands } from '../../../views/wording/commands.ts';
import type { Commands } from '../../../views/wording/commands.ts';
import { createApiClock } from '../../../run/loop/api-clock.ts';
import type { Settings } from '../../../settings/settings.ts';
import { keysOfOpen } from '../../../rollout/open-devices.ts';
import { askFor, whyNotAsk } from '../../ask.ts';
import { canRepaint, isColourful, remark, listenForStop } from '../../io.ts';
import type { Io, StopSignals } from '../../io.ts';
import { conclude } from './conclude.ts';
import { confirmRun, requestApproval } from './questions.ts';
import type { RunFlags } from './run-flags.ts';
import { isRecordTrusted } from '../../../host/find-record.ts';

export type Prepared = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
  /** As the user gave it; `null` for a plan from a record. */
  readonly planPath: string | null;
  /** Plan path on record, as seen from here; `null` if unknown, or if the user named the plan. */
  readonly recordedPath: string | null;
  /** Path of the plan, for the record. */
  readonly planFile: string | null;
  /** Whether to continue only what is on record. */
  readonly isByRecord: boolean;
  /** Absolute path: the folder in which hooks and gates run. */
  readonly folder: string;
  readonly environment: Environment;
  readonly store: JournalStore;
  /** Why nothing may be started; `null` if it may. */
  readonly startBar: StartBar | null;
  /** Start of the command, by the steady clock of `environment`. `--max-wait` counts from here. */
  readonly waitingSince: number;
};

/** Writes nothing before the user agrees. */
export async function runInEnvironment(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { plan, settings, flags, planPath } = prepared;
  const request = undertake(prepared, io);
  const look = await dryRun(request);
  if (look.kind !== 'may-run') return printEnd(look, prepared, io);
  const agreedOpen = await agreeToOpen(prepared, look.entry, io);
  if (typeof agreedOpen === 'number') return agreedOpen;
  const origin = settings.apiUrl ?? hostOf(plan.region);
  const digest = digestPlan(plan);
  const asking = { plan, digest, entry: look.entry, flags, planPath, origin, waitMs: waitLeft(prepared) };
  const declined = await confirmRun(asking, io);
  if (declined !== null) return declined;
  const signals = listenForStop(io);
  try {
    return printEnd(
      await carryOut({ ...request, agreedOpen }, { prepared, look, signals }, io),
      prepared,
      io,
    );
  } finally {
    signals.close();
  }
}

/**
 * Resolves to the open devices of earlier rollouts that the user agreed to, or to the exit code. `--yes` does not agree: it
 * was given before the user saw these devices.
 */
async function agreeToOpen(
  prepared: Prepared,
  entry: StartMode,
  io: Io,
): Promise<ReadonlySet<string> | ExitCode> {
  const { store, environment, flags } = prepared;
  const asked = questionOf(entry, { plan: prepared.plan, again: flags.again });
  if (asked === null || environment.isSimulated || flags.allowOverlap) return new Set();
  const found = await loadOpenDeployments({ ...asked, store, onRecord: createProgress(io) });
  if (found.kind === 'problem') return printEnd(found, prepared, io);
  if (found.value.length === 0) return new Set();
  if (whyNotAsk(io, flags.yes) !== null)
    return printEnd({ kind: 'open-deployments', open: found.value }, prepared, io);
  io.stderr.write(
    `Earlier rollouts left some devices of this rollout open:\n${found.value.map((one) => `  ${describeOpen(one)}\n`).join('')}A device that comes online later receives both artifacts.\n`,
  );
  const question = 'Deploy to these devices anyway? Type "yes" to continue: ';
  const { answer, isOver } = await askFor(question, { waitMs: waitLeft(prepared) }, io);
  if (answer.trim() === 'yes') return keysOfOpen(found.value);
  io.stderr.write(`${isOver ? 'The time of --max-wait ran out. ' : ''}Nothing was started.\n`);
  return EXIT.unfinished;
}

/** Prints progress after two seconds. */
function createProgress({ clock, stderr }: Io): (done: number, of: number) => void {
  const startedAt = clock.now();
  let toldAt = startedAt;
  return (done, of) => {
    if (clock.now() - toldAt < SLOW_AFTER_MS) return;
    toldAt = clock.now();
    stderr.write(`Reading the records of earlier rollouts: ${renderNumber(done)} of ${renderNumber(of)}\n`);
  };
}

const SLOW_AFTER_MS = 2_000;

function undertake(prepared: Prepared, io: Io): RunRequest {
  const { plan, planFile, isByRecord, environment, store, folder, settings, startBar, flags, waitingSince } =
    prepared;
  const { again, allowOverlap, waitLockMs, maxWaitMs } = flags;
  const { polling, apiOutageMs } = settings;
  return {
    plan,
    environment,
    store,
    folder,
    polling,
    apiOutageMs,
    again,
    allowOverlap,
    waitLockMs,
    maxWaitMs,
    planFile,
    isByRecord,
    startBar,
    env: io.env,
    clock: io.clock,
    waitingSince,
    asksForApproval: environment.isSimulated || whyNotAsk(io, flags.yes) === null,
    isRecordTrusted: isRecordTrusted(settings.state, io),
  };
}

type Running = { readonly prepared: Prepared; readonly look: DryRun; readonly signals: StopSignals };

function carryOut(request: RunRequest, { prepared, look, signals }: Running, io: Io): Promise<RunEnd> {
  const { plan, store, environment, flags } = prepared;
  const kind = progressOf(prepared, io);
  const host: RunHost = {
    stop: signals.stop,
    onHeld: (holder) => {
      remark(io, `waiting: ${describeLockOwner(plan.name, holder, io.clock.now())}.`);
    },
    open: () =>
      openProgress(kind, {
        stream: kind === 'json' ? io.stdout : io.stderr,
        clock: createApiClock(environment.clock, environment.api),
        colour: isColourful(io, io.stderr, flags.color),
        onSuspend: io.onSuspend,
      }),
    goesOn: (result) =>
      requestApproval(
        { result, store, isSimulated: environment.isSimulated, yes: flags.yes, waitMs: waitLeft(prepared) },
        io,
      ),
  };
  return executeRun(request, host, look);
}

/** Rest of `--max-wait`, in milliseconds; `null` for no limit. */
function waitLeft({ flags: { maxWaitMs }, environment, waitingSince }: Prepared): number | null {
  return maxWaitMs === null ? null : Math.max(0, maxWaitMs - (steadyTime(environment.clock) - waitingSince));
}

function printEnd(end: RunEnd, prepared: Prepared, io: Io): ExitCode {
  const { plan, store, environment, flags } = prepared;
  return conclude(
    {
      end,
      name: plan.name,
      location: store.location,
      commands: commandsOf(prepared, io),
      kind: progressOf(prepared, io),
      color: flags.color,
      now: createApiClock(environment.clock, environment.api).now(),
    },
    io,
  );
}

/** Whether a command in this folder finds the same place without `--state`. */
function isFoundFromHere({ settings: { state, stateFrom } }: Prepared, cwd: string): boolean {
  switch (stateFrom.kind) {
    case 'flag':
    case 'environment':
    case 'file':
      return true;
    case 'plan':
      return false;
    case 'default':
      return state.kind !== 'files' || isWithin(dirname(state.directory), cwd);
  }
}

function commandsOf(prepared: Prepared, { cwd }: Io): Commands {
  const { plan, flags, planPath, recordedPath, store } = prepared;
  const isStateTyped = flags.state !== null || flags.simulate !== null || !isFoundFromHere(prepared, cwd);
  return composeCommands({
    name: plan.name,
    rollbackOf: plan.rollbackOf?.name ?? null,
    planPath,
    recordedPath,
    state: isStateTyped ? store.location : null,
    simulate: flags.simulate,
  });
}

function progressOf({ settings }: Prepared, io: Io): 'live' | 'plain' | 'json' {
  const canBeLive = canRepaint(io, io.stderr);
  // A terminal that knows text alone shows no picture, whatever a settings file says.
  if (settings.progress === 'live' && io.stderr.isTTY) return canBeLive ? 'live' : 'plain';
  if (settings.progress !== 'auto') return settings.progress;
  return canBeLive ? 'live' : 'plain';
}
