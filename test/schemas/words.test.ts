/** Words and numbers of the code that schemas repeat. */
import { expect, test } from 'vitest';
import { commandExplanations } from '../../src/cli/explain/programs.ts';
import { CODES } from '../../src/cli/explain/codes.ts';
import { haltExplanations } from '../../src/cli/explain/reasons.ts';
import { namesOf } from '../../src/plan/format/key.ts';
import { HOOK_POINTS } from '../../src/plan/rollout-plan.ts';
import { DEVICE_STATUSES } from '../../src/rollout/device-status.ts';
import { ORDER_KINDS } from '../../src/rollout/order.ts';
import { WAVE_WAITS } from '../../src/rollout/wait-reasons.ts';
import { PROGRESS_CHOICES } from '../../src/settings/settings.ts';
import { WAITED_FOR } from '../../src/views/report/waits.ts';
import { EXIT, OUTCOME_NAMES, OUTCOME_OF_STOP } from '../../src/views/tables/outcomes.ts';
import { SITUATION_TABLE, WAVE_PHASES } from '../../src/views/tables/situation-table.ts';
import { readSchema } from '../kit/schemas.ts';

const WITH_EVENTS = ['journal', 'run-event', 'report', 'status'];

/** Whoever has lost the record cannot write down why. */
const STOPS = Object.keys(OUTCOME_OF_STOP).filter((why) => why !== 'lost');

/** Nobody pauses or interrupts a trial. */
const ENDS_OF_TRIALS = STOPS.filter((why) => why !== 'paused' && why !== 'interrupted');

/** Only a run can tell that it has lost the rollout. */
const SITUATIONS = namesOf(SITUATION_TABLE).filter((kind) => kind !== 'lost');

const KINDS_OF_CODES = [...new Set(CODES.map(({ kind }) => kind))];

/** A word that tells the list from all others, what the code has, and the schemas that repeat it. */
test.each([
  ['waits of a wave', 'gate', Object.keys(WAVE_WAITS), ['run-event']],
  ['waits that a report tells', 'window', Object.keys(WAITED_FOR), ['report']],
  ['reasons why a runner stops', 'environment', STOPS, WITH_EVENTS],
  ['ends of a trial', 'environment', ENDS_OF_TRIALS, ['rehearsal']],
  ['places where a rollout stands', 'runner-gone', SITUATIONS, ['report', 'status']],
  ['phases of a wave', 'soaked', Object.keys(WAVE_PHASES), ['report', 'run-event', 'status']],
  ['places where a device stands', 'inconclusive', DEVICE_STATUSES, ['report']],
  ['results of a program', 'skipped', Object.keys(commandExplanations), WITH_EVENTS],
  ['occasions of a hook', 'onHalt', HOOK_POINTS, WITH_EVENTS],
  ['orders', 'accept-open', ORDER_KINDS, WITH_EVENTS],
  ['words for an exit code', 'bug', OUTCOME_NAMES, ['explanations']],
  ['ways to show progress', 'live', PROGRESS_CHOICES, ['settings']],
  ['kinds of codes', 'finding', KINDS_OF_CODES, ['explanations']],
] as const)('schemas have all %s', (_, mark, words, schemas) => {
  for (const schema of schemas) {
    const found = enumsIn(readSchema(schema)).filter((choices) => choices.includes(mark));
    expect(found, schema).not.toEqual([]);
    for (const choices of found)
      expect(choices.filter((word) => word !== null).toSorted(), schema).toEqual([...words].sort());
  }
});

test('a report has every exit code with which a run can end where a rollout stands', () => {
  const outcomes = SITUATIONS.map((kind) => SITUATION_TABLE[kind].outcome);
  const codes = outcomes.flatMap((outcome) => (outcome === null ? [] : [EXIT[outcome]]));
  const found = enumsIn(readSchema('report')).filter((choices) => choices.every(Number.isInteger));
  expect(found.map((choices) => choices.toSorted())).toEqual([[...new Set(codes)].sort()]);
});

test.each(['report', 'run-event', 'status'])(
  'the schema of %s counts devices wherever they can stand',
  (name) => {
    const counted = propertiesIn(readSchema(name)).filter((keys) => keys.includes('inconclusive'));
    expect(counted).not.toEqual([]);
    for (const keys of counted) expect(keys.toSorted()).toEqual(DEVICE_STATUSES.toSorted());
  },
);

test.each(WITH_EVENTS)('the schema of %s has every reason for a halt, with its facts', (name) => {
  const found = reasonsIn(readSchema(name)).filter((reasons) => reasons.includes('gate-failed'));
  expect(found).not.toEqual([]);
  for (const reasons of found) expect(reasons.toSorted()).toEqual(Object.keys(haltExplanations).sort());
});

/** What each value may be that is one of a list. */
function enumsIn(schema: unknown): readonly (readonly unknown[])[] {
  return objectsIn(schema).flatMap(({ enum: choices }) => (Array.isArray(choices) ? [choices] : []));
}

/** The names of the properties of each object. */
function propertiesIn(schema: unknown): readonly (readonly string[])[] {
  return objectsIn(schema).flatMap(({ properties }) =>
    typeof properties === 'object' && properties !== null ? [Object.keys(properties)] : [],
  );
}

/** Of each choice between objects, what the property `reason` of one of them may be. */
function reasonsIn(schema: unknown): readonly (readonly string[])[] {
  return objectsIn(schema).flatMap(({ oneOf = [] }) => {
    const choices = oneOf as readonly { readonly properties?: { readonly reason?: Choices } }[];
    return [
      choices.flatMap(({ properties: { reason = {} } = {} }) => [
        ...(reason.enum ?? []),
        ...(reason.const === undefined ? [] : [reason.const]),
      ]),
    ];
  });
}

type Choices = { readonly enum?: readonly string[]; readonly const?: string };

/** All that are within it, and it itself. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Readonly<Record<string, unknown>>, ...inner];
}
