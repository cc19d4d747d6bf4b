import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { CODES, findCodes } from '../../src/cli/explain/codes.ts';
import { renderCodes, renderExplanations } from '../../src/cli/explain/render-text.ts';
import { pointToExplanation } from '../../src/cli/read-plan.ts';
import { DIAGNOSTIC_CODES } from '../../src/findings/catalogue.ts';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { HOOK_POINTS } from '../../src/plan/rollout-plan.ts';
import type { HookPoint } from '../../src/plan/rollout-plan.ts';
import { EXIT } from '../../src/views/tables/outcomes.ts';
import { DEVICE_STATUSES } from '../../src/rollout/device-status.ts';
import type { StopOrigin } from '../../src/rollout/event.ts';
import type { Phase } from '../../src/rollout/state.ts';
import type { WaitReason } from '../../src/rollout/wait-reasons.ts';
import { OUTCOMES } from '../../src/backend/allxon/outcome-table.ts';
import { breakwater } from '../kit/command.ts';
import { ANY_COLUMNS, linesTooWide } from '../kit/line-widths.ts';
import { compileSchema, expectValid, readSchema } from '../kit/schemas.ts';
import type { CommandRequest, Notice } from '../../src/run/loop/command-runner.ts';

const codesOf = (kind: string) => CODES.filter((one) => one.kind === kind).map(({ code }) => code);

/** All that a type allows: the compiler holds what is written here to it. */
function keysOf<Key extends string>(all: Readonly<Record<Key, true>>): readonly Key[] {
  return Object.keys(all) as Key[];
}

const WAITS = keysOf<WaitReason>({
  approval: true,
  window: true,
  soak: true,
  gate: true,
  signature: true,
  'devices-online': true,
  'rate-limit': true,
  paused: true,
});
const STOPS = keysOf<StopOrigin>({ 'api-outage': true, 'api-refused': true, record: true });
const OCCASIONS = [...HOOK_POINTS, ...keysOf<Exclude<CommandRequest['occasion'], HookPoint>>({ gate: true })];
type RestOfReasons = Exclude<Notice['reason'], WaitReason | StopOrigin>;

/** What hooks are told, by variable. */
const TOLD_TO_HOOKS = {
  BREAKWATER_HOOK: OCCASIONS,
  BREAKWATER_REASON: [...WAITS, ...STOPS, ...keysOf<RestOfReasons>({ 'in-doubt': true })],
  BREAKWATER_PHASE: keysOf<Phase['kind'] | 'aborted'>({
    running: true,
    halted: true,
    closed: true,
    completed: true,
    aborted: true,
  }),
} as const;

/** Every value that a published schema has at `place`, wherever that name stands. */
function listChoices(schema: string, place: string): readonly string[] {
  const found: string[] = [];
  JSON.stringify(readSchema(schema), (key, value: unknown) => {
    if (key === place && typeof value === 'object' && value !== null) {
      if ('enum' in value) found.push(...(value.enum as string[]));
      if ('const' in value) found.push(value.const as string);
    }
    return value;
  });
  return [...new Set(found)];
}

