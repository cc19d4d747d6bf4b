/** Tables as spreadsheets, databases and people make them. */
import { describe, expect, test } from 'vitest';
import { countFindings } from '../../src/findings/findings.ts';
import { parseDeviceCsv } from '../../src/plan/device-csv.ts';

const parse = (text: string, column: string | null = null) => parseDeviceCsv({ path: 'a.csv', text }, column);

describe('is read', () => {
  test.each<[string, string, readonly string[]]>([
    ['semicolons', 'site;serial\nx, y;a1\n', ['a1']],
    ['tabs', 'serial\tsite\na1\tx\n', ['a1']],
    ['bars', 'serial|site\na1|x\n', ['a1']],
    ['a delimiter after one column', 'serial;\na1;\n', ['a1']],
    ['the line `sep=`', 'sep=;\r\nserial;site\r\na1;x\r\n', ['a1']],
    ['the line `sep=` in quotes', '"sep=,"\nserial,site\na1,x\n', ['a1']],
    ['a line of the type', '#TYPE System.String\r\n"serial"\r\n"a1"\r\n', ['a1']],
    ['comments', '# of 2026\nserial,site\n# "one\na1,x\n# two, three\n  # four\na2,y', ['a1', 'a2']],
    ['comments that a spreadsheet has saved', 'serial,site\n"# one, two",\n# three,\na1,x\n', ['a1']],
    ['`#` in a field', 'serial,site\na1,#2\n"a2",# 3\n', ['a1', 'a2']],
    ['a lone CR', 'serial,site\ra1,x\ra2,y\r', ['a1', 'a2']],
    ['two CR', 'serial,site\r\r\na1,x\r\r\na2,y\r\r\n', ['a1', 'a2']],
    ['every line end', 'serial,site\r\na1,x\na2,y\ra3,z\r\n', ['a1', 'a2', 'a3']],
    ['every line end behind quotes', '"serial","site"\r\n"a1","x"\n"a2","y"\r"a3","z"', ['a1', 'a2', 'a3']],
    ['line ends in quotes', 'serial,site\r\na1,"x\ny\rz"\r\na2,"x\r\ny"\n', ['a1', 'a2']],
    ['a delimiter too much', 'serial,site\na1,x,\na2,y,,\n', ['a1', 'a2']],
    ['a delimiter too much in the header, too', 'serial,site,,\na1,x,,\n', ['a1']],
    ['short rows', 'serial,site,tag\na1\na2,x\n', ['a1', 'a2']],
    ['rows of nothing', 'serial,site\na1,x\n,\n , \n"",""\n\t,\n', ['a1']],
    ['rows of nothing above the header', ',,\n\n,,\nserial,site,\na1,x,\n', ['a1']],
    ['guards', `serial,site\n="001",x\n"=""002""",y\n'003,z\n'004',z\n`, ['001', '002', '003', '004']],
    ['the guard of a report', "rollout,serial\r\nr,'-a1\r\n", ['-a1']],
    ['a guard in another column', 'site,serial\n="001",a1\n', ['a1']],
    ['tabs and no-break spaces around', 'serial,site\n\ta1\u00a0,x\n"\ta2 ",y\n', ['a1', 'a2']],
    ['what looks like words', 'serial\nnone-1\ntotal-2\nnull0\n', ['none-1', 'total-2', 'null0']],
  ])('%s', (_name, text, serials) => {
    const { list, diagnostics } = parse(text);
    expect(diagnostics).toEqual([]);
    expect(list?.serials).toEqual(serials);
  });
});

describe('is refused for what it is', () => {
  test.each<[string, string, string, readonly number[]]>([
    ['another delimiter than `sep=` says', 'sep=,\nserial;site\na1;x\n', 'csv-delimiter', [6]],
    ['a title', 'Devices 2026,\n,\nserial,site\na1,x\n', 'csv-title-line', [0]],
    ['two columns that may be meant', 'Serial No,S/N\na1,a2\n', 'csv-several-columns', [0]],
    ['a header that is a comment', '#serial,site\na1,x\n', 'csv-no-column', [13]],
    ['a short row without a serial', 'site,serial\nx\n', 'csv-no-serial', [12]],
    ['a total', 'serial,site\na1,x\nTotal,1\n', 'device-file-row', [17]],
    ['a total beside the column', 'site,serial\nx,a1\nTotal: 1,\n', 'device-file-row', [17]],
    ['a number of rows', 'serial\na1\n(1 row)\n', 'device-file-row', [10]],
    ['the header again', 'Serial,site\na1,x\nSerial,site\na2,x\n', 'device-file-row', [17]],
    ['marks of a merge', 'serial\n<<<<<<< ours\na1\n=======\n', 'device-file-row', [7, 23]],
    ['rounded numbers', 'site;serial\nx;1,23457E+11\n', 'device-file-rounded', [14]],
    ['a character that is not seen', 'site,serial\nx,a\u200b1\n', 'device-file-character', [15]],
    ['a character that looks like another', 'site,serial\nx,"\u0410B1"\n', 'device-file-character', [15]],
    ['two serials in a field', 'serial,site\n"a1,a2",x\n', 'device-file-serial', [13]],
    [
      'a quote that is left open behind others',
      'serial,site\r\na1,"x\r\ny"\r\n# "\r\na2,"x\r\n',
      'csv-syntax',
      [29],
    ],
  ])('%s', (_name, text, code, starts) => {
    const { list, diagnostics } = parse(text);
    expect(list).toBeNull();
    expect(diagnostics.map((each) => [each.code, each.place.range?.start])).toEqual(
      starts.map((start) => [code, start]),
    );
  });

  test.each(['null', 'NULL', 'N/A', 'n/a', '-', '--', '#N/A', '#REF!', 'none', 'undefined', 'NaN'])(
    '%s in place of a serial',
    (word) => {
      expect(parse(`serial,site\na1,x\n${word},y\n`)).toMatchObject({
        list: null,
        diagnostics: [{ code: 'device-file-row', place: { range: { start: 17 } } }],
      });
    },
  );
});

