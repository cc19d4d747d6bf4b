import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/base/text.ts';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { renderDiagnosticsGithub, renderGithubLine } from '../../src/findings/render-github.ts';
import { readRunnerCommand } from '../kit/github-runner.ts';
import { listFixtures, loadFixture } from './fixtures.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';

const source = { path: 'a.yaml', text: 'a: 1\r\n頻道: 2\nc: |\n  d\n' };
const sources = new Map([[source.path, source]]);
const inPlans = (path: string): string => `plans/${path}`;

const PLACE = { path: 'a.yaml', range: { start: 6, end: 8 } };

function render(diagnostics: readonly Diagnostic[], pathOf: (path: string) => string | null = inPlans) {
  return renderDiagnosticsGithub(diagnostics, sources, pathOf);
}

test('a finding is a command with the place in its repository, what is wrong, what to do, and related places', () => {
  const finding = makeError({
    code: 'duplicate-wave',
    place: PLACE,
    facts: { wave: '100%' },
    related: [{ path: 'a.yaml', range: { start: 0, end: 1 }, label: 'the name is first used here' }],
  });
  expect(render([finding])).toBe(
    '::error file=plans/a.yaml,line=2,endLine=2,col=1,endColumn=3,title=duplicate-wave::two waves have the name `100%25`%0Ahelp: give each wave its own name%0Aa.yaml:1:1: the name is first used here\n',
  );
});

test('a finding about a whole file has no line, and a warning is one', () => {
  const place = { path: 'b.yaml', range: null };
  expect(render([makeWarning({ code: 'yaml-empty', place, facts: { kind: 'plan' } })])).toBe(
    '::warning file=plans/b.yaml,title=yaml-empty::the plan is empty\n',
  );
});

test('where it goes over lines there are no columns, and a line that it only ends at is none of them', () => {
  const over = (end: number): string =>
    render([
      makeError({
        code: 'duplicate-wave',
        place: { path: 'a.yaml', range: { start: 12, end } },
        facts: { wave: 'x' },
      }),
    ]);
  expect(over(20)).toContain('file=plans/a.yaml,line=3,endLine=4,title=');
  expect(over(21)).toContain('file=plans/a.yaml,line=3,endLine=4,title=');
});

test('a file outside of the repository is told in the words, for GitHub could not show it', () => {
  const finding = makeError({ code: 'duplicate-wave', place: PLACE, facts: { wave: 'x' } });
  expect(render([finding], () => null)).toBe(
    '::error title=duplicate-wave::a.yaml: two waves have the name `x`%0Ahelp: give each wave its own name\n',
  );
});

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('::', '##[', ']', 'error', 'add-mask', ' ', '\n', '\r', '%0A', '%', ',', ':', '='))
    .map((parts) => parts.join('')),
);

describe('whatever a plan and its paths hold', () => {
  test('a finding is one line, and the one command that it is meant to be', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, HOSTILE, (wave, path, label) => {
        const related = [{ path, range: null, label }];
        const finding = makeError({
          code: 'duplicate-wave',
          place: { path, range: null },
          facts: { wave },
          related,
        });
        const rendered = render([finding]);
        expect(rendered.endsWith('\n')).toBe(true);
        const line = rendered.slice(0, -1);
        expect(line).not.toMatch(/[\r\n\u001b]/);
        const command = readRunnerCommand(line);
        expect(command?.name).toBe('error');
        expect(command?.properties).toEqual({ file: printable(`plans/${path}`), title: 'duplicate-wave' });
        expect(command?.data.split('\n').at(-1)).toBe(printable(`${path}: ${label}`));
        expect(command?.data.split('\n')).toHaveLength(3);
      }),
    );
  });

  test('any other line is no command', () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const rendered = renderGithubLine(text);
        expect(rendered.indexOf('\n')).toBe(rendered.length - 1);
        expect(readRunnerCommand(rendered.slice(0, -1))).toBeNull();
      }),
    );
    for (const text of ['::error::x', ' \t::error::x', 'a ##[error]x', '##[[##[add-mask]x'])
      expect(readRunnerCommand(renderGithubLine(text).trimEnd())).toBeNull();
  });
});

test('the runner finds as many commands as there are findings, for each that the catalogue has', async () => {
  for (const fixture of listFixtures('diagnostics').filter(({ name }) => !name.includes('too-many'))) {
    const { diagnostics, sources: files } = await loadFixture(fixture);
    const lines = renderDiagnosticsGithub(diagnostics, files, inPlans).split('\n').slice(0, -1);
    expect(lines.map((line) => readRunnerCommand(line)?.properties['title'])).toEqual(
      diagnostics.map(({ code }) => code),
    );
  }
});
