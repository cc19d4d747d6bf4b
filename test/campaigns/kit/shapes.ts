/**
 * The rollouts that are crashed. A device's serial tells how it ends (`w2-failed-1` fails), so that what must become of
 * it is known without asking anybody. Which devices are reached is the same in every run, however it is interrupted.
 */
import { present } from '../../../src/base/assert.ts';
import { SCENARIO_DEFAULTS, WHOLE_SHARE } from '../../../src/backend/simulator/scenario.ts';
import type { Scenario, SharedOutcome } from '../../../src/backend/simulator/scenario.ts';

/**
 * `vanish` and `odd` never end: it is listed no more, or with a word that is not documented. `contrary` and `unlisted`
 * succeed, and a good while later it is listed with another word, or no more.
 */
export type Fate =
  'success' | 'failed' | 'rejected' | 'stuck' | 'unknown' | 'vanish' | 'odd' | 'contrary' | 'unlisted';

export type ShapeWave = {
  readonly serials: readonly string[];
  readonly maxFailures: number;
  readonly timeoutMs: number;
  readonly batch: { readonly size: number; readonly parallel: number };
  /** 0 for none. */
  readonly soakMs: number;
};

export type Shape = {
  readonly name: string;
  readonly waves: readonly ShapeWave[];
  readonly ends: 'completed' | 'halted';
  /** Whether it soaks between waves, and has hooks and gates, each of which leaves a line in `RAN`. */
  readonly isStaged: boolean;
  /** Whether what is said of a device depends on when it is asked. */
  readonly isTimely: boolean;
  /** What is wrong with its API besides. */
  readonly world: Partial<Pick<Scenario, 'forgotten' | 'bodyLimit'>>;
  /** Whether what is in doubt is posted again by itself. */
  readonly isPostedAgain?: boolean;
};

/** In the plan's folder: the occasion and the wave of each command that was run. */
export const RAN = 'ran.log';

export const ARTIFACT = '9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20';

/** Longer than any run of a campaign: a device that is not meant to be timed out never is. */
const TIMEOUT_MS = 600_000;
/** The shortest that a plan may have. */
const SHORT_TIMEOUT_MS = 1_000;

/** Long after devices have ended and were seen, and before any soak is over. */
const RELAPSE_MS = 5_400_000;

/** Of each fate but success, which is what happens otherwise. */
const OUTCOMES: Readonly<Record<Exclude<Fate, 'success'>, SharedOutcome>> = {
  failed: 'failed',
  rejected: 'rejected',
  stuck: 'stuck',
  unknown: 'unknown',
  vanish: 'vanish',
  odd: 'odd',
  contrary: 'contrary',
  unlisted: 'unlisted',
};
const FATES = ['success', ...Object.keys(OUTCOMES)] as readonly Fate[];

export const SMALL: Shape = shape('small', 'completed', [
  { fates: { success: 1 } },
  { fates: { success: 1, failed: 1 }, maxFailures: 1 },
]);

/** What rivals fight for. */
export const CONTESTED: Shape = shape('contested', 'completed', [
  { fates: { success: 2 } },
  { fates: { success: 4 }, batch: { size: 2, parallel: 2 } },
]);

export const SHAPES: readonly Shape[] = [
  shape('three-waves', 'completed', [
    { fates: { success: 2 } },
    { fates: { success: 3 } },
    { fates: { success: 4, failed: 1 }, maxFailures: 1 },
  ]),
  shape('parallel-batches', 'completed', [
    { fates: { success: 2 } },
    { fates: { success: 7, failed: 1 }, maxFailures: 1, batch: { size: 2, parallel: 3 } },
  ]),
  // One batch after the other: that of the failing device, which stands first, is the last one posted.
  shape('bad-second-wave', 'halted', [
    { fates: { success: 2 } },
    { fates: { failed: 1, success: 5 }, batch: { size: 3, parallel: 1 } },
    { fates: { success: 2 } },
  ]),
  shape('rejected-devices', 'completed', [
    { fates: { success: 2, rejected: 1 }, maxFailures: 1, timeoutMs: SHORT_TIMEOUT_MS },
    { fates: { rejected: 2, success: 2 }, maxFailures: 2, timeoutMs: SHORT_TIMEOUT_MS },
  ]),
  shape('time-out', 'completed', [
    { fates: { success: 1, stuck: 1, unknown: 1 }, maxFailures: 2, timeoutMs: SHORT_TIMEOUT_MS },
    { fates: { success: 2 } },
  ]),
  staged(shape('staged', 'completed', [{ fates: { success: 2 } }, { fates: { success: 3 } }])),
  staged(
    shape('staged-and-bad', 'halted', [{ fates: { success: 1 } }, { fates: { failed: 1, success: 2 } }]),
  ),
];

