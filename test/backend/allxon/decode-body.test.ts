import fc from '../../kit/fast-check.ts';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody, NESTING_MAX } from '../../../src/backend/allxon/decode-body.ts';
import type { BodyBounds, DecodedBody } from '../../../src/backend/allxon/decode-body.ts';
import { createMask } from '../../../src/backend/allxon/mask.ts';

const JSON_TEXT = '{"deployment_id":"d-1","text":"日本"}';
const VALUE = { deployment_id: 'd-1', text: '日本' };

const BOUNDS = { bytes: 10_000, values: 1_000 };

function decode(bytes: Buffer, encoding?: string, bounds: Partial<BodyBounds> = {}): DecodedBody {
  return decodeBody(bytes, { encoding, mask: createMask(['hush-hush']), bounds: { ...BOUNDS, ...bounds } });
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

describe('what is larger than was asked for', () => {
  const TOO_LARGE = 'the answer is larger than its limit of 20,001 bytes';
  const text = JSON.stringify('x'.repeat(20_000));

  test.each<[string, Buffer, string | undefined]>([
    ['once it is unpacked', gzipSync(text), 'gzip'],
    ['as it comes', Buffer.from(text), undefined],
  ])('%s is refused', (_, bytes, encoding) => {
    expect(decode(bytes, encoding, { bytes: 20_002 }).kind).toBe('json');
    expect(reasonOf(decode(bytes, encoding, { bytes: 20_001 }))).toBe(TOO_LARGE);
  });

  test('is unpacked no further than it is believed, and its beginning is kept', () => {
    const bomb = gzipSync(`{"deployment_id":"d-1","rest":"${'['.repeat(5_000_000)}`);
    const decoded = decode(bomb, 'gzip', { bytes: 20_001 });
    expect(reasonOf(decoded)).toBe(TOO_LARGE);
    expect(decoded).toMatchObject({ text: expect.stringContaining('"d-1"') as string });
    if (decoded.kind === 'unreadable') expect(decoded.text.length).toBeLessThanOrEqual(1_048_576);
  });

  test('is not parsed: neither what is nested deep nor what holds too many values', () => {
    const nested = (levels: number) => Buffer.from(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    expect(decode(nested(NESTING_MAX)).kind).toBe('json');
    expect(reasonOf(decode(nested(NESTING_MAX + 1)))).toMatch(
      /^the answer is nested deeper than 32 levels: \[\[/,
    );
    const rows = (count: number) => Buffer.from(`[${Array.from({ length: count }, () => '{}').join(',')}]`);
    expect(decode(rows(500)).kind).toBe('json');
    expect(reasonOf(decode(rows(501)))).toBe(
      `the answer holds more than its limit of 1,000 values: ${'[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}'.slice(0, 80)}…`,
    );
  });

  test('is not told by what stands in texts', () => {
    const message = `\\"${'[{,'.repeat(2_000)}\\`;
    expect(decode(Buffer.from(JSON.stringify({ message })))).toEqual({ kind: 'json', value: { message } });
  });
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

test('a secret that JSON escapes never comes out', () => {
  const escaped = '{"hush\\u002dhush":["\\u0068ush-hush", "68 \\u0036875736a"], "b":"aHVzaC1odXNo"}';
  expect(decode(Buffer.from(escaped))).toEqual({
    kind: 'json',
    value: { '***': ['***', '68 6875736a'], b: '***' },
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
