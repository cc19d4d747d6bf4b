/** Reads a plan file by its schema, and names its parts. */
import { validateRolloutPlan } from '../document/generated/validate-rollout-plan.js';
import type { Path } from '../document/places.ts';
import { readDocument } from '../document/read-document.ts';
import type { ReadDocument } from '../document/read-document.ts';
import type { SourceFile } from '../findings/source-place.ts';
import type { Scope } from './format/key.ts';
import { PLAN_KEYS } from './format/plan-keys.ts';
import { WAVE_KEYS } from './format/wave-keys.ts';
import type { RolloutPlanDocument, WaveDocument } from './plan-document.ts';

export function readPlanDocument(source: SourceFile): ReadDocument<RolloutPlanDocument> {
  return readDocument(source, { kind: 'plan', validate: validateRolloutPlan, isText, describe, belongs });
}

/**
 * Serials stay text: YAML reads 32 digits, or digits around an `e`, as a number and loses precision. A seed and the values of
 * `where` also stay text.
 */
function isText(path: Path): boolean {
  const [first, , third] = path;
  if (first === 'fleet') return path[1] === 'seed';
  return (
    first === 'waves' &&
    ((path.length === 4 && third === 'devices') || (path.length > 3 && third === 'where'))
  );
}

function describe(path: Path): string | null {
  const [first, second, third] = path;
  if (first === 'defaults') return path.length === 1 ? null : `\`${String(path.at(-1))}\` of \`defaults\``;
  if (first !== 'waves' || second === undefined) return null;
  const wave = `wave ${Number(second) + 1}`;
  return third === undefined ? wave : path.length === 3 ? `\`${third}\` of ${wave}` : null;
}

/** Keys that `defaults` can also have. */
const OF_WAVE: ReadonlySet<string> = new Set(writtenIn(WAVE_KEYS, 'wave-or-defaults'));

/** People add a name or a description in many places, and then do not mean that of the plan. */
const OF_ANYTHING: ReadonlySet<string> = new Set(['name', 'description']);

/** Keys of the plan, without those that a wave also has. */
const OF_PLAN: ReadonlySet<string> = new Set<string>([
  ...writtenIn(PLAN_KEYS, 'plan').filter((name) => !OF_ANYTHING.has(name) && !OF_WAVE.has(name)),
  ...(['fleet', 'defaults'] as const satisfies readonly (keyof RolloutPlanDocument)[]),
]);

/** Keys of a wave that `defaults` cannot have. */
const OF_EACH_WAVE: ReadonlySet<string> = new Set<string>([
  ...writtenIn(WAVE_KEYS, 'wave'),
  ...(['take', 'where'] as const satisfies readonly (keyof WaveDocument)[]),
]);

function writtenIn(
  keys: Readonly<Record<string, { readonly name: string; readonly scope: Scope }>>,
  scope: Scope,
): readonly string[] {
  return Object.values(keys)
    .filter((key) => key.scope === scope)
    .map(({ name }) => name);
}

function belongs(key: string, path: Path): string | null {
  if (path.length > 0 && OF_PLAN.has(key)) return `\`${key}\` belongs at the top of the plan`;
  if (path[0] === 'defaults' && OF_EACH_WAVE.has(key)) return `\`${key}\` belongs in each wave`;
  if (path.length === 0 && OF_WAVE.has(key))
    return `\`${key}\` belongs in a wave, or under \`defaults\` for all of them`;
  if (path.length === 0 && key !== 'name' && OF_EACH_WAVE.has(key)) return `\`${key}\` belongs in a wave`;
  return null;
}

/** Enough for the maximum number of devices with serials of the maximum length. */
export const SAVED_PLAN_BYTES_MAX = 160 * 1_048_576;

/** Checks only the beginning of the text. The text may still be invalid. */
export function isSavedPlan(text: string): boolean {
  return /^\s*\{[^]*?"format"\s*:\s*"breakwater\/saved-plan"/.test(text.slice(0, BEGINNING_CHARS));
}

const BEGINNING_CHARS = 1_000;
