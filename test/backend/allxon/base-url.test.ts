import { expect, test } from 'vitest';
import { hostOf, isLoopback, parseBaseUrl } from '../../../src/backend/allxon/base-url.ts';

test('both regions have their host', () => {
  expect(hostOf('us')).toBe('https://us.api.allxon.com');
  expect(hostOf('eu')).toBe('https://eu.api.allxon.com');
});

test.each([
  ['https://us.api.allxon.com', 'https://us.api.allxon.com'],
  ['https://us.api.allxon.com/', 'https://us.api.allxon.com'],
  ['HTTPS://US.API.ALLXON.COM:443', 'https://us.api.allxon.com'],
  ['https://gateway.example:8443', 'https://gateway.example:8443'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://127.8.9.10', 'http://127.8.9.10'],
  ['http://127.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:8080/', 'http://[::1]:8080'],
  ['http://localhost:8080', 'http://localhost:8080'],
])('%s is taken as %s', (text, origin) => {
  expect(parseBaseUrl(text)).toEqual({ kind: 'url', origin });
});

const NO_PATH =
  'holds a path; only scheme, host and port are expected, because the path is part of the signature';
const NOT_HERE = 'is plain http to another machine; use https, or a loopback address';

test.each([
  ['', 'is not a URL'],
  ['us.api.allxon.com', 'is not a URL'],
  ['https://', 'is not a URL'],
  ['https://host:99999', 'is not a URL'],
  ['ftp://127.0.0.1', 'is not https or http'],
  ['file:///etc/hosts', 'is not https or http'],
  ['https://user@host.example', 'holds a user name or a password'],
  ['https://user:word@host.example', 'holds a user name or a password'],
  ['https://host.example/v1', NO_PATH],
  ['https://host.example/?a=b', NO_PATH],
  ['https://host.example/#a', NO_PATH],
  ['http://us.api.allxon.com', NOT_HERE],
  ['http://127.0.0.1.evil.example', NOT_HERE],
  ['http://localhost.evil.example', NOT_HERE],
  ['http://0.0.0.0:8080', NOT_HERE],
  ['http://10.0.0.1', NOT_HERE],
  ['http://[::]:8080', NOT_HERE],
  ['http://[::ffff:10.0.0.1]', NOT_HERE],
])('%j is refused: it %s', (text, reason) => {
  expect(parseBaseUrl(text)).toEqual({ kind: 'refused', reason });
});

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['[::1]', true],
  ['localhost', true],
  ['128.0.0.1', false],
  ['127.0.0.1.example', false],
  ['x127.0.0.1', false],
  ['[::2]', false],
])('%s is this machine: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});
