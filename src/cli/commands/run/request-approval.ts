/**
 * A run that waits for a person: asked here where there is a terminal, and given at once on a simulator. An approval takes
 * the road of every order, so that it is on record with who gave it; one that comes from elsewhere ends the question.
 */
import { count, printable } from '../../../base/text.ts';
import { leaveApproval } from '../../../run/session/give-order.ts';
import type { Approving } from '../../../run/session/give-order.ts';
import type { JournalStore } from '../../../store/journal.ts';
import type { WaveName } from '../../../plan/identifiers.ts';
import { describeTotal } from '../../../views/wording/sentences.ts';
import { approvalOf } from '../../../views/tables/situation.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import type { RunResult } from '../../../run/loop/run-rollout.ts';
import { remark } from '../../io.ts';
import type { Io } from '../../io.ts';
import { askFor, whyNotAsk } from '../../ask.ts';

const LOOK_EVERY_MS = 1_000;

export type Seeking = {
  readonly result: RunResult;
  readonly store: JournalStore;
  readonly isSimulated: boolean;
  /** Whether `--yes` was given. */
  readonly yes: boolean;
  /** How long an answer may take, in milliseconds; `null` where nothing is said. */
  readonly waitMs: number | null;
};

/** Resolves to whether the run is to go on: something has been left for it that it takes up first. */
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
  io.stderr.write(answer === null ? 'The time of --max-wait is over. Not approved.\n' : 'Not approved.\n');
  return false;
}

function describeQuestion(wave: WaveName, state: RolloutState): string {
  const { waves, digest, plan } = state;
  const size = waves.find((one) => one.wave.name === wave)?.wave.devices.length ?? 0;
  return `Start wave ${printable(wave)} of ${plan.name}, ${count(size, 'device')}?\n  so far  ${describeTotal(state)}\n  digest  ${digest}\nOnly "yes" approves: `;
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
 * An order that somebody leaves meanwhile, an approval from elsewhere among them, takes the question back. `null` where the
 * time for it is over.
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
