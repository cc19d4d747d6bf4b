/** Lists of serials as spreadsheets, tools and people make them. */
import { describe, expect, test } from 'vitest';
import { countFindings } from '../../src/findings/findings.ts';
import { parseDeviceText } from '../../src/plan/device-text.ts';

const parse = (text: string) => parseDeviceText({ path: 'a.txt', text });

describe('is read', () => {
  test.each<[string, string, readonly string[]]>([
    ['a lone CR', 'a1\ra2\r', ['a1', 'a2']],
    ['every line end', 'a1\r\na2\na3\ra4', ['a1', 'a2', 'a3', 'a4']],
    ['two CR', 'a1\r\r\na2\r\r\n', ['a1', 'a2']],
    ['guards', `="001"\n'002\n'003'\n\u00a0a4\u00a0\n`, ['001', '002', '003', 'a4']],
    ['what looks like words', 'none-1\ntotal-2\n', ['none-1', 'total-2']],
  ])('%s', (_name, text, serials) => {
    const { list, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(list?.serials).toEqual(serials);
  });
});

test.each([
  ['a control character', 'a\u001b1', 'device-file-character', 1],
  ['a zero width space', 'a1\u200b', 'device-file-character', 2],
  ['a byte order mark inside', 'a\ufeff1', 'device-file-character', 1],
  ['a soft hyphen', 'a\u00ad1', 'device-file-character', 1],
  ['a no-break space', 'a\u00a01', 'device-file-character', 1],
  ['a Cyrillic letter', 'CAM-\u0410', 'device-file-character', 4],
  ['a Greek letter', '\u039fA1', 'device-file-character', 0],
  ['full-width digits', 'A\uff11', 'device-file-character', 1],
  ['a dash', 'a\u20131', 'device-file-character', 1],
  ['a rounded number', '1.23457E+11', 'device-file-rounded', 0],
  ['a missing value', 'N/A', 'device-file-row', 0],
  ['an error value', '#N/A', 'device-file-row', 0],
  ['a dash alone', '-', 'device-file-row', 0],
  ['a word for nothing', 'NULL', 'device-file-row', 0],
  ['a total', 'Total: 3', 'device-file-row', 0],
  ['a mark of a merge', '>>>>>>> theirs', 'device-file-row', 0],
])('is refused for what it is: %s', (_name, entry, code, at) => {
  const { list, diagnostics } = parse(`a0\n  ${entry}\na2\n`);
  expect(list).toBeNull();
  expect(diagnostics).toMatchObject([{ code, place: { range: { start: 5 + at } } }]);
});

test('a header is no serial', () => {
  expect(parse('# devices\nSerial Number\na1\n').diagnostics).toMatchObject([
    { code: 'device-file-row', facts: { what: 'header' }, place: { range: { start: 10 } } },
  ]);
  expect(parse('serial\na1\n').list).toBeNull();
  expect(parse('serial,site\na1,x\n').diagnostics[0]).toMatchObject({ facts: { isHeader: true } });
});

test.each([
  ['a1,a2', 'commas'],
  ['a1; a2;', 'semicolons'],
  ['a1\ta2', 'tabs'],
  ['a1 a2', 'spaces'],
])('several serials on a line: %j', (line, separator) => {
  expect(parse(`${line}\n`).diagnostics).toMatchObject([
    { code: 'device-file-serial', facts: { problem: 'several', separator } },
  ]);
});

test('every wrong line is counted', () => {
  const { diagnostics } = parse('a b\n-\n'.repeat(200));
  expect(countFindings(diagnostics, 'error')).toBe(400);
});
