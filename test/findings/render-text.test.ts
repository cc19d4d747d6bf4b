import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';

const PATH = 'plans/a.yaml';

function render(text: string, diagnostics: readonly Diagnostic[], colour = false): string {
  return renderDiagnostics(diagnostics, new Map([[PATH, { path: PATH, text }]]), { colour });
}

/** A finding about the first place where `part` stands. */
function about(text: string, part: string): Diagnostic {
  const start = text.indexOf(part);
  return makeError({
    code: 'schema-pattern',
    place: { path: PATH, range: { start, end: start + part.length } },
    facts: { expected: 'x', found: 'y' },
  });
}

/** What stands above the underline. */
function underlined(rendered: string): string {
  const [, excerpt = '', underline = ''] = rendered.split('\n');
  const start = underline.indexOf('^');
  return excerpt.slice(start, underline.lastIndexOf('^') + 1);
}

test('nothing is printed for no findings', () => {
  expect(render('a', [])).toBe('');
});

test('a finding about a file as a whole is at its start, without an excerpt', () => {
  const finding = makeError({
    code: 'yaml-empty',
    place: { path: PATH, range: null },
    facts: { kind: 'plan' },
  });
  expect(render('', [finding])).toBe('plans/a.yaml:1:1: error[yaml-empty]: the plan is empty\n');
});

test('a finding about a file that was not read keeps its sentence', () => {
  const place = { path: 'other.yaml', range: { start: 5, end: 6 } };
  const finding = makeError({ code: 'yaml-empty', place, facts: { kind: 'plan' } });
  expect(render('', [finding])).toBe('other.yaml: error[yaml-empty]: the plan is empty\n');
});

test('severity, code, help and related places are all shown', () => {
  const text = 'a: 1\nb: 2\n';
  const finding = makeWarning({
    code: 'duplicate-wave',
    place: { path: PATH, range: { start: 5, end: 6 } },
    facts: { wave: 'b' },
    related: [{ path: PATH, range: { start: 0, end: 1 }, label: 'the name is first used here' }],
  });
  expect(render(text, [finding])).toBe(
    [
      'plans/a.yaml:2:1: warning[duplicate-wave]: two waves have the name `b`',
      '   2 | b: 2',
      '     | ^',
      '  help: give each wave its own name',
      '  plans/a.yaml:1:1: the name is first used here',
      '   1 | a: 1',
      '     | ^',
      '',
    ].join('\n'),
  );
});

test('colours are added and nothing else is changed', () => {
  const text = 'name: A\n';
  const coloured = render(text, [about(text, 'A')], true);
  expect(coloured).toContain('\u001b[31m');

  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(render(text, [about(text, 'A')]));
});

describe('the underline stands under what the finding is about', () => {
  test.each([
    ['at the start of a line', 'abc def', 'abc', 'abc'],
    ['at its end', 'abc def', 'def', 'def'],
    ['behind a tab', '\tabc', 'abc', 'abc'],
    ['behind a control character', '\u001babc', 'abc', 'abc'],
    ['on a later line, behind CRLF', 'x\r\nabc def\r\n', 'def', 'def'],
    ['in the middle of a very long line', `${'x'.repeat(100_000)} abc ${'y'.repeat(100_000)}`, 'abc', 'abc'],
    ['at the end of a very long line', `${'x'.repeat(100_000)} abc`, 'abc', 'abc'],
  ])('%s', (_name, text, part, shown) => {
    expect(underlined(render(text, [about(text, part)]))).toBe(shown);
  });

  test('which may be the end of the file', () => {
    const place = { path: PATH, range: { start: 3, end: 4 } };
    const finding = makeError({ code: 'yaml-empty', place, facts: { kind: 'plan' } });
    expect(render('ab\n', [finding]).split('\n').slice(0, 3)).toEqual([
      'plans/a.yaml:2:1: error[yaml-empty]: the plan is empty',
      '   2 |',
      '     | ^',
    ]);
  });

  test('characters that are two columns wide get two marks', () => {
    const text = 'a 頻道 b';
    expect(
      render(text, [about(text, '頻道')])
        .split('\n')
        .slice(1, 3),
    ).toEqual(['   1 | a 頻道 b', '     |   ^^^^']);
  });

  test('a range over several lines is marked on its first', () => {
    const text = 'ab: [\n  c\n]\n';
    expect(underlined(render(text, [about(text, '[\n  c\n]')]))).toBe('[');
  });
});

test('whatever a file holds, each line that is printed is short and printable', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })),
      fc.nat(500),
      fc.nat(500),
      (text, start, length) => {
        const place = { path: PATH, range: { start, end: start + length } };
        const rendered = render(text, [
          makeError({
            code: 'device-file-serial',
            place,
            facts: { text: text.slice(start, start + length), problem: 'quoted' },
          }),
        ]);

        expect(rendered.replaceAll('\n', '')).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/,
        );
        const [, ...below] = rendered.split('\n');
        for (const line of below.slice(0, 2)) expect(line.length).toBeLessThan(700);
      },
    ),
    { seed: 1 },
  );
});

describe('secrets', () => {
  test.each([
    'apiSecret: hunter2',
    'secret: "hunter2"',
    'SECRET = hunter2',
    'api_key: hunter2',
    '"api-key": "hunter2"',
    'ALLXON_API_SECRET=hunter2',
    '{ a: 1, password: hunter2, b: 2 }',
    'wifi-passphrase: hunter2 # hunter2',
    'accessToken:\thunter2',
    'my_credentials_file: hunter2',
  ])('a line such as %j is quoted without its value, whatever the finding', (text) => {
    for (const part of [text.slice(0, 1), 'hunter2']) {
      const rendered = render(text, [about(text, part)]);
      expect(rendered).not.toContain('hunter2');
      expect(rendered).toContain('***');
    }
  });

  test('a line that only mentions a secret is quoted whole', () => {
    const text = 'name: token-service\n';
    expect(render(text, [about(text, 'token')])).toContain('name: token-service');
  });

  test('looking for them takes time in proportion to the file', () => {
    const text = `${'secret'.repeat(300_000)}\n`;
    expect(render(text, [about(text, 'secret')])).toContain('secretsecret');
  });
});