test.each([
  ['Serial'],
  ['SERIAL NUMBER'],
  ['serial_no'],
  ['Serial No.'],
  ['S/N'],
  ['Device Serial'],
  ['SN'],
  ['deviceSerialNumber'],
  ['serial #'],
  ['\u200bserial\u00a0number'],
])('the column may be called `%s`', (name) => {
  expect(parse(`site,${name},Series\nx,a1,b1\n`).list?.serials).toEqual(['a1']);
});

test('the column that the plan names may be spelt another way, where no other is meant', () => {
  expect(parse('Asset Tag,serial\na1,b1\n', 'asset_tag').list?.serials).toEqual(['a1']);
  expect(parse('Asset Tag,Asset-Tag\na1,b1\n', 'asset_tag').diagnostics).toMatchObject([
    { code: 'csv-several-columns', facts: { names: ['Asset Tag', 'Asset-Tag'] } },
  ]);
});

test('the plan may say what separates the columns', () => {
  const text = 'serial;x,sn\na1;b1,c1\n';
  expect(parseDeviceCsv({ path: 'a.csv', text }, null, ';').list?.rows).toEqual([['a1', 'b1,c1']]);
  expect(parseDeviceCsv({ path: 'a.csv', text: 'serial;site\n' }, null, ',').diagnostics).toMatchObject([
    { code: 'csv-delimiter', facts: { delimiter: 'semicolons', said: 'commas', by: 'the plan' } },
  ]);
});

test('a `.tsv` file may have commas in its fields', () => {
  const { list } = parseDeviceCsv({ path: 'a.tsv', text: 'serial\tsite,sn\na1\tx,y\n' }, null);
  expect(list?.rows).toEqual([['a1', 'x,y']]);
});

test('a column that stands twice is a warning, unless it is that of the serials', () => {
  const { list, diagnostics } = parse('serial,site,site,,\na1,x,y\n');
  expect(list?.serials).toEqual(['a1']);
  expect(diagnostics).toMatchObject([
    { code: 'csv-duplicate-column', severity: 'warning', facts: { column: 'site' } },
  ]);
});

test('a row that `#` makes a comment is a warning', () => {
  const { list, diagnostics } = parse('asset,serial\n#1,a1\n"#2",a2\n# 3 devices\n');
  expect(list?.serials).toEqual(['a2']);
  expect(diagnostics).toMatchObject([
    {
      code: 'csv-row-commented',
      severity: 'warning',
      facts: { serial: 'a1' },
      place: { range: { start: 13 } },
    },
  ]);
});

test('every wrong row is counted', () => {
  const { diagnostics } = parse(`serial\n${'b 1\nnull\n'.repeat(200)}`);
  expect(diagnostics).toHaveLength(102);
  expect(countFindings(diagnostics, 'error')).toBe(400);
});

test.each([
  ['line ends in quotes', 'site,serial\r\n"x\r\ny",a1\r\nz,a2\r\n'],
  ['characters of several bytes', 'site,serial\n"頻\n😀",a1\n# 頻\n\n台北,a2\n'],
  ['the serial in another column first', 'site,serial\na1 a2,a1\n"a2, ""a2""","a2"\n'],
  ['guards', 'site,serial\n="a1",="a1"\n="a2","=""a2"""\n'],
  ['semicolons', 'sep=;\nsite;serial\r,a1;a1\r,a2;a2'],
])('each serial knows where it stands: %s', (_name, text) => {
  const { list } = parse(text);
  expect(list?.serials).toEqual(['a1', 'a2']);
  for (const [index, serial] of ['a1', 'a2'].entries()) {
    const { start = 0, end = 0 } = list?.placeOf(index).range ?? {};
    const at = text.lastIndexOf(serial);
    expect(start).toBeLessThanOrEqual(at);
    expect(end).toBeGreaterThanOrEqual(at + serial.length);
    expect(text.slice(start, end).replaceAll(/[="]/g, '')).toBe(serial);
  }
});
