import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/document/read-text.ts';

const ascii = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

describe('bytes that are UTF-8', () => {
  test('any text comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\ufeff'));
        const decoded = decodeText('a', new TextEncoder().encode(text));
        expect(decoded).toEqual({ kind: 'decoded', source: { path: 'a', text } });
      }),
    );
  });

  test('a byte order mark is skipped', () => {
    const decoded = decodeText('a', Uint8Array.from([0xef, 0xbb, 0xbf, ...ascii('version: 1')]));
    expect(decoded).toEqual({ kind: 'decoded', source: { path: 'a', text: 'version: 1' } });
  });

  test('no bytes are empty text', () => {
    expect(decodeText('a', new Uint8Array())).toEqual({ kind: 'decoded', source: { path: 'a', text: '' } });
  });
});

describe('bytes that are not UTF-8 are refused at the first that is wrong', () => {
  test.each([
    ['a Latin-1 letter', [...ascii('ab'), 0xfc, ...ascii('c')], 2, 2],
    ['a byte that never occurs', [0xff], 0, 0],
    ['a continuation without a start', [...ascii('a'), 0x80], 1, 1],
    ['an over-long slash', [0xc0, 0xaf], 0, 0],
    ['an over-long three-byte form', [0xe0, 0x9f, 0xbf], 0, 0],
    ['an over-long four-byte form', [0xf0, 0x8f, 0xbf, 0xbf], 0, 0],
    ['a surrogate', [...ascii('a'), 0xed, 0xa0, 0x80], 1, 1],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80], 0, 0],
    ['a sequence cut short by the end', [...ascii('a'), 0xe4, 0xb8], 1, 1],
    ['a sequence cut short by a letter', [0xe4, 0xb8, ...ascii('a')], 0, 0],
    ['after characters of two, three and four bytes', [...new TextEncoder().encode('ü中😀'), 0xff], 9, 4],
  ])('%s', (_name, bytes, byteOffset, start) => {
    const decoded = decodeText('a', Uint8Array.from(bytes));
    expect(decoded).toMatchObject({
      kind: 'refused',
      diagnostic: {
        code: 'text-not-utf8',
        facts: { byteOffset, byte: bytes[byteOffset] },
        place: { path: 'a', range: { start, end: start + 1 } },
      },
    });
  });

  test('what is accepted is exactly what the platform accepts', () => {
    const bytes = fc.array(
      fc.oneof(fc.nat(255), fc.constantFrom(0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0x80, 0xa0, 0xbf)),
    );
    fc.assert(
      fc.property(bytes, (values) => {
        const decoded = decodeText('a', Uint8Array.from(values));
        const isText = Buffer.from(Uint8Array.from(values)).equals(
          Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(values))),
        );
        const isOther = values.includes(0) || /^(?:255,254|254,255)/.test(values.join());
        fc.pre(!isOther);
        expect(decoded.kind).toBe(isText ? 'decoded' : 'refused');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('other files that are not text are refused by name', () => {
  test.each([
    ['UTF-16, little-endian', [0xff, 0xfe, 0x61, 0x00], 'text-utf16'],
    ['UTF-16, big-endian', [0xfe, 0xff, 0x00, 0x61], 'text-utf16'],
    ['a NUL character', [0x61, 0x00, 0x62], 'text-binary'],
  ])('%s', (_name, bytes, code) => {
    expect(decodeText('a', Uint8Array.from(bytes))).toMatchObject({ kind: 'refused', diagnostic: { code } });
  });
});
