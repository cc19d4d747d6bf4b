import { describe, expect, test } from 'vitest';
import { createMask, maskValue } from '../../../src/backend/allxon/mask.ts';

const SECRET = 'ab/c+d"e==';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const escapeEach = (text: string, escape: (code: string) => string) =>
  Array.from(text, (char) => escape(char.charCodeAt(0).toString(16).padStart(4, '0'))).join('');
const html = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('=', '&#61;').replaceAll('+', '&#x2B;');

/** How others write a secret down. */
const SPELLINGS: readonly (readonly [string, (secret: string) => string])[] = [
  ['as it is', (secret) => `before ${secret} after`],
  ['twice', (secret) => `${secret}${secret}`],
  ['in JSON', (secret) => JSON.stringify({ secret })],
  ['in JSON with escaped slashes', (secret) => JSON.stringify({ secret }).replaceAll('/', '\\/')],
  ['in JSON in JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
  ['with octal escapes', (secret) => secret.replaceAll('=', '\\075').replaceAll('+', '\\053')],
  [
    'with escapes of eight digits',
    (secret) => secret.replaceAll('=', '\\U0000003d').replaceAll('+', '\\U0000002B'),
  ],
  [
    'with %u003D for its equals signs',
    (secret) => secret.replaceAll('=', '%u003D').replaceAll('+', '%u002b'),
  ],
  ['as mail writes it', (secret) => secret.replaceAll('=', '=3D').replaceAll('+', '=2B')],
  ['with \\u003d for its equals signs', (secret) => json(secret).replaceAll('=', '\\u003d')],
  ['with \\u002B for its plus signs', (secret) => json(secret).replaceAll('+', '\\u002B')],
  ['with every character as \\u', (secret) => escapeEach(secret, (code) => `\\u${code}`)],
  ['with every character as \\\\u', (secret) => escapeEach(secret, (code) => `\\\\u${code.toUpperCase()}`)],
  ['with every character as \\u{}', (secret) => escapeEach(secret, (code) => `\\u{${code}}`)],
  ['with every character as \\x', (secret) => escapeEach(secret, (code) => `\\x${code.slice(2)}`)],
  ['in a URL', (secret) => `https://host/?key=${encodeURIComponent(secret)}`],
  ['in a URL in a URL', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  [
    'in a URL in small letters',
    (secret) => encodeURIComponent(secret).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['with every character as %', (secret) => escapeEach(secret, (code) => `%${code.slice(2)}`)],
  ['in HTML', (secret) => `<b>${html(secret)}</b>`],
  ['in HTML in HTML', (secret) => html(html(secret))],
  ['in HTML in JSON', (secret) => json(html(secret))],
  ['with every character as an entity', (secret) => escapeEach(secret, (code) => `&#x${code};`)],
  ['in capitals', (secret) => secret.toUpperCase()],
  ['in small letters', (secret) => secret.toLowerCase()],
  ['in Base64', base64],
  ['in Base64 for URLs', (secret) => Buffer.from(secret).toString('base64url')],
  ['in Base64 in a URL', (secret) => encodeURIComponent(base64(secret))],
  ['in Base64 with \\u', (secret) => escapeEach(base64(secret), (code) => `\\u${code}`)],
  ['in Base64 after one character', (secret) => base64(`k${secret}`)],
  ['in Base64 after a name, with more to come', (secret) => base64(`key-1:${secret}:more`)],
  ['in hex', (secret) => Buffer.from(secret).toString('hex')],
  ['in hex in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
];

/** Whether a text lets the secret be seen, by what stands in its middle. */
const holds = (text: string, spelt: string) =>
  text.includes(spelt.slice(spelt.length / 2 - 5, spelt.length / 2 + 5));

describe.each([SECRET, 'EPqeEGVcYf6Zpo+6yCqHeoYJSrnDykc9gPShOA==', 'a&b<c>"d\'e\\f/g%41'])(
  'the secret %s',
  (secret) => {
    test.each(SPELLINGS)('is masked %s', (_, write) => {
      const text = `said: ${write(secret)}.`;
      const masked = createMask([secret])(text);
      expect(masked).toContain('***');
      expect(holds(masked, write(secret))).toBe(false);
      expect(masked.startsWith('said: ') || masked === '***').toBe(true);
    });
  },
);

test.each([
  ['without its padding', 'Zx+q/9Kk7sEcReT'],
  ['in the alphabet for URLs', 'Zx-q_9Kk7sEcReT=='],
  ['in the alphabet for URLs, without its padding', 'Zx-q_9Kk7sEcReT'],
  ['as a form is read', 'Zx q/9Kk7sEcReT=='],
])('a secret in Base64 is masked %s', (_, spelt) => {
  expect(createMask(['Zx+q/9Kk7sEcReT=='])(`said: ${spelt}.`)).not.toContain(spelt.slice(3, 12));
});

test('a signature is masked in Base64 of its bytes too', () => {
  const signature = '9e73a5982eb5a38cb36830773eb92d0d12cbece741a9c95cdab678f1971eb58d';
  const text = Buffer.from(signature, 'hex').toString('base64');
  expect(createMask([signature])(`got ${text}`)).toMatch(/^got \*\*\*.?=?$/);
});

test('a secret that is not spelt the same from end to end is masked', () => {
  const mixed = '\\u0061%62/c\\/&#43;D\\"e=\\u003D'.replace('\\/', '');
  expect(createMask([SECRET])(`x ${mixed} y`)).toBe('x *** y');
});

test('what holds a secret that cannot be cut out is masked whole', () => {
  const fiveTimes = [1, 2, 3, 4, 5].reduce((text) => encodeURIComponent(text), SECRET);
  const masked = createMask([SECRET])(fiveTimes);
  expect(masked).not.toContain('2Bd');
});

test('a JSON value is masked in each of its texts and names, and is itself where nothing is', () => {
  const mask = createMask([SECRET]);
  const value = { a: ['x', { [`k ${SECRET}`]: 1, b: SECRET, c: null }], d: 2 };
  expect(maskValue(value, mask)).toEqual({ a: ['x', { 'k ***': 1, b: '***', c: null }], d: 2 });
  const clean = [{ device_sn: 'a', n: 1 }];
  expect(maskValue(clean, mask)).toBe(clean);
});

test('long texts without a secret take no time that grows with their square', () => {
  const mask = createMask([SECRET]);
  for (const text of ['\\'.repeat(200_000), '%25'.repeat(70_000), '&amp;'.repeat(40_000)]) {
    expect(mask(text)).toBe(text);
  }
});

test('text without a secret is left as it is', () => {
  expect(createMask([SECRET, 'signature'])('no such thing, abc')).toBe('no such thing, abc');
});

test('an empty secret masks nothing', () => {
  expect(createMask([''])('text')).toBe('text');
});
