import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parseDeviceText } from '../../src/plan/device-text.ts';

const parse = (text: string) => parseDeviceText({ path: 'a.txt', text });

describe('what a file of serials holds', () => {
  test.each<[string, string, readonly string[]]>([
    ['one a line', 'a1\na2\n', ['a1', 'a2']],
    ['the last line needs no end', 'a1\na2', ['a1', 'a2']],
    ['CRLF', 'a1\r\na2\r\n', ['a1', 'a2']],
    ['spaces and tabs around', '  a1\t\n\ta2  \n', ['a1', 'a2']],
    ['empty lines', '\n\na1\n\n \n\na2\n\n', ['a1', 'a2']],
    ['comments on lines of their own', '# one\na1\n  # two\na2\n#', ['a1', 'a2']],
    ['comments behind serials', 'a1 # one\na2\t# two # three\n', ['a1', 'a2']],
    ['every character of a serial', 'AZaz09._:-\n', ['AZaz09._:-']],
    ['what would be numbers elsewhere', '007\n1e3\n', ['007', '1e3']],
    ['a serial as long as one may be', `${'x'.repeat(128)}\n`, ['x'.repeat(128)]],
    ['nothing', '', []],
    ['nothing but comments', '# none yet\n', []],
  ])('%s', (_name, text, serials) => {
    const { list, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(list?.serials).toEqual(serials);
  });

  test.each([
    ['two on a line', 'a1 a2\n', 'a1 a2'],
    ['a comma', 'a1,\n', 'a1,'],
    ['a letter that is none of ours', 'ä1\n', 'ä1'],
    ['one character too long', `${'x'.repeat(129)}\n`, 'x'.repeat(129)],
    ['a comment without a space before it', 'a1#one\n', 'a1#one'],
    ['a quote', '"a1"\n', '"a1"'],
  ])('is refused: %s', (_name, text, wrong) => {
    const { list, diagnostics } = parse(`a0\n  ${text}`);
    expect(list).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        code: 'device-file-serial',
        facts: { text: wrong },
        place: { range: { start: 5, end: 5 + wrong.length } },
      },
    ]);
  });
});

test('every wrong line is a finding, up to a number that the rest is counted beyond', () => {
  const { diagnostics } = parse('a b\n'.repeat(1_000));
  expect(diagnostics).toHaveLength(51);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'findings-left-out', facts: { left: 950 } });
});

const lines = fc.oneof(
  fc.constantFrom('', ' ', '# comment', '\t', 'a1 # why'),
  fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/).map((text) => `x9${text}`),
);

test('each serial knows where it stands, in plain files and in others', () => {
  fc.assert(
    fc.property(fc.array(lines), fc.constantFrom('\n', '\r\n', '\r'), (entries, end) => {
      const text = entries.join(end);
      const { list } = parse(text);
      for (const [index, serial] of (list?.serials ?? []).entries()) {
        const range = list?.placeOf(index).range;
        expect(text.slice(range?.start, range?.end)).toBe(serial);
      }
      expect(list?.serials).toHaveLength(entries.filter((entry) => /^[^#\s]/.test(entry)).length);
    }),
  );
});

test('the same serials stand at rising places, however often one is repeated', () => {
  const { list } = parse('a\na # again\n\na\n');
  expect([0, 1, 2].map((index) => list?.placeOf(index).range?.start)).toEqual([0, 2, 13]);
});
