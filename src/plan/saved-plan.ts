/**
 * A resolved plan as a file: `breakwater plan --out` writes it and `breakwater run` runs it, so that the reviewed plan is the
 * one that runs. The file is not trusted: it must be complete, its digest must match its content, and its content must
 * follow the rules of a plan file.
 */
import { renderJson } from '../base/text.ts';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import { quote } from '../findings/sentence.ts';
import type { SavedPlanDocument } from '../document/generated/saved-plan.d.ts';
import { validateSavedPlan } from '../document/generated/validate-saved-plan.js';
import { digestPlan, sortKeys } from './digest.ts';
import type { PlanSubject } from './plan-subject.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import { checkArguments } from './rules/written-values.ts';
import { checkDevices } from './rules/devices.ts';
import { checkThresholds } from './rules/thresholds.ts';
import { isTimeZone } from './rules/windows.ts';
import { checkWaveNames } from './rules/names.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

const FORMAT = 'breakwater/saved-plan';
const VERSION = 1;

/** The place of the rollout's record: the absolute path of a folder, or the URL of a database without its password. */
export type SavedState = {
  readonly place: string;
  /** Whether it is the default place. */
  readonly isDefault: boolean;
};

export type ParsedSavedPlan = {
  /** `null` exactly when there is a diagnostic. */
  readonly plan: RolloutPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Left out if the file has none: older releases did not write it. */
  readonly state?: SavedState;
};

/** The same plan gives the same text, whatever the order of its keys. */
export function renderSavedPlan(plan: RolloutPlan, state: SavedState | null = null): string {
  const digest = digestPlan(plan);
  const carried = state === null ? {} : { state };
  const document = { format: FORMAT, version: VERSION, digest, ...carried, plan: sortKeys(plan) };
  return `${renderJson(document, 2)}\n`;
}

export function parseSavedPlan(source: SourceFile): ParsedSavedPlan {
  const whole: Place = { path: source.path, range: null };
  const parsed = parseJson(source);
  if ('diagnostic' in parsed) return refuse(parsed.diagnostic);
  const { value } = parsed;
  const version = isObject(value) ? value['version'] : undefined;
  if (version !== VERSION) {
    const facts = {
      found: typeof version === 'number' ? String(version) : 'unknown',
      known: VERSION,
    };
    return refuse(makeError({ code: 'saved-plan-version', place: whole, facts }));
  }
  if (!validateSavedPlan(value)) return refuse(damaged(whole, describeShape()));
  const { digest, plan, state } = value as SavedPlanDocument & { readonly plan: RolloutPlan };
  const actual = digestPlan(plan);
  if (digest !== actual) {
    return refuse(makeError({ code: 'saved-plan-digest', place: whole, facts: { written: digest, actual } }));
  }
  const errors = checkPlan(plan, whole).filter(({ severity }) => severity === 'error');
  return errors.length > 0
    ? { plan: null, diagnostics: errors }
    : { plan, diagnostics: [], ...(state === undefined ? {} : { state }) };
}

function refuse(diagnostic: Diagnostic): ParsedSavedPlan {
  return { plan: null, diagnostics: [diagnostic] };
}

function damaged(place: Place, detail: string): Diagnostic {
  return makeError({ code: 'saved-plan-damaged', place, facts: { detail } });
}

function parseJson({
  path,
  text,
}: SourceFile): { readonly value: unknown } | { readonly diagnostic: Diagnostic } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const end = text.trimEnd().length;
    // The messages of `JSON.parse` show the place only in some versions of Node.js.
    const offset = message.includes('end of JSON input')
      ? end
      : Number(/at position (\d+)/.exec(message)?.[1] ?? NaN);
    const range = Number.isNaN(offset) ? null : { start: offset, end: offset + 1 };
    return { diagnostic: damaged({ path, range }, 'this is not JSON') };
  }
}

function describeShape(): string {
  const [error] = validateSavedPlan.errors ?? [];
  const place = (error?.instancePath ?? '').slice(1).replaceAll('/', '.');
  return `${place === '' ? 'it' : quote(place)} breaks the rule \`${error?.keyword ?? 'type'}\` of its schema`;
}

/** Only errors count here: warnings were shown when the plan was saved. */
function checkPlan(plan: RolloutPlan, whole: Place): readonly Diagnostic[] {
  const subject: PlanSubject = {
    plan,
    lists: plan.waves.map(({ devices }) => ({ serials: devices, placeOf: () => whole, file: null })),
    originOf: (wave, setting) => ({ path: ['plan', 'waves', wave, setting], isShared: false }),
    placeOf: () => whole,
  };
  const unjudged = plan.waves.filter(
    ({ minSuccess, maxFailures }) => minSuccess === null && maxFailures === null,
  );
  return [
    ...unjudged.map(({ name }) =>
      damaged(whole, `wave ${quote(name)} has neither \`minSuccess\` nor \`maxFailures\``),
    ),
    ...plan.waves.flatMap(({ name, window }) =>
      window === undefined || (window.from !== window.to && isTimeZone(window.timeZone))
        ? []
        : [damaged(whole, `the window of wave ${quote(name)} never opens`)],
    ),
    ...checkWaveNames(subject),
    ...checkDevices(subject),
    ...checkThresholds(subject),
    ...checkArguments(
      plan.waves.flatMap((wave) =>
        Object.entries(wave.arguments).map(([name, value]) => ({ name, value, place: whole })),
      ),
    ),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
