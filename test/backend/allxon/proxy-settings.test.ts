import { expect, test } from 'vitest';
import { readProxySettings } from '../../../src/backend/allxon/proxy-settings.ts';

const NONE = { kind: 'settings', httpProxy: '', httpsProxy: '', noProxy: '' };

test.each<[string, Readonly<Record<string, string | undefined>>, object]>([
  ['nothing', {}, NONE],
  ['empty values', { HTTP_PROXY: '', HTTPS_PROXY: ' ', NO_PROXY: undefined }, NONE],
  [
    'upper case',
    { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'http://b:2', NO_PROXY: 'c' },
    { ...NONE, httpProxy: 'http://a:1', httpsProxy: 'http://b:2', noProxy: 'c' },
  ],
  [
    'lower case',
    { http_proxy: 'http://a:1', https_proxy: 'http://b:2', no_proxy: 'c' },
    { ...NONE, httpProxy: 'http://a:1', httpsProxy: 'http://b:2', noProxy: 'c' },
  ],
  [
    'both, where lower case wins',
    { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2' },
    { ...NONE, httpsProxy: 'http://lower:2' },
  ],
  ['an empty lower case, which switches it off', { HTTPS_PROXY: 'http://upper:1', https_proxy: '' }, NONE],
  [
    'a host and port without a scheme',
    { HTTPS_PROXY: 'proxy.example:3128' },
    { ...NONE, httpsProxy: 'http://proxy.example:3128' },
  ],
  [
    'a user and a password',
    { HTTPS_PROXY: 'http://user:p%40ss@b:2' },
    { ...NONE, httpsProxy: 'http://user:p%40ss@b:2' },
  ],
])('are read from %s', (_, env, expected) => {
  expect(readProxySettings(env)).toEqual(expected);
});

test.each([
  ['HTTPS_PROXY', 'not a url'],
  ['HTTPS_PROXY', 'http://'],
  ['HTTPS_PROXY', 'http://user:hush@host:99999'],
  ['HTTP_PROXY', 'ftp://host:21'],
  ['HTTPS_PROXY', 'socks5://host:1080'],
  ['HTTPS_PROXY', 'http://user:%zz@host:1'],
])('%s=%s is told without being repeated', (name, value) => {
  expect(readProxySettings({ [name]: value })).toEqual({
    kind: 'wrong',
    reason: `${name} is not the address of a proxy: expected http://HOST:PORT`,
  });
});
