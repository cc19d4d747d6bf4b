/**
 * The crash campaign: rollouts whose process is killed with SIGKILL at every append and every POST, before, during and
 * after it, and at random times, several times over; and that are run again until they are done.
 */
import { hashText, seededRandom } from '../../src/base/random.ts';
import { pick } from '../kit/pick.ts';
import { drawChain, drawRandomKills, enumeratePoints, renderKill } from './kit/crash-points.ts';
import type { CrashPoint, Strike } from './kit/crash-points.ts';
import { PATIENT, runCrashCase, runReference } from './kit/crash-case.ts';
import type { CrashCase, CrashResult, Mutant, Operator, Reference } from './kit/crash-case.ts';
import { inParallel } from './kit/campaign.ts';
import type { Campaign } from './kit/project.ts';
import type { Shape } from './kit/shapes.ts';

/** A shape with what it does when nobody disturbs it. */
export type Subject = { readonly shape: Shape; readonly reference: Reference };

export type CaseCounts = {
  /** How many of each shape's enumerated points; `Infinity` is all of them. */
  readonly points: number;
  /** Rollouts killed at points of several processes, and at random times; shared out among the shapes. */
  readonly chains: number;
  readonly randoms: number;
};

/** About how long it takes to settle. */
const SETTLE_MS = 400;

const CHAIN_LENGTH = 6;
const RANDOM_KILLS_MAX = 4;

export function subjectsOf(
  campaign: Campaign,
  shapes: readonly Shape[],
  seed: number,
): Promise<readonly Subject[]> {
  return inParallel(shapes, 1, async (shape) => ({
    shape,
    reference: await runReference(campaign, shape, seed),
  }));
}

/** The same for the same seed, but for the times of random kills, which go by how long an undisturbed run took. */
export function listCases(
  subjects: readonly [Subject, ...(readonly Subject[])],
  seed: number,
  counts: CaseCounts,
): readonly CrashCase[] {
  const drawn = (kind: 'chain' | 'random', count: number) =>
    Array.from({ length: count }, (_, index): CrashCase => {
      const { shape, reference } = subjects[index % subjects.length] ?? subjects[0];
      const id = `${shape.name}/${kind}-${index + 1}`;
      const random = seededRandom(hashText(`${seed} ${id}`));
      const kills =
        kind === 'chain'
          ? drawChain(random, CHAIN_LENGTH)
          : drawRandomKills(random, reference.elapsedMs, RANDOM_KILLS_MAX);
      const operator: Operator = {
        isQuick: random() < 0.5,
        settleKilledAfterMs: random() < 0.3 ? Math.floor(random() * SETTLE_MS) : null,
      };
      return { id, shape, seed, kills, operator };
    });
  return [
    ...subjects.flatMap((subject) => listPoints(subject, seed, counts.points)),
    ...drawn('chain', counts.chains),
    ...drawn('random', counts.randoms),
  ];
}

/** Points that every run of the shape comes to, in their order; or a sample of them, by the seed. */
function listPoints({ shape, reference }: Subject, seed: number, most: number): readonly CrashCase[] {
  const all = enumeratePoints({ appends: reference.appends, posts: reference.posts });
  return sample(all, most, seed).map((point) => ({
    id: `${shape.name}/${renderKill(point)}`,
    shape,
    seed,
    kills: [point],
    operator: PATIENT,
  }));
}

function sample(points: readonly CrashPoint[], most: number, seed: number): readonly CrashPoint[] {
  const random = seededRandom(hashText(`${seed} points`));
  const left = [...points];
  const taken = new Set<CrashPoint>();
  while (taken.size < Math.min(most, points.length)) {
    // Positions in turn, so that a small sample has them all.
    const wanted = POSITIONS[taken.size % POSITIONS.length];
    const [first, ...others] = left.filter((point) => `${point.kind} ${point.position}` === wanted);
    const point = first === undefined ? left[0] : pick(random, [first, ...others]);
    if (point === undefined) break;
    left.splice(left.indexOf(point), 1);
    taken.add(point);
  }
  return points.filter((point) => taken.has(point));
}

