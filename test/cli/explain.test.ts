import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { CODES, findCodes } from '../../src/cli/explain/codes.ts';
import { pointToExplanation } from '../../src/cli/explain/point-out.ts';
import { DIAGNOSTIC_CODES } from '../../src/diagnostics/catalogue.ts';
import { makeError, makeWarning } from '../../src/diagnostics/make-diagnostic.ts';
import { STANDINGS } from '../../src/rollout/bucket.ts';
import { OUTCOMES } from '../../src/allxon/outcome-table.ts';
import { breakwater } from '../kit/command.ts';
import { compileSchema, expectValid, readSchema } from '../kit/schemas.ts';

const codesOf = (kind: string) => CODES.filter((one) => one.kind === kind).map(({ code }) => code);

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

  test('of a device or of a call that failed is explained', () => {
    expect(codesOf('device-standing')).toEqual(STANDINGS);
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

describe('explain', () => {
  test('tells what a code means, why and what to do, with a plan that causes it', async () => {
    const { exitCode, stdout, stderr } = await breakwater(['explain', 'threshold-allows-no-failure']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^threshold-allows-no-failure: a warning\n\n {2}Means {2}A percentage comes to/);
    expect(stdout).toContain('\nFor example, plan.yaml:\n\n  version: 1\n');
    expect(stdout).toContain('\nof which is said:\n\n  plan.yaml:');
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('For example')[0]?.split('\n') ?? [])
      expect(line.length).toBeLessThan(101);
  });

  test('lists every code by its kind, a line each where it is piped', async () => {
    const { stdout } = await breakwater(['explain']);
    const listed = stdout.split('\n').filter((line) => line.startsWith('  '));
    expect(listed.map((line) => line.trim().replace(/ {2,}/, ': '))).toEqual(
      CODES.map(({ code, explanation }) => `${code}: ${explanation.meaning}`),
    );
    expect(stdout).toContain('\nExit codes\n  exit-0 ');
  });

  test.each([[[]], [['gate-failed']], [['timed-out']], [['text-binary']]])(
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
    ['schema-unknow-key', 'did you mean schema-unknown-key?'],
    ['failures-exeeded', 'did you mean failures-exceeded?'],
    ['9', '`breakwater explain` lists them'],
    ['\u001b[31m', '"\\u001b[31m"'],
  ])('does not know %j, and says what is near with exit 2', async (code, hint) => {
    const { exitCode, stdout, stderr } = await breakwater(['explain', code]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^breakwater: there is no code /);
    expect(stderr).toContain(hint);
  });
});
