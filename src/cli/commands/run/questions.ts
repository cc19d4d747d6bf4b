/** The questions of a run: whether it may deploy, and whether a waiting wave is approved. */
import { count, printable } from '../../../base/text.ts';
import { countDevices } from '../../../plan/rollout-plan.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import type { PlanDigest, WaveName } from '../../../plan/identifiers.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { StartMode } from '../../../rollout/entry.ts';
import { print, remark } from '../../io.ts';
import type { Io } from '../../io.ts';
import { askFor, whyNotAsk } from '../../ask.ts';
import type { RunFlags } from './run-flags.ts';
import { leaveApproval } from '../../../run/session/give-order.ts';
import type { Approving } from '../../../run/session/give-order.ts';
import type { JournalStore } from '../../../store/journal.ts';
import { describeTotal } from '../../../views/wording/sentences.ts';
import { approvalOf } from '../../../views/tables/situation.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import type { RunResult } from '../../../run/loop/run-rollout.ts';

export type Confirmation = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  readonly entry: StartMode;
  readonly flags: RunFlags;
  /** `null` for a plan from a record. */
  readonly planPath: string | null;
  /** Scheme and host of the API. */
  readonly origin: string;
  /** Time limit of the answer, in milliseconds; `null` for none. */
  readonly waitMs: number | null;
};

/** Asks before it deploys to real devices. Resolves to `null` to continue, or to the exit code after printing why not. */
export async function confirmRun(
  { plan, digest, entry, flags, planPath, origin, waitMs }: Confirmation,
  io: Io,
): Promise<ExitCode | null> {
  if (flags.yes || flags.simulate !== null) return null;
  const why = whyNotAsk(io, false);
  if (why !== null) {
    const look = planPath === null ? '`breakwater status`' : '`breakwater plan`';
    io.stderr.write(
      `breakwater: ${why}; nothing was started. Check the output of ${look}, then run it again with --yes.\n`,
    );
    return EXIT.refused;
  }
  const what = describeIntent(plan, entry);
  print(
    io.stderr,
    `${what}?\n  rollout  ${plan.name}\n${planPath === null ? '' : `  plan     ${printable(planPath)}\n`}  digest   ${digest}\n  API      ${origin}\n${renderPlanChanges(entry)}`,
  );
  const { answer, isOver } = await askFor('Type "yes" to continue: ', { waitMs }, io);
  if (answer.trim() === 'yes') return null;
  io.stderr.write(`${isOver ? 'The time of --max-wait ran out. ' : ''}Nothing was started.\n`);
  return EXIT.unfinished;
}

function describeIntent(plan: RolloutPlan, entry: StartMode): string {
  const waves = count(plan.waves.length, 'wave');
  const whole = `${plan.artifact.uuid} to ${count(countDevices(plan), 'device')} in ${waves}`;
  if (entry.kind === 'start') return `Deploy ${whole}`;
  if (entry.kind === 'start-over') return `Archive the record of ${plan.name}, and deploy ${whole} again`;
  const passed = entry.state.waves.filter(({ phase }) => phase === 'passed').length;
  return `Continue ${plan.name}, with ${passed} of ${waves} passed`;
}

/** Changes from the plan on record, one line for each. */
function renderPlanChanges(entry: StartMode): string {
  if (entry.kind !== 'go-on' || entry.planChange?.type !== 'plan-changed') return '';
  const { changes, kept = [], resets = [] } = entry.planChange;
  return [
    ...changes.map((change) => `  changed ${printable(change)}\n`),
    ...kept.map(
      (change) => `  kept     ${printable(change)}; the wave has started, so the recorded value is kept\n`,
    ),
    ...resets.map((wave) => `  restarts wave ${printable(wave)}: the API refused all of it\n`),
  ].join('');
}

const LOOK_EVERY_MS = 1_000;

export type Seeking = {
  readonly result: RunResult;
  readonly store: JournalStore;
  readonly isSimulated: boolean;
  /** Whether `--yes` was given. */
  readonly yes: boolean;
  /** Time limit of the answer, in milliseconds; `null` for none. */
  readonly waitMs: number | null;
};

/**
 * Asks for an approval on a terminal, and approves at once on a simulator. The approval is an order, so the record names who
 * gave it. An order from elsewhere ends the question. Resolves to whether the run continues: an order waits for it.
 */
export async function requestApproval(
  { result, store, isSimulated, yes, waitMs }: Seeking,
  io: Io,
): Promise<boolean> {
  const { state, cause } = result;
  const wave = cause.why === 'waiting' ? approvalOf(state) : null;
  if (wave === null) return false;
  if (isSimulated) return leave({ wave, state, store, reason: 'simulated: nobody is asked' }, io);
  if (whyNotAsk(io, yes) !== null) return false;
  const answer = await askWhileWatching(describeQuestion(wave, state), { state, store, waitMs }, io);
  if (answer === 'something was left') return true;
  if (answer?.trim() === 'yes') return leave({ wave, state, store, reason: null }, io);
  io.stderr.write(answer === null ? 'The time of --max-wait ran out. Not approved.\n' : 'Not approved.\n');
  return false;
}

function describeQuestion(wave: WaveName, state: RolloutState): string {
  const { waves, digest, plan } = state;
  const size = waves.find((one) => one.wave.name === wave)?.wave.devices.length ?? 0;
  return `Start wave ${printable(wave)} of ${plan.name}, ${count(size, 'device')}?\n  so far  ${describeTotal(state)}\n  digest  ${digest}\nType "yes" to approve: `;
}

async function leave(approving: Approving, io: Io): Promise<boolean> {
  const left = await leaveApproval(approving, io);
  if (left.kind === 'problem') remark(io, left.message);
  return left.kind === 'done';
}

type Watching = {
  readonly state: RolloutState;
  readonly store: JournalStore;
  readonly waitMs: number | null;
};

/**
 * An order from elsewhere, such as an approval, withdraws the question. Resolves to `null` if the time ran out.
 */
async function askWhileWatching(
  question: string,
  { state, store, waitMs }: Watching,
  io: Io,
): Promise<string | null> {
  const answered = new AbortController();
  const left = new AbortController();
  const watch = async () => {
    while (!answered.signal.aborted) {
      await io.clock.sleepUntil(io.clock.now() + LOOK_EVERY_MS, answered.signal);
      const reading = await store.read(state.plan.name);
      if (reading.kind === 'done' && (reading.value?.orders.length ?? 0) > 0) left.abort();
      if (left.signal.aborted) return;
    }
  };
  const watching = watch();
  const { answer, isOver } = await askFor(question, { waitMs, withdrawn: left.signal }, io);
  answered.abort();
  await watching;
  if (left.signal.aborted) return 'something was left';
  return isOver ? null : answer;
}
