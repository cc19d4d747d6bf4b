/** Plans and device files of a size, or of a depth, that nobody writes: loading them ends, and says what is wrong. */
import { describe, expect, test } from 'vitest';
import { codesOf, HEAD, load } from '../plan/files.ts';
import { assertSound } from '../plan/sound.ts';

const MEBIBYTE = 1_048_576;

describe('monsters', () => {
  test.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'yaml-empty'],
    [
      'a picture',
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      'text-not-utf8',
    ],
    ['every byte', Uint8Array.from({ length: 65_536 }, (_, index) => index % 256), 'text-not-utf8'],
    ['zeros', new Uint8Array(100_000), 'text-binary'],
    ['UTF-16', Uint8Array.from(Buffer.from(`\ufeff${HEAD}`, 'utf16le')), 'text-utf16'],
    ['tabs', '\t'.repeat(MEBIBYTE), 'yaml-empty'],
    ['a line of 10 MB', 'x'.repeat(10 * MEBIBYTE), 'schema-type'],
    ['a list on a line of 10 MB', `[${'a,'.repeat(5 * MEBIBYTE)}]`, 'yaml-too-many-values'],
    ['a quoted line of 10 MB', `name: "${'x'.repeat(10 * MEBIBYTE)}"`, 'schema-pattern'],
    ['a quote of 10 MB that is never closed', `name: "${'x\n'.repeat(5 * MEBIBYTE)}`, 'yaml-syntax'],
    ['a key of 1 MB', `${'k'.repeat(MEBIBYTE)}: 1\n`, 'yaml-syntax'],
    ['a key of 1 MB that YAML allows', `? ${'k'.repeat(MEBIBYTE)}\n: 1\n`, 'schema-unknown-key'],
    [
      'thirty thousand keys',
      Array.from({ length: 30_000 }, (_, index) => `k${index}: 1\n`).join(''),
      'schema-unknown-key',
    ],
    ['one key ten thousand times', 'k: 1\n'.repeat(10_000), 'yaml-duplicate-key'],
    ['ten thousand merge keys', '<<: 1\n'.repeat(10_000), 'yaml-merge-key'],
    ['lists nested 100,000 deep', '['.repeat(100_000), 'yaml-too-deep'],
    ['mappings nested 100,000 deep', '{a: '.repeat(100_000), 'yaml-too-deep'],
    ['entries nested 100,000 deep', '- '.repeat(100_000), 'yaml-too-deep'],
    ['explicit keys nested 100,000 deep', '? '.repeat(100_000), 'yaml-too-deep'],
    ['a hundred thousand line ends', '\n'.repeat(100_000), 'yaml-empty'],
    ['three million line ends', '\n'.repeat(3_000_001), 'yaml-too-many-values'],
    ['brackets that close nothing', ']'.repeat(MEBIBYTE), 'yaml-too-many-values'],
    ['pairs of brackets side by side', '[]'.repeat(200_000), 'yaml-syntax'],
    ['quotes', '"'.repeat(300_000), 'yaml-syntax'],
    ['a hundred thousand documents', '---\n'.repeat(100_000), 'yaml-multiple-documents'],
    ['a hundred thousand tags', '!a '.repeat(100_000), 'yaml-tag'],
    ['anchors that lead nowhere', '*a\n'.repeat(100_000), 'yaml-syntax'],
    ['aliases without an anchor', `[${'*a, '.repeat(100_000)}]`, 'yaml-alias-unknown'],
    ['ten thousand anchors', '- &a x\n'.repeat(10_000), 'schema-type'],
    ['a value in itself', 'waves: &w [*w]\n', 'yaml-alias-cycle'],
    ['a hundred thousand secrets', `x: |\n${'  secret: token\n'.repeat(100_000)}`, 'schema-unknown-key'],
  ])('%s', (_name, text, code) => {
    const loaded = load(text);
    assertSound(loaded);
    expect(codesOf(loaded)).toContain(code);
  });

  test('aliases that multiply end as soon as there are too many', () => {
    const levels = Array.from(
      { length: 30 },
      (_, index) => `x${index + 1}: &x${index + 1} [${`*x${index}, `.repeat(9)}]\n`,
    );
    const loaded = load(`x0: &x0 [lol]\n${levels.join('')}${HEAD}`);
    assertSound(loaded);
    expect(codesOf(loaded)).toEqual(['yaml-alias-expansion']);
  });

  test('aliases that nest, one in the next, without multiplying', () => {
    const levels = Array.from(
      { length: 5_000 },
      (_, index) => `x${index + 1}: &x${index + 1} [*x${index}]\n`,
    );
    const loaded = load(`x0: &x0 [lol]\n${levels.join('')}${HEAD}`);
    assertSound(loaded);
    expect(codesOf(loaded)).toContain('yaml-alias-expansion');
  });

  const WAVE = `${HEAD}waves:\n  - name: canary\n    devices: { file: a.txt }\n`;
  const CSV = WAVE.replace('a.txt', 'a.csv');

  test.each<[string, string, string, string | Uint8Array, string]>([
    ['a device file of one line of 10 MB', WAVE, 'a.txt', 'x'.repeat(10 * MEBIBYTE), 'device-file-serial'],
    ['a device file of a million line ends', WAVE, 'a.txt', '\n'.repeat(MEBIBYTE), 'wave-has-no-device'],
    ['a device file of a million wrong lines', WAVE, 'a.txt', '!\n'.repeat(MEBIBYTE), 'device-file-serial'],
    [
      'a device file of one serial, a million times',
      WAVE,
      'a.txt',
      'a1\n'.repeat(1_000_000),
      'duplicate-device',
    ],
    ['a device file of one more', WAVE, 'a.txt', 'a1\n'.repeat(1_000_001), 'too-many-devices'],
    ['a device file of zeros', WAVE, 'a.txt', new Uint8Array(1_000), 'text-binary'],
    ['columns in one line of 1 MB', CSV, 'a.csv', 'x,'.repeat(MEBIBYTE / 2), 'csv-no-column'],
    ['a header of one name of 1 MB', CSV, 'a.csv', 'x'.repeat(MEBIBYTE), 'csv-no-column'],
    ['a field that is never closed', CSV, 'a.csv', `serial\n"${'x\n'.repeat(MEBIBYTE)}`, 'csv-syntax'],
    ['rows of one field too many', CSV, 'a.csv', `serial\n${'a,b\n'.repeat(20_000)}`, 'csv-ragged-row'],
    ['columns that are zeros', CSV, 'a.csv', new Uint8Array(1_000), 'text-binary'],
  ])('%s', (_name, plan, path, text, code) => {
    const loaded = load(plan, { [path]: text });
    assertSound(loaded);
    expect(codesOf(loaded)).toContain(code);
  });
});
