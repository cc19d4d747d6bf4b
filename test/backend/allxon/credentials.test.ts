import { describe, expect, test } from 'vitest';
import { parseCredentials, readCredentials } from '../../../src/backend/allxon/credentials.ts';

const KEY_ID = 'ALLXON_API_KEY_ID';
const SECRET = 'ALLXON_API_SECRET';

function read(keyId: string | undefined, secret: string | undefined) {
  return readCredentials({ [KEY_ID]: keyId, [SECRET]: secret, ALLXON_API_URL: 'https://host.example' });
}

test('both are read as they stand', () => {
  expect(read('key-1', 'ab+/c"d==')).toEqual({
    kind: 'read',
    credentials: { keyId: 'key-1', secret: 'ab+/c"d==' },
  });
});

test.each([
  [undefined, undefined, [KEY_ID, SECRET]],
  ['', '', [KEY_ID, SECRET]],
  ['key-1', undefined, [SECRET]],
  ['', 'secret', [KEY_ID]],
  // What is missing comes first: it is mended first.
  [' ', undefined, [SECRET]],
])('with %j and %j, what is missing is named', (keyId, secret, names) => {
  expect(read(keyId, secret)).toEqual({ kind: 'missing', names });
});

test.each([
  ['a line feed at the end', 'key-1', 'secret\n', [SECRET]],
  ['a carriage return', 'key-1\r', 'secret', [KEY_ID]],
  ['a space in front', ' key-1', 'secret', [KEY_ID]],
  ['a space within', 'key-1', 'sec ret', [SECRET]],
  ['a quote in the id, which stands between quotes', 'key"1', 'secret', [KEY_ID]],
  ['letters that no header holds', 'schlüssel', 'geheimniß', [KEY_ID, SECRET]],
  ['nothing but white space', ' ', '\t', [KEY_ID, SECRET]],
])('%s is told, not trimmed', (_, keyId, secret, names) => {
  expect(read(keyId, secret)).toEqual({ kind: 'malformed', names });
});

describe('what a command has printed', () => {
  test.each([
    ['', { kind: 'not-json' }],
    [`{"${KEY_ID}": "key-1", "${SECRET}": "abc"} and more`, { kind: 'not-json' }],
    ['"abc"', { kind: 'no-object' }],
    ['[]', { kind: 'no-object' }],
    ['{}', { kind: 'missing', names: [KEY_ID, SECRET] }],
    [`{"${KEY_ID}": "key-1", "${SECRET}": null}`, { kind: 'missing', names: [SECRET] }],
    [`{"${KEY_ID}": ["key-1"], "${SECRET}": "abc"}`, { kind: 'malformed', names: [KEY_ID] }],
    [`{"${KEY_ID}": "key-1", "${SECRET}": "abc\\n"}`, { kind: 'malformed', names: [SECRET] }],
    [
      ` {"__proto__": 1, "${KEY_ID}": "key-1", "${SECRET}": "abc"}\n`,
      { kind: 'read', credentials: { keyId: 'key-1', secret: 'abc' } },
    ],
  ])('%j is read', (text, expected) => {
    expect(parseCredentials(text)).toEqual(expected);
  });
});
