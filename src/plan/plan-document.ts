/** A plan file as it is written: what the schema makes of it, and the words for its parts. */
import type { RolloutPlanDocument, Wave as WaveDocument } from '../document/generated/rollout-plan.d.ts';
import { validateRolloutPlan } from '../document/generated/validate-rollout-plan.js';
import type { Path } from '../document/path.ts';
import { readDocument } from '../document/read-document.ts';
import type { ReadDocument } from '../document/read-document.ts';
import type { SourceFile } from '../diagnostics/diagnostic.ts';

export type { RolloutPlanDocument, WaveDocument };

/** What a wave says, or `defaults` for it. */
export type WaveSettings = NonNullable<RolloutPlanDocument['defaults']>;

/** A window, where it is not `always`. */
export type WindowDocument = Exclude<NonNullable<WaveSettings['window']>, string>;

export type HooksDocument = NonNullable<RolloutPlanDocument['hooks']>;

export type GateDocument = NonNullable<WaveSettings['gates']>[number];

/** A hook, or what a gate has in common with one. */
export type CommandDocument = Pick<GateDocument, 'name' | 'run' | 'timeout'>;

export function readPlanDocument(source: SourceFile): ReadDocument<RolloutPlanDocument> {
  return readDocument(source, { kind: 'plan', validate: validateRolloutPlan, isText, describe, belongs });
}

/**
 * Serials keep their characters: 32 digits, or digits around an `e`, are a number to YAML, and a lossy one. So do a seed,
 * and what is compared with a file's fields.
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

const OF_PLAN: ReadonlySet<string> = new Set<keyof RolloutPlanDocument>([
  'region',
  'artifact',
  'fleet',
  'haltGrace',
  'hooks',
  'preflight',
  'rollback',
  'whenInDoubt',
  'defaults',
  'waves',
]);

const OF_WAVE: ReadonlySet<string> = new Set<keyof WaveSettings>([
  'minSuccess',
  'rejected',
  'timeout',
  'batch',
  'window',
  'approval',
  'soak',
  'gates',
]);

/** What `defaults` cannot say. */
const OF_EACH_WAVE: ReadonlySet<string> = new Set<keyof WaveDocument>(['name', 'devices', 'take', 'where']);

function belongs(key: string, path: Path): string | null {
  if (path.length > 0 && OF_PLAN.has(key)) return `\`${key}\` belongs at the top of the plan`;
  if (path[0] === 'defaults' && OF_EACH_WAVE.has(key)) return `\`${key}\` belongs in each wave`;
  if (path.length === 0 && OF_WAVE.has(key))
    return `\`${key}\` belongs in a wave, or under \`defaults\` for all of them`;
  if (path.length === 0 && key !== 'name' && OF_EACH_WAVE.has(key)) return `\`${key}\` belongs in a wave`;
  return null;
}
