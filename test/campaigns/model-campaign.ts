/**
 * The engine against a tiny independent reference: random rollouts, judged by both after every event, and judged again
 * from every prefix of their journals. Deterministic by seed.
 */
import { hashText, seededRandom } from '../../src/base/random.ts';
import { apply, fold } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { driveRollout } from './model/drive.ts';
import { runVirtually } from './model/run-virtually.ts';
import { factsOf, verdictOf } from './model/facts.ts';
import { drawPlan, toReference } from './model/random-plan.ts';
import { EXACT, Reference } from './model/reference.ts';
import type { Arithmetic, Verdict } from './model/reference.ts';

export type ModelFigures = {
  rollouts: number;
  /** Of which by a runner, in virtual time. */
  runs: number;
  events: number;
  verdicts: number;
  completed: number;
  halts: Record<string, number>;
  resumed: number;
  retried: number;
  differences: string[];
};

export type ModelWanted = {
  readonly seed: number;
  readonly from?: number;
  readonly rollouts: number;
  readonly arithmetic?: Arithmetic;
};

export async function runModelCampaign({
  seed,
  from = 0,
  rollouts,
  arithmetic = EXACT,
}: ModelWanted): Promise<ModelFigures> {
  const figures: ModelFigures = {
    rollouts: 0,
    runs: 0,
    events: 0,
    verdicts: 0,
    completed: 0,
    halts: {},
    resumed: 0,
    retried: 0,
    differences: [],
  };
  for (let index = from; index < from + rollouts; index++) {
    const random = seededRandom(hashText(`${seed}/${index}`));
    const plan = drawPlan(random);
    // Most are events that chance has put together; some are what a runner makes of a simulated fleet.
    const isRun = index % RUN_EVERY === 0;
    const events = isRun ? await runVirtually(plan, random) : driveRollout(plan, random);
    figures.rollouts++;
    if (isRun) figures.runs++;
    figures.events += events.length;
    for (const event of events) tally(figures, event);
    const difference = compare(events, new Reference(toReference(plan), arithmetic), figures);
    if (difference !== null) {
      figures.differences.push(`${difference}; again: npx tsx bench/model.ts --seed ${seed} --only ${index}`);
    }
  }
  return figures;
}

const RUN_EVERY = 8;

/** Folding every prefix of a journal takes time that grows with its square. */
const FOLD_EVERY = 31;

function tally(figures: ModelFigures, event: JournaledEvent): void {
  if (event.type === 'rollout-completed') figures.completed++;
  if (event.type === 'rollout-resumed') figures.resumed++;
  if (event.type === 'wave-retried') figures.retried++;
  if (event.type === 'rollout-halted') {
    figures.halts[event.cause.reason] = (figures.halts[event.cause.reason] ?? 0) + 1;
  }
}

/** The engine's verdicts are events of their own: it is asked once all that follow an event are in. */
function compare(
  events: readonly JournaledEvent[],
  reference: Reference,
  figures: ModelFigures,
): string | null {
  const attempts = new Map<string, string>();
  let state: RolloutState | null = null;
  let expected: Verdict = reference.learn([]);
  for (const [index, event] of events.entries()) {
    if (state !== null) expected = reference.learn(factsOf(event, attempts, state));
    state = apply(state, event);
    const next = events[index + 1];
    // A runner asks for the first time once it has said who it is.
    if (event.type === 'rollout-started' || (next !== undefined && isVerdict(next))) continue;
    figures.verdicts++;
    const found = verdictOf(state);
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
      return `event ${event.seq} (${event.type}): the engine says ${JSON.stringify(found)}, the reference ${JSON.stringify(expected)}`;
    }
    // A run that goes on here folds the same journal, and stands where the run that made it stood.
    if (index % FOLD_EVERY === 0) {
      const folded = fold(events.slice(0, index + 1));
      if (folded === null || JSON.stringify(summaryOf(folded)) !== JSON.stringify(summaryOf(state))) {
        return `event ${event.seq}: folding the journal up to here gives another state`;
      }
    }
  }
  return null;
}

function isVerdict({ type }: JournaledEvent): boolean {
  return (
    type === 'wave-started' ||
    type === 'wave-passed' ||
    type === 'rollout-halted' ||
    type === 'rollout-completed'
  );
}

function summaryOf({ phase, waves, deployments, round }: RolloutState) {
  return {
    phase,
    round,
    waves: waves.map((wave) => [wave.phase, wave.tally, wave.acknowledged]),
    deployments: [...deployments.values()].map(({ key, call, deviceStatuses, superseded, acknowledged }) => [
      key,
      call,
      [...deviceStatuses],
      [...superseded],
      [...acknowledged],
    ]),
  };
}
