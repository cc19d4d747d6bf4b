/**
 * `breakwater run`: starts a rollout or goes on with it, and says how it ended.
 *
 * Nothing is written before the plan, the settings and the credentials are in order and the user has agreed.
 */
import { join } from 'node:path';
import { hostOf } from '../../allxon/base-url.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { openFileStore } from '../../journal/file-store.ts';
import type { Journal, JournalStore } from '../../journal/journal.ts';
import { openProgress } from '../../progress/open-progress.ts';
import { apply, fold } from '../../rollout/apply.ts';
import { decideEntry } from '../../rollout/entry.ts';
import type { Entry, Wanted } from '../../rollout/entry.ts';
import type { JournaledEvent, RunnerIdentity } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { runRollout } from '../../runner/run-rollout.ts';
import type { RunResult } from '../../runner/run-rollout.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { isColourful } from '../io.ts';
import type { Io } from '../io.ts';
import { readPlanAloud } from '../read-plan.ts';
import { readSettingsAloud } from '../read-settings.ts';
import type { Settings } from '../../settings/settings.ts';
import { identifyRunner } from '../runner-identity.ts';
import { VERSION } from '../version.ts';
import { conclude, describeHolder, describeRefusal } from './run/conclude.ts';
import { confirmRun } from './run/confirm.ts';
import { openWorld } from './run/open-world.ts';
import type { World } from './run/open-world.ts';
import type { RunFlags } from './run/run-flags.ts';
import { listenForStop } from './run/stop-signals.ts';

export async function runRun(flags: RunFlags, io: Io): Promise<ExitCode> {
  const plan = readPlanAloud(flags.path, io, flags.color);
  const settings = await readSettingsAloud(
    { planPath: flags.path, state: flags.state, progress: flags.progress },
    io,
    flags.color,
  );
  if (plan === null || settings === null) return EXIT.wrong;
  const world = await openWorld({ plan, settings, flags }, io);
  if (world.kind === 'failed') {
    io.stderr.write(world.message);
    return world.exit;
  }
  try {
    return await runInWorld({ plan, settings, flags, world }, io);
  } finally {
    await world.close();
  }
}

type Prepared = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
  readonly world: Extract<World, { readonly kind: 'open' }>;
};

async function runInWorld(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { plan, settings, flags, world } = prepared;
  const wanted: Wanted = { plan, digest: digestPlan(plan), simulated: flags.simulate !== null };
  const store = openFileStore(world.stateDirectory, world.clock);
  const recorded = await store.read(plan.name);
  if (recorded.kind === 'problem') return fail(io, recorded.message);
  const state = recorded.value === null ? null : fold(recorded.value.events);
  const refusal = refuse(decideEntry(state, wanted), io, prepared);
  if (refusal !== null) return refusal;
  const origin = settings.apiUrl ?? hostOf(plan.region);
  const declined = await confirmRun({ plan, digest: wanted.digest, state, flags, origin }, io);
  if (declined !== null) return declined;
  return holdRollout({ ...prepared, wanted, store }, io);
}

type Holding = Prepared & { readonly wanted: Wanted; readonly store: JournalStore };

/** Takes the lock, looks again at what is on record, and runs. */
async function holdRollout(holding: Holding, io: Io): Promise<ExitCode> {
  const { plan, store, wanted, world } = holding;
  const runner = identifyRunner(io);
  const opened = await store.open(plan.name, runner);
  if (opened.kind === 'problem') return fail(io, opened.message);
  if (opened.kind === 'held') {
    io.stderr.write(describeHolder(plan.name, opened, world.clock.now()));
    return EXIT.held;
  }
  const journal = opened.value;
  try {
    const entry = decideEntry(fold(journal.events), wanted);
    const refusal = refuse(entry, io, holding);
    if (refusal !== null) return refusal;
    if (entry.kind === 'go-on') return await carryOut(entry.state, { ...holding, journal, runner }, io);
    const started = await startRollout(journal, holding);
    return typeof started === 'string'
      ? fail(io, started)
      : await carryOut(started, { ...holding, journal, runner }, io);
  } finally {
    await journal.close();
  }
}

type Carrying = Holding & { readonly journal: Journal; readonly runner: RunnerIdentity };

async function carryOut(state: RolloutState, carrying: Carrying, io: Io): Promise<ExitCode> {
  const { journal, world, settings, flags, runner } = carrying;
  const kind = chooseProgress(settings.progress, io);
  const progress = await openProgress(kind, {
    stream: kind === 'json' ? io.stdout : io.stderr,
    clock: world.clock,
    colour: isColourful(io, io.stderr, flags.color),
  });
  progress.notice({ kind: 'going-on', state });
  if (journal.tornBytes > 0) progress.notice({ kind: 'journal-cut', bytes: journal.tornBytes });
  const signals = listenForStop(io);
  let result: RunResult;
  try {
    result = await runRollout(
      state,
      { api: world.api, journal, clock: world.clock, observer: progress, stop: signals.stop },
      { ...settings.polling, apiOutageMs: settings.apiOutageMs, runner, version: VERSION },
    );
  } finally {
    signals.close();
    await progress.close();
  }
  const commands = commandsFor(carrying);
  return conclude({ result, kind, color: flags.color, commands, now: world.clock.now() }, io);
}

async function startRollout(journal: Journal, { wanted, world }: Holding): Promise<RolloutState | string> {
  const event: JournaledEvent = { seq: 1, at: world.clock.now(), type: 'rollout-started', ...wanted };
  const outcome = await journal.append([event]);
  return outcome.kind === 'problem' ? outcome.message : apply(null, event);
}

function refuse(entry: Entry, io: Io, { world, plan }: Prepared): ExitCode | null {
  if (entry.kind === 'start' || entry.kind === 'go-on') return null;
  const recordPath = join(world.stateDirectory, plan.name);
  const { text, exit } = describeRefusal(entry, recordPath);
  io.stderr.write(text);
  return exit;
}

/** What the user types to go on, and to look again. */
function commandsFor({ plan, flags, world }: Carrying) {
  const state =
    flags.simulate !== null
      ? ` --state ${world.stateDirectory}`
      : flags.state === null
        ? ''
        : ` --state ${flags.state}`;
  const run = `breakwater run ${flags.path}`;
  return {
    run: flags.simulate === null ? `${run}${state}` : `${run} --simulate (a simulated rollout starts anew)`,
    status: `breakwater status ${plan.name}${state}`,
  };
}

function chooseProgress(wanted: Settings['progress'], { stderr }: Io): 'live' | 'plain' | 'json' {
  if (wanted !== 'auto') return wanted;
  return stderr.isTTY ? 'live' : 'plain';
}

function fail(io: Io, message: string): ExitCode {
  io.stderr.write(`breakwater: ${message}\n`);
  return EXIT.environment;
}