function staged(plain: Shape): Shape {
  return { ...plain, isStaged: true };
}

type WaveDraft = {
  /** In this order. */
  readonly fates: Partial<Record<Fate, number>>;
} & Partial<Omit<ShapeWave, 'serials'>>;

/** A wave that says nothing tolerates no failure, has time enough, and is one deployment. */
export function shape(name: string, ends: Shape['ends'], drafts: readonly WaveDraft[]): Shape {
  return {
    name,
    ends,
    isStaged: false,
    isTimely: false,
    world: {},
    waves: drafts.map(({ fates, maxFailures = 0, timeoutMs = TIMEOUT_MS, batch, soakMs = 0 }, index) => {
      const serials = Object.entries(fates).flatMap(([fate, count]) =>
        Array.from({ length: count }, (_, device) => `w${index + 1}-${fate}-${device + 1}`),
      );
      const all = { size: serials.length, parallel: 1 };
      return { serials, maxFailures, timeoutMs, batch: batch ?? all, soakMs };
    }),
  };
}

export function fateOf(serial: string): Fate {
  return present(
    FATES.find((fate) => serial.includes(`-${fate}-`)),
    `the fate of ${serial}`,
  );
}

/** The plan's text: JSON is YAML. */
export function renderPlan({ waves, isStaged, isPostedAgain = false }: Shape, name: string): string {
  return JSON.stringify(
    {
      version: 1,
      name,
      region: 'us',
      artifact: { uuid: ARTIFACT },
      haltGrace: '2m',
      ...(isPostedAgain ? { whenInDoubt: 'post-again' } : {}),
      ...(isStaged ? { hooks: HOOKS, defaults: { soak: '50ms', gates: [COMMAND] } } : {}),
      waves: waves.map(({ serials, maxFailures, timeoutMs, batch }, index) => ({
        name: waveName(index),
        devices: serials,
        maxFailures,
        timeout: `${timeoutMs}ms`,
        ...(batch.size < serials.length ? { batch } : {}),
      })),
    },
    null,
    2,
  );
}

const LINE = '$BREAKWATER_HOOK $BREAKWATER_WAVE${BREAKWATER_REASON:+ $BREAKWATER_REASON}';
const COMMAND = { name: 'log', run: ['sh', '-c', `echo "${LINE}" >> ${RAN}`] };

const HOOKS = {
  beforeRollout: COMMAND,
  beforeWave: COMMAND,
  afterWave: COMMAND,
  onWait: COMMAND,
  onDoubt: COMMAND,
  onStop: COMMAND,
  onHalt: COMMAND,
  afterRollout: COMMAND,
};

function waveName(index: number): string {
  return `wave-${index + 1}`;
}

export type WorldWanted = {
  readonly seed: number;
  /** When devices end, counted from their deployment. */
  readonly endsFromMs: number;
  readonly endsToMs: number;
};

/** Nothing is rationed, and nothing goes wrong but what a device's serial says. */
export function scenarioOf({ seed, endsFromMs: fromMs, endsToMs: toMs }: WorldWanted): Scenario {
  return {
    ...SCENARIO_DEFAULTS,
    seed,
    answerShape: 'objects',
    rateLimit: { ...SCENARIO_DEFAULTS.rateLimit, limit: 1_000_000 },
    devices: {
      ...SCENARIO_DEFAULTS.devices,
      duration: { kind: 'uniform', fromMs, toMs },
      relapseAfterMs: RELAPSE_MS,
      vanishAfterMs: RELAPSE_MS,
    },
    overrides: Object.entries(OUTCOMES).map(([fate, outcome]) => ({
      serials: [`*-${fate}-*`],
      deployments: null,
      share: WHOLE_SHARE,
      behaviour: { shares: { [outcome]: WHOLE_SHARE } },
    })),
  };
}
