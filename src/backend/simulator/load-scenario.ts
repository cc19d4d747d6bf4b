/** A scenario file to a `Scenario`, or everything that is wrong with it. */
import { renderDuration, parseDuration } from '../../base/duration.ts';
import type { SourceFile } from '../../findings/source-place.ts';
import { sortFindings, makeError } from '../../findings/findings.ts';
import type { FileReader } from '../../document/file-reader.ts';
import type {
  ScenarioDocument,
  DurationModel as DurationDocument,
} from '../../document/generated/scenario.js';
import { validateScenario } from '../../document/generated/validate-scenario.js';
import type { Path, Places } from '../../document/places.ts';
import { readDocument } from '../../document/read-document.ts';
import { readText } from '../../document/read-text.ts';
import { WHOLE_SHARE, SCENARIO_DEFAULTS, faultRule } from './scenario.ts';
import type { Behaviour, Scenario, DurationModel, FaultRule, Override } from './scenario.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import { present } from '../../base/assert.ts';

export type LoadedScenario = {
  /** `null` exactly when there is a diagnostic. */
  readonly scenario: Scenario | null;
  readonly diagnostics: readonly Diagnostic[];
  /** By path; what the diagnostics quote from. */
  readonly sources: ReadonlyMap<string, SourceFile>;
};

/** Room for 100,000 serials of an account. */
const SCENARIO_BYTES_MAX = 16 * 1024 * 1024;

const KIND = 'scenario';

export function loadScenario(path: string, readFile: FileReader): LoadedScenario {
  const { source, diagnostic } = readText(readFile, { path, kind: KIND, bytesMax: SCENARIO_BYTES_MAX });
  const sources = new Map(source === null ? [] : [[path, source]]);
  if (source === null || diagnostic !== null) {
    return { scenario: null, diagnostics: diagnostic === null ? [] : [diagnostic], sources };
  }
  const { value, diagnostics, ...places } = readDocument<ScenarioDocument>(source, {
    kind: KIND,
    validate: validateScenario,
    isText: isSerial,
    describe: describeEntry,
  });
  if (value === null) return { scenario: null, diagnostics, sources };
  const scenario = parseScenario(value);
  const findings = sortFindings([
    ...checkShares(scenario, places),
    ...checkFaultTimes(scenario, places),
    ...checkBounds(scenario, places),
  ]);
  return { scenario: findings.length === 0 ? scenario : null, diagnostics: findings, sources };
}

/** A serial that YAML would read as a number keeps its text. */
function isSerial(path: Path): boolean {
  const [first, , third] = path;
  return (
    (path.length === 2 && first === 'account') ||
    (path.length === 4 && first === 'overrides' && third === 'serials')
  );
}

/** `override 2`, `fault 1`. */
function describeEntry(path: Path): string | null {
  const [first, index] = path;
  if (path.length !== 2 || (first !== 'overrides' && first !== 'faults')) return null;
  return `${first.slice(0, -1)} ${Number(index) + 1}`;
}

function checkShares({ devices, overrides }: Scenario, places: Places): readonly Diagnostic[] {
  const given: readonly (readonly [Partial<Behaviour>, Path])[] = [
    [devices, ['devices', 'outcomes']],
    ...overrides.map(({ behaviour }, index) => [behaviour, ['overrides', index, 'outcomes']] as const),
  ];
  return given.flatMap(([{ shares }, path]) => {
    const sum = Object.values(shares ?? {}).reduce((total, share) => total + share, 0);
    if (sum <= WHOLE_SHARE) return [];
    const percent = (sum * 100) / WHOLE_SHARE;
    return [
      makeError({ code: 'scenario-outcomes-over', place: places.placeOfKey(path), facts: { percent } }),
    ];
  });
}

function checkFaultTimes({ faults }: Scenario, places: Places): readonly Diagnostic[] {
  return faults.flatMap(({ fromMs, toMs }, index) => {
    if (fromMs < toMs) return [];
    const place = places.placeOf(['faults', index, 'to']);
    return [makeError({ code: 'scenario-fault-never', place, facts: { from: renderDuration(fromMs) } })];
  });
}

/** A budget that is full again at once would be none; a clock may be wrong, but is a clock. */
const WINDOW_MS_LEAST = 1000;
const WINDOW_MS_MOST = 31 * 86_400_000;
const SKEW_MS_MOST = 86_400_000;

function checkBounds({ rateLimit, clockSkewMs }: Scenario, places: Places): readonly Diagnostic[] {
  const bounds: readonly (readonly [path: Path, ms: number, least: number, most: number])[] = [
    [['rateLimit', 'window'], rateLimit.windowMs, WINDOW_MS_LEAST, WINDOW_MS_MOST],
    [['clockSkew'], clockSkewMs, -SKEW_MS_MOST, SKEW_MS_MOST],
  ];
  return bounds.flatMap(([path, ms, least, most]) => {
    if (ms >= least && ms <= most) return [];
    const facts = { key: String(path.at(-1)), least: renderSigned(least), most: renderSigned(most) };
    return [makeError({ code: 'duration-out-of-range', place: places.placeOf(path), facts })];
  });
}

function renderSigned(ms: number): string {
  return ms < 0 ? `-${renderDuration(-ms)}` : renderDuration(ms);
}

// The fleet that `run --simulate` makes when no scenario is given: healthy, with the odd failure and a slow tail.

/** Most devices take one to six minutes; 1 % fail, 0.5 % are rejected. */
export const DEFAULT_SCENARIO: Scenario = {
  ...SCENARIO_DEFAULTS,
  answerShape: 'objects',
  devices: { ...SCENARIO_DEFAULTS.devices, shares: { failed: 10_000, rejected: 5_000 } },
};

// A scenario file's checked value to a `Scenario`: texts become numbers, and what is left out takes its default.

type OverrideDocument = NonNullable<ScenarioDocument['overrides']>[number];
type FaultDocument = NonNullable<ScenarioDocument['faults']>[number];
type BehaviourDocument = Pick<
  OverrideDocument,
  'duration' | 'outcomes' | 'lateAfter' | 'vanishAfter' | 'flipAfter' | 'relapseAfter' | 'word' | 'connection'
>;

/** `document` has passed the schema. */
function parseScenario(document: ScenarioDocument): Scenario {
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
