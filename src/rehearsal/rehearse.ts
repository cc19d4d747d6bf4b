/** Many trials of one plan, each with a seed of its own, and what they come to. */
import { hashText, randomOf } from '../base/random.ts';
import type { WaveName, Serial } from '../plan/identifiers.ts';
import type { Breakage } from '../rollout/odds.ts';
import { withAccount, WHOLE_SHARE } from '../backend/simulator/scenario.ts';
import { runTrial } from './trial.ts';
import type { Trial, TrialWanted } from './trial.ts';
import type { Override, Scenario } from '../backend/simulator/scenario.ts';

export type RehearsalWanted = Omit<TrialWanted, 'observer'> & {
  readonly trials: number;
  readonly seed: number;
  /** What the artifact breaks beyond what the scenario says; `null` for nothing. */
  readonly breakage: Breakage | null;
  /** Watches the only trial; of many, none is watched. */
  readonly observer?: TrialWanted['observer'];
  /** Called after each trial with how many are done. */
  readonly onTrial?: (done: number) => void;
};

/** How a trial ended; `wave` where it halted in one. */
export type Ending = { readonly why: Trial['why']; readonly wave: WaveName | null; readonly trials: number };

/** Over all trials: half of them need no more than `median`, 95 of 100 no more than `p95`, and none more than `most`. */
export type Spread = { readonly median: number; readonly p95: number; readonly most: number };

export async function rehearse(wanted: RehearsalWanted): Promise<readonly Trial[]> {
  const { trials: count, seed, plan, breakage, onTrial, observer, ...trial } = wanted;
  const devices = plan.waves.flatMap((wave) => wave.devices);
  const known = withAccount(wanted.scenario, devices);
  const trials: Trial[] = [];
  for (let number = 1; number <= count; number++) {
    const seeded = { ...known, seed: seedOf(seed, number) };
    const scenario = breakage === null ? seeded : breakDevices(seeded, breakage, devices);
    const isWatched = count === 1 && observer !== undefined;
    trials.push(await runTrial({ ...trial, plan, scenario, ...(isWatched ? { observer } : {}) }));
    onTrial?.(number);
  }
  return trials;
}

/** The first trial is the one that the same seed gives by itself. */
function seedOf(seed: number, number: number): number {
  return number === 1 ? seed : hashText(`${seed}/trial/${number}`);
}

/** What endings are counted by, in the order in which they are shown. */
const COUNTED_BY: Readonly<Record<Trial['why'], 'wave' | 'trial'>> = {
  completed: 'trial',
  halted: 'wave',
  'in-doubt': 'trial',
  waiting: 'trial',
  environment: 'trial',
  paused: 'trial',
  interrupted: 'trial',
  lost: 'trial',
};

export function countEndings(trials: readonly Trial[], waves: readonly WaveName[]): readonly Ending[] {
  const endings = Object.keys(COUNTED_BY) as readonly Trial['why'][];
  return endings
    .flatMap((why): readonly Omit<Ending, 'trials'>[] =>
      COUNTED_BY[why] === 'wave' ? waves.map((wave) => ({ why, wave })) : [{ why, wave: null }],
    )
    .map(({ why, wave }) => {
      const isSuch = (trial: Trial) => trial.why === why && (wave === null || trial.haltedIn === wave);
      return { why, wave, trials: trials.filter(isSuch).length };
    })
    .filter((ending) => ending.trials > 0);
}

/** By nearest rank. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (percent: number) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
  return { median: at(50), p95: at(95), most: at(100) };
}

// A scenario in which an artifact breaks devices.

/** Which devices it breaks is drawn by the scenario's seed, and laid over all that the scenario says of them. */
function breakDevices(scenario: Scenario, breakage: Breakage, devices: readonly Serial[]): Scenario {
  return { ...scenario, overrides: [...scenario.overrides, overrideFor(scenario, breakage, devices)] };
}

function overrideFor({ seed }: Scenario, breakage: Breakage, devices: readonly Serial[]): Override {
  const whole = { deployments: null, behaviour: { shares: { failed: WHOLE_SHARE } } } as const;
  return breakage.kind === 'share'
    ? { ...whole, serials: null, share: breakage.partsPerMillion }
    : { ...whole, serials: drawSerials(seed, devices, breakage.devices), share: WHOLE_SHARE };
}

/** So many of them, each as likely as any other (Fisher and Yates, as far as needed). */
function drawSerials(seed: number, devices: readonly Serial[], wanted: number): readonly Serial[] {
  const random = randomOf(seed, 'broken');
  const left = [...devices];
  const drawn: Serial[] = [];
  while (drawn.length < wanted && left.length > 0) {
    const at = Math.floor(random() * left.length);
    const last = left.pop();
    const serial = at === left.length ? last : left[at];
    if (at < left.length && last !== undefined) left[at] = last;
    if (serial !== undefined) drawn.push(serial);
  }
  return drawn;
}