describe('a code', () => {
  test('of a finding is explained, each with its severity and an example', () => {
    expect(codesOf('finding').toSorted()).toEqual(DIAGNOSTIC_CODES);
    for (const { code, severities, example } of CODES.filter(({ kind }) => kind === 'finding')) {
      expect({ code, count: severities.length }).not.toEqual({ code, count: 0 });
      expect(example?.printed).toContain(`[${code}]: `);
    }
  });

  test('that a command ends with is explained', () => {
    expect(codesOf('exit-code').toSorted()).toEqual(
      Object.values(EXIT)
        .map((code) => `exit-${code}`)
        .toSorted(),
    );
  });

  test('of an exit code has the word that the schema knows for it', () => {
    const words = CODES.flatMap(({ outcome }) => outcome ?? []);
    expect(listChoices('explanations', 'outcome')).toEqual([...words, null]);
  });

  test.each([
    ['halt-reason', 'journal', 'reason'],
    ['rollout-status', 'journal', 'why'],
    ['rollout-status', 'status', 'status'],
    ['command-outcome', 'journal', 'outcome'],
  ])('that a document may hold is explained: %s of %s, %s', (kind, schema, place) => {
    const choices = listChoices(schema, place);
    expect(choices).not.toEqual([]);
    expect(codesOf(kind)).toEqual(expect.arrayContaining([...choices]));
  });

  test.each([
    ['occasion', OCCASIONS],
    ['wait-reason', WAITS],
    ['stop-reason', STOPS],
  ])('of the kind %s is explained, and no other is of that kind', (kind, codes) => {
    expect(codesOf(kind).toSorted()).toEqual([...codes].toSorted());
  });

  test.each(Object.entries(TOLD_TO_HOOKS))('that %s may hold is explained', (_, codes) => {
    expect(codes.filter((code) => findCodes(code).length === 0)).toEqual([]);
  });

  test('of a device or of a call that failed is explained', () => {
    expect(codesOf('device-standing')).toEqual(DEVICE_STATUSES);
    const kinds = new Set(Object.values(OUTCOMES).map(({ kind }) => kind));
    expect(codesOf('api-failure')).toEqual(expect.arrayContaining([...kinds]));
  });

  test('is explained in whole sentences', () => {
    for (const { code, explanation } of CODES) {
      const { meaning, why, next } = explanation;
      for (const text of [meaning, why, next])
        expect({ code, text }).toEqual({ code, text: expect.stringMatching(/^[A-Z`].*[.?)]$/) as string });
      expect(meaning.length).toBeLessThan(110);
    }
  });

  test('has one meaning of each kind', () => {
    const names = CODES.map(({ kind, code }) => `${kind} ${code}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each([
    ['6', ['exit-code']],
    ['exit-6', ['exit-code']],
    ['EXIT-6', ['exit-code']],
    ['Schema-Unknown-KEY', ['finding']],
    ['timed-out', ['device-standing', 'command-outcome', 'api-failure']],
    ['onWait', ['occasion']],
    ['onwait', ['occasion']],
    ['in-doubt', ['rollout-status']],
    ['gate', ['wait-reason', 'occasion']],
    ['06', []],
    ['', []],
  ])('is found by %j', (text, kinds) => {
    expect(findCodes(text).map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('the line below findings', () => {
  const place = { path: 'plan.yaml', range: null };
  const warning = makeWarning({ code: 'fleet-unused', place, facts: null });
  const error = makeError({ code: 'yaml-empty', place, facts: { kind: 'plan' } });

  test('names the first error, or else the first warning', () => {
    expect(pointToExplanation([warning, error])).toContain('breakwater explain yaml-empty\n');
    expect(pointToExplanation([warning])).toContain('breakwater explain fleet-unused\n');
    expect(pointToExplanation([])).toBe('');
  });
});

describe('no line of prose is wider than the terminal', () => {
  test('in the list of all codes', () => {
    fc.assert(
      fc.property(ANY_COLUMNS, fc.boolean(), (columns, colour) => {
        expect(linesTooWide(renderCodes(CODES, { columns, colour }), columns)).toEqual([]);
      }),
    );
  });

  test('in what is told of any code', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CODES), ANY_COLUMNS, fc.boolean(), (code, columns, colour) => {
        const text = renderExplanations([{ ...code, example: null }], { columns, colour });
        expect(linesTooWide(text, columns)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('explain', () => {
  test('tells what a code means, why and what to do, with a plan that causes it', async () => {
    const { exitCode, stdout, stderr } = await breakwater(['explain', 'threshold-allows-no-failure']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /^threshold-allows-no-failure: a warning\n\n {2}Means {2}A percentage tolerates no/,
    );
    expect(stdout).toContain('\nExample, plan.yaml:\n\n  version: 1\n');
    expect(stdout).toContain('\nOutput:\n\n  plan.yaml:');
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\nExample')[0]?.split('\n') ?? []) expect(line.length).toBeLessThan(101);
  });

  test('tells of exit code 3 that a signed request or devices left open can be its cause', async () => {
    const { stdout } = await breakwater(['explain', '3', '--format', 'json']);
    const document = JSON.parse(stdout) as { readonly explanations: readonly { readonly why: string }[] };
    expect(document.explanations).toHaveLength(1);
    expect(document.explanations[0]?.why).toContain('a signed request to expire.');
    expect(document.explanations[0]?.why).toContain('`follow-up` found devices that are still open.');
  });

  test('lists every code by its kind, a line each where it is piped', async () => {
    const { stdout } = await breakwater(['explain']);
    const listed = stdout.split('\n').filter((line) => line.startsWith('  '));
    expect(listed.map((line) => line.trim().replace(/ {2,}/, ': '))).toEqual(
      CODES.map(({ code, explanation }) => `${code}: ${explanation.meaning}`),
    );
    expect(stdout).toContain('\nExit codes\n  exit-0 ');
  });

  test.each([[[]], [['gate-failed']], [['timed-out']], [['onWait']], [['gate']], [['text-binary']]])(
    'gives %j to programs, as its schema says',
    async (codes: readonly string[]) => {
      const { stdout } = await breakwater(['explain', ...codes, '--format', 'json']);
      const document = JSON.parse(stdout) as { readonly explanations: readonly { readonly code: string }[] };
      expectValid(compileSchema('explanations'), [document]);
      const expected = codes.length === 0 ? CODES : codes.flatMap((code) => findCodes(code));
      expect(document.explanations.map(({ code }) => code)).toEqual(expected.map(({ code }) => code));
    },
  );

  test.each([
    ['schema-unknow-key', 'Did you mean schema-unknown-key?'],
    ['failures-exeeded', 'Did you mean failures-exceeded?'],
    ['onWiat', 'Did you mean onWait?'],
    ['9', 'To list all codes: breakwater explain'],
    ['\u001b[31m', '"\\u001b[31m"'],
  ])('does not know %j, and says what is near with exit 2', async (code, hint) => {
    const { exitCode, stdout, stderr } = await breakwater(['explain', code]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^breakwater: unknown code /);
    expect(stderr).toContain(hint);
  });
});
