import fc from '../kit/fast-check.ts';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeBody } from '../../src/allxon/decode-body.ts';
import type { DecodedBody } from '../../src/allxon/decode-body.ts';
import { createMask } from '../../src/allxon/mask.ts';

const JSON_TEXT = '{"deployment_id":"d-1","text":"日本"}';
const VALUE = { deployment_id: 'd-1', text: '日本' };

function decode(bytes: Buffer, encoding?: string, decodedBytesMax = 10_000): DecodedBody {
  return decodeBody(bytes, { encoding, mask: createMask(['hush-hush']), decodedBytesMax });
}

function reasonOf(body: DecodedBody): string {
  if (body.kind === 'json')
    throw new Error(`expected an unreadable body, found ${JSON.stringify(body.value)}`);
  return body.reason;
}

test.each<[string, Buffer, string | undefined]>([
  ['gzip', gzipSync(JSON_TEXT), 'gzip'],
  ['gzip by its other name', gzipSync(JSON_TEXT), ' X-GZIP '],
  ['gzip without the header', gzipSync(JSON_TEXT), undefined],
  ['plain text', Buffer.from(JSON_TEXT), undefined],
  ['plain text by name', Buffer.from(JSON_TEXT), 'identity'],
  ['text that a gateway has unpacked', Buffer.from(JSON_TEXT), 'gzip'],
  ['text with a byte order mark', Buffer.from(`\ufeff${JSON_TEXT}`), undefined],
])('JSON is read from %s', (_, bytes, encoding) => {
  expect(decode(bytes, encoding)).toEqual({ kind: 'json', value: VALUE });
});

test('a byte that is not UTF-8 costs only itself', () => {
  const bytes = Buffer.concat([Buffer.from('{"message":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
  expect(decode(bytes)).toEqual({ kind: 'json', value: { message: 'caf\ufffd' } });
});

test.each<[string, Buffer, string | undefined, string]>([
  ['is empty', Buffer.alloc(0), 'gzip', 'the answer is empty'],
  [
    'is cut short',
    gzipSync(JSON_TEXT).subarray(0, -9),
    'gzip',
    "the answer's gzip is damaged or cut short (unexpected end of file)",
  ],
  [
    'has only the first bytes of gzip',
    Buffer.from([0x1f, 0x8b]),
    'gzip',
    "the answer's gzip is damaged or cut short (unexpected end of file)",
  ],
  [
    'is HTML',
    gzipSync('<html>\n<b>Bad Gateway</b>'),
    'gzip',
    'the answer is not JSON: <html>\\u000a<b>Bad Gateway</b>',
  ],
  ['is JSON that ends too early', Buffer.from('{"a": [1,'), undefined, 'the answer is not JSON: {"a": [1,'],
  ['is long', Buffer.from('x'.repeat(200)), undefined, `the answer is not JSON: ${'x'.repeat(80)}…`],
  ['would reach a terminal', Buffer.from('\u001b[2J'), undefined, 'the answer is not JSON: \\u001b[2J'],
  ['is UTF-16', Buffer.from('{}', 'utf16le'), undefined, 'the answer is not JSON: {\\u0000}\\u0000'],
  ['is brotli', Buffer.from([1, 2, 3]), 'br', 'the answer is encoded as br, not as gzip'],
  [
    'holds a secret',
    Buffer.from(`${'x'.repeat(75)}hush-hush`),
    undefined,
    `the answer is not JSON: ${'x'.repeat(75)}***`,
  ],
])('what %s is told', (_, bytes, encoding, expected) => {
  expect(reasonOf(decode(bytes, encoding))).toBe(expected);
});

test('damage within gzip is told', () => {
  const bytes = Buffer.from(gzipSync(JSON_TEXT));
  bytes.fill(0xff, 12, 20);
  expect(reasonOf(decode(bytes, 'gzip'))).toMatch(/^the answer's gzip is damaged or cut short \(.+\)$/);
});

test('what unpacks to more than is believed is refused', () => {
  const bomb = gzipSync(JSON.stringify('x'.repeat(20_000)));
  expect(decode(bomb, 'gzip', 20_002).kind).toBe('json');
  expect(reasonOf(decode(bomb, 'gzip', 20_001))).toMatch(/damaged or cut short \(.*larger than 20001 bytes/);
});

test('of what is cut short, the beginning is kept', () => {
  const whole = gzipSync(JSON_TEXT, { level: 0 });
  expect(decode(whole.subarray(0, -12), 'gzip')).toMatchObject({
    text: expect.stringContaining('"d-1"') as string,
  });
});

test('a secret in an answer never comes out, not even in JSON', () => {
  expect(decode(Buffer.from('{"message":"hush-hush!"}'))).toEqual({
    kind: 'json',
    value: { message: '***!' },
  });
});

test('no bytes make it throw', () => {
  const encoding = fc.option(fc.oneof(fc.constantFrom('gzip', 'identity', 'br'), fc.string()), {
    nil: undefined,
  });
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), encoding, (bytes, isGzip, named) => {
      const body = isGzip ? Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), bytes]) : Buffer.from(bytes);
      expect(['json', 'unreadable']).toContain(decode(body, named).kind);
    }),
  );
});