const POSITIONS = [
  'append before',
  'post sent',
  'append during',
  'post answered',
  'append after',
  'post read',
  'append during',
  'post before',
];

export type CrashOptions = {
  readonly jobs: number;
  readonly mutant?: Mutant;
  /** Called as each case ends. */
  readonly onResult?: (result: CrashResult) => void;
};

export function runCases(
  campaign: Campaign,
  { subjects, cases }: { readonly subjects: readonly Subject[]; readonly cases: readonly CrashCase[] },
  { jobs, mutant, onResult }: CrashOptions,
): Promise<readonly CrashResult[]> {
  const references = new Map(subjects.map(({ shape, reference }) => [shape, reference]));
  return inParallel(cases, jobs, async (one) => {
    const reference = references.get(one.shape);
    if (reference === undefined) throw new Error(`no undisturbed run of ${one.shape.name}`);
    const result = await runCrashCase(campaign, one, reference, mutant);
    onResult?.(result);
    return result;
  });
}

export type CrashFigures = {
  readonly rollouts: number;
  readonly starts: number;
  readonly restarts: number;
  /** Processes that a kill ended, by the injector and from outside; and kills that came too late. */
  readonly struck: { readonly atPoints: number; readonly atRandom: number; readonly missed: number };
  readonly inDoubt: number;
  readonly settled: { readonly adopted: number; readonly notCreated: number; readonly killed: number };
  readonly violations: number;
};

export function figuresOf(results: readonly CrashResult[]): CrashFigures {
  const sum = (count: (result: CrashResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const starts = sum((result) => result.starts);
  return {
    rollouts: results.length,
    starts,
    restarts: starts - results.length,
    struck: {
      atPoints: sum(({ strikes }) => strikes.length),
      atRandom: sum(({ randomStruck }) => randomStruck),
      missed: sum(({ missed }) => missed),
    },
    inDoubt: sum(({ doubtfulRuns }) => doubtfulRuns),
    settled: {
      adopted: sum(({ adopted }) => adopted),
      notCreated: sum(({ notCreated }) => notCreated),
      killed: sum(({ settlesKilled }) => settlesKilled),
    },
    violations: sum(({ violations }) => violations.length),
  };
}

/** A line for each violation, and one that repeats it. */
export function describeViolations(
  { id, violations }: CrashResult,
  { store, seed, counts }: { readonly store: string; readonly seed: number; readonly counts: CaseCounts },
): readonly string[] {
  if (violations.length === 0) return [];
  const { chains, randoms } = counts;
  const drawn = `--runs ${randoms} --chains ${chains}`;
  return [
    ...violations.map(({ kind, what }) => `${kind}: ${what}`),
    `  again: npx tsx bench/crash.ts --store ${store} --seed ${seed} ${drawn} --only ${id}`,
  ];
}

/** Cases of one point each whose point was not struck: their names. A campaign in which there are any proves nothing. */
export function findUnstruck(
  cases: readonly CrashCase[],
  results: readonly CrashResult[],
): readonly string[] {
  const struck = new Map(results.map(({ id, strikes }) => [id, strikes.map(renderKill)]));
  return cases.flatMap(({ id, kills: [kill, ...others] }) => {
    if (kill === undefined || kill.kind === 'random' || others.length > 0) return [];
    return struck.get(id)?.includes(renderKill(kill)) === true ? [] : [id];
  });
}

/** What was being written, and at which position, how often: `deployment-intended during`. */
export function countStrikes(results: readonly CrashResult[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const strike of results.flatMap(({ strikes }) => strikes)) {
    const name = describeStrike(strike);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function describeStrike({ what, position }: Strike): string {
  return `${what} ${position}`;
}
