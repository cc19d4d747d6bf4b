import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { renderDiagnosticsGitlab } from '../../src/findings/render-gitlab.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';
import { expectValid } from '../kit/schemas.ts';
import { listFixtures, loadFixture } from './fixtures.ts';

/** What GitLab documents of a Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const validate = new Ajv({ allErrors: true }).compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^(?!\\./).' },
          lines: {
            type: 'object',
            required: ['begin'],
            properties: { begin: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
});

type Issue = {
  readonly fingerprint: string;
  readonly location: { readonly lines: { readonly begin: number } };
};

function render(diagnostics: readonly Diagnostic[], text: string): readonly Issue[] {
  const sources = new Map([['a.yaml', { path: 'a.yaml', text }]]);
  const report = JSON.parse(
    renderDiagnosticsGitlab(diagnostics, sources, (path) => `plans/${path}`),
  ) as readonly Issue[];
  expectValid(validate, [report]);
  return report;
}

const findingAt = (start: number, wave = 'x') =>
  makeError({
    code: 'duplicate-wave',
    place: { path: 'a.yaml', range: { start, end: start + 1 } },
    facts: { wave },
  });

test('findings are issues, with their places', () => {
  const whole = makeWarning({
    code: 'yaml-empty',
    place: { path: 'a.yaml', range: null },
    facts: { kind: 'plan' },
  });
  expect(render([findingAt(5), whole], 'a: 1\nb: 2\n')).toMatchObject([
    {
      description: 'two waves have the name `x` (give each wave its own name)',
      check_name: 'duplicate-wave',
      severity: 'critical',
      location: { path: 'plans/a.yaml', lines: { begin: 2 } },
    },
    { check_name: 'yaml-empty', severity: 'minor', location: { lines: { begin: 1 } } },
  ]);
});

test('a fingerprint stays when its line moves, and belongs to one finding', () => {
  const prints = (issues: readonly Issue[]) => issues.map(({ fingerprint }) => fingerprint);
  const before = render([findingAt(0), findingAt(5), findingAt(10, 'y')], 'a: 1\nb: 2\nc: 3\n');
  const moved = render([findingAt(5), findingAt(10), findingAt(15, 'y')], '#  1\na: 1\nb: 2\nc: 3\n');
  expect(prints(moved)).toEqual(prints(before));
  expect(new Set(prints(before)).size).toBe(3);
});

test('every finding that the catalogue has is an issue', async () => {
  for (const fixture of listFixtures('diagnostics').filter(({ name }) => !name.includes('too-many'))) {
    const { diagnostics, sources } = await loadFixture(fixture);
    const report: unknown = JSON.parse(renderDiagnosticsGitlab(diagnostics, sources, (path) => path));
    expectValid(validate, [report]);
    expect(report).toHaveLength(diagnostics.length);
  }
});

test('none are an empty list', () => {
  expect(renderDiagnosticsGitlab([], new Map(), (path) => path)).toBe('[]\n');
});
