/** A scenario file's checked value to a `Scenario`: texts become numbers, and what is left out takes its default. */
import { present } from '../../base/assert.ts';
import { parseDuration } from '../../base/duration.ts';
import type {
  DurationModel as DurationDocument,
  ScenarioDocument,
} from '../../document/generated/scenario.js';
import { faultRule, SCENARIO_DEFAULTS, WHOLE_SHARE } from './scenario.ts';
import type { Behaviour, DurationModel, FaultRule, Override, Scenario } from './scenario.ts';

type OverrideDocument = NonNullable<ScenarioDocument['overrides']>[number];
type FaultDocument = NonNullable<ScenarioDocument['faults']>[number];
type BehaviourDocument = Pick<
  OverrideDocument,
  'duration' | 'outcomes' | 'lateAfter' | 'vanishAfter' | 'flipAfter' | 'relapseAfter' | 'word' | 'connection'
>;

/** `document` has passed the schema. */
export function parseScenario(document: ScenarioDocument): Scenario {
  const { seed, clockSkew, account, artifacts, answerShape, rateLimit, bodyLimit, forgotten } = document;
  const defaults = SCENARIO_DEFAULTS;
  return {
    seed: seed ?? defaults.seed,
    clockSkewMs: clockSkew === undefined ? defaults.clockSkewMs : parseSigned(clockSkew),
    hasDate: document.date === undefined ? defaults.hasDate : document.date === 'sent',
    bodyLimit:
      bodyLimit === undefined
        ? defaults.bodyLimit
        : { bytes: bodyLimit.bytes, status: bodyLimit.status ?? 413 },
    forgotten:
      forgotten === undefined
        ? defaults.forgotten
        : { afterMs: milliseconds(forgotten.after), deployments: forgotten.deployments ?? null },
    account: account?.map(String) ?? defaults.account,
    artifacts: artifacts?.map((uuid) => uuid.toLowerCase()) ?? defaults.artifacts,
    answerShape: answerShape ?? defaults.answerShape,
    rateLimit: {
      limit: rateLimit?.limit ?? defaults.rateLimit.limit,
      windowMs:
        rateLimit?.window === undefined ? defaults.rateLimit.windowMs : milliseconds(rateLimit.window),
      reset: rateLimit?.reset ?? defaults.rateLimit.reset,
    },
    devices: { ...defaults.devices, ...parseBehaviour(document.devices ?? {}) },
    overrides: document.overrides?.map(parseOverride) ?? defaults.overrides,
    faults: document.faults?.map(parseFault) ?? defaults.faults,
  };
}

/** `0.5%` as 5000 millionths, without a float in between. */
export function parseShare(text: string): number {
  const [whole = '', fraction = ''] = text.slice(0, -1).split('.');
  return Number(whole) * 10_000 + Number(fraction.padEnd(4, '0'));
}

function parseOverride({ serials, deployments, share, ...behaviour }: OverrideDocument): Override {
  return {
    serials: serials?.map(String) ?? null,
    deployments: deployments ?? null,
    share: share === undefined ? WHOLE_SHARE : parseShare(share),
    behaviour: parseBehaviour(behaviour),
  };
}

function parseBehaviour(document: BehaviourDocument): Partial<Behaviour> {
  const { duration, outcomes, lateAfter, vanishAfter, flipAfter, relapseAfter, word, connection } = document;
  return {
    ...(duration !== undefined && { duration: parseDurationModel(duration) }),
    ...(outcomes !== undefined && { shares: parseShares(outcomes) }),
    ...(lateAfter !== undefined && { lateAfterMs: milliseconds(lateAfter) }),
    ...(vanishAfter !== undefined && { vanishAfterMs: milliseconds(vanishAfter) }),
    ...(flipAfter !== undefined && { flipAfterMs: milliseconds(flipAfter) }),
    ...(relapseAfter !== undefined && { relapseAfterMs: milliseconds(relapseAfter) }),
    ...(word !== undefined && { word }),
    ...(connection !== undefined && { connection }),
  };
}

function parseShares(outcomes: NonNullable<BehaviourDocument['outcomes']>): Behaviour['shares'] {
  return Object.fromEntries(
    Object.entries(outcomes).map(([outcome, text]: [string, string]) => [outcome, parseShare(text)]),
  );
}

const SPREAD = 1.6;
/** How many medians the slowest device takes at most, unless the scenario says. */
const MEDIANS_MAX = 10;

function parseDurationModel({ fixed, uniform, lognormal }: DurationDocument): DurationModel {
  if (fixed !== undefined) return { kind: 'fixed', ms: milliseconds(fixed) };
  if (uniform !== undefined) {
    return { kind: 'uniform', fromMs: milliseconds(uniform.from), toMs: milliseconds(uniform.to) };
  }
  const { median, spread = SPREAD, most } = present(lognormal, 'the one key of a duration');
  const medianMs = milliseconds(median);
  const mostMs = most === undefined ? medianMs * MEDIANS_MAX : milliseconds(most);
  return { kind: 'lognormal', medianMs, spread, mostMs };
}

function parseFault({ fault, call, at, share, from, to, delay, shift, rows }: FaultDocument): FaultRule {
  return faultRule({
    fault,
    ...(call !== undefined && { call }),
    ...(at !== undefined && { at }),
    ...(share !== undefined && { share: parseShare(share) }),
    ...(from !== undefined && { fromMs: milliseconds(from) }),
    ...(to !== undefined && { toMs: milliseconds(to) }),
    ...(delay !== undefined && { delayMs: milliseconds(delay) }),
    ...(shift !== undefined && { shiftMs: parseSigned(shift) }),
    ...(rows !== undefined && { rows }),
  });
}

function parseSigned(text: string): number {
  return text.startsWith('-') ? -milliseconds(text.slice(1)) : milliseconds(text);
}

/** The schema has the pattern of a duration wherever one stands. */
function milliseconds(text: string): number {
  return present(parseDuration(text), 'the duration that the schema asked for');
}
