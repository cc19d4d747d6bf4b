import { describe, expect, test } from 'vitest';
import { parseDeviceCsv } from '../../src/plan/device-csv.ts';

const parse = (text: string, column: string | null = null) => parseDeviceCsv({ path: 'a.csv', text }, column);

describe('serials of a file with columns', () => {
  test.each<[string, string, string | null, readonly string[]]>([
    ['from the column `serial`', 'site,serial\nx,a1\ny,a2\n', null, ['a1', 'a2']],
    ['from `sn`', 'sn\na1\na2', null, ['a1', 'a2']],
    ['from `device_sn`', 'device_sn,x\na1,\n', null, ['a1']],
    ['from `serial` before `sn`', 'sn,serial\nb1,a1\n', null, ['a1']],
    ['from the column that the plan names', 'serial,Nummer\nb1,a1\n', 'Nummer', ['a1']],
    ['with CRLF', 'serial,site\r\na1,x\r\na2,y\r\n', null, ['a1', 'a2']],
    ['with quotes', 'serial,site\n"a1","x, ""y"""\n"a2",z\n', null, ['a1', 'a2']],
    ['with a field over two lines', 'site,serial\n"x\ny",a1\nz,a2\n', null, ['a1', 'a2']],
    ['with spaces around', 'serial , site\n a1 ,x\n', null, ['a1']],
    ['with empty lines', 'serial,site\n\na1,x\n  \na2,y\n\n', null, ['a1', 'a2']],
    ['that would be numbers elsewhere', 'serial\n007\n1e3\n', null, ['007', '1e3']],
    ['of a header alone', 'serial,site\n', null, []],
    ['of an empty file', '', null, []],
  ])('%s', (_name, text, column, serials) => {
    const { list, diagnostics } = parse(text, column);
    expect(diagnostics).toEqual([]);
    expect(list?.serials).toEqual(serials);
  });
});

describe('a file that cannot be taken', () => {
  test.each<[string, string, string | null, readonly string[], readonly number[]]>([
    ['no such column', 'Seriel\na1\n', null, ['csv-no-column'], [0]],
    ['no column of the name that the plan gives', 'serial\na1\n', 'sn', ['csv-no-column'], [0]],
    ['the column twice', 'serial,serial\na1,a2\n', null, ['csv-duplicate-column'], [0]],
    ['rows that are too long', 'serial,site\na1\na2,x,y\n', null, ['csv-ragged-row'], [15]],
    [
      'rows without a serial',
      'site,serial\nx,\ny,a1\nz, \n',
      null,
      ['csv-no-serial', 'csv-no-serial'],
      [12, 20],
    ],
    ['a serial that is none', 'site,serial\nx,a 1\n', null, ['device-file-serial'], [14]],
    ['a quote that is never closed', 'serial,site\na1,x\na2,"y\na3,z\n', null, ['csv-syntax'], [17]],
    ['a quote inside a field', 'serial,site\na1,x "y"\n', null, ['csv-syntax'], [12]],
    ['a quote that is never closed in the header', '"serial,site\na1,x\n', null, ['csv-syntax'], [0]],
  ])('%s', (_name, text, column, codes, starts) => {
    const { list, diagnostics } = parse(text, column);
    expect(list).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
    expect(diagnostics.map(({ place }) => place.range?.start)).toEqual(starts);
  });
});

test('each serial knows where it stands, behind fields that go over lines, too', () => {
  const text = 'site,serial\n"x\ny",a1\n\nz,a2\n';
  const { list } = parse(text);
  expect([0, 1].map((index) => list?.placeOf(index).range)).toEqual([
    { start: text.indexOf('a1'), end: text.indexOf('a1') + 2 },
    { start: text.indexOf('a2'), end: text.indexOf('a2') + 2 },
  ]);
});
