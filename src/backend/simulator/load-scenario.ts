/** A scenario file to a `Scenario`, or everything that is wrong with it. */
import { renderDuration } from '../../base/duration.ts';
import type { SourceFile } from '../../findings/source-place.ts';
import { sortFindings } from '../../findings/findings.ts';
import { makeError } from '../../findings/make-diagnostic.ts';
import type { FileReader } from '../../document/file-reader.ts';
import type { ScenarioDocument } from '../../document/generated/scenario.js';
import { validateScenario } from '../../document/generated/validate-scenario.js';
import type { Path } from '../../document/path.ts';
import type { Places } from '../../document/places.ts';
import { readDocument } from '../../document/read-document.ts';
import { readText } from '../../document/read-text.ts';
import { parseScenario } from './parse-scenario.ts';
import { WHOLE_SHARE } from './scenario.ts';
import type { Behaviour, Scenario } from './scenario.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

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
