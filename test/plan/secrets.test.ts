import { describe, expect, test } from 'vitest';
import { renderDiagnosticsJson } from '../../src/findings/render-json.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import { codesOf, HEAD, load } from './files.ts';

const VALUE = 'EPqeEGVcYf6Zpo';

const KEYS = [
  'apiSecret',
  'api_secret',
  'secret',
  'password',
  'passwd',
  'passphrase',
  'token',
  'accessToken',
  'apiKey',
  'apiKeyId',
  'api-key',
  'credentials',
  'privateKey',
  'ALLXON_API_KEY_ID',
  'ALLXON_API_SECRET',
];

/** A plan with `line` somewhere in it. */
const PLACES: readonly (readonly [string, (line: string) => string])[] = [
  ['at the top', (line) => `${HEAD}${line}\nwaves:\n  - { name: a, devices: [a1] }\n`],
  ['in the defaults', (line) => `${HEAD}defaults:\n  ${line}\nwaves:\n  - { name: a, devices: [a1] }\n`],
  ['in a wave', (line) => `${HEAD}waves:\n  - name: a\n    devices: [a1]\n    ${line}\n`],
  [
    'on a line with more',
    (line) => `${HEAD}waves:\n  - { nonsense: 1, name: a, ${line}, devices: [a1], more: 2 }\n`,
  ],
];

const WAYS: readonly (readonly [string, (key: string) => string])[] = [
  ['plain', (key) => `${key}: ${VALUE}`],
  ['quoted', (key) => `"${key}": "${VALUE}"`],
  ['in a mapping', (key) => `${key}: { id: 1, value: ${VALUE} }`],
  ['in a list', (key) => `${key}: [${VALUE}, ${VALUE}]`],
];

describe.each(PLACES)('a secret %s', (_place, plan) => {
  test.each(WAYS)('%s, is refused by its key and never repeated', (_way, line) => {
    for (const key of KEYS) {
      const loaded = load(plan(line(key)));
      expect(loaded.plan).toBeNull();
      expect(codesOf(loaded)).toContain('secret-in-file');
      expectNoValue(loaded);
    }
  });
});

test.each([
  ['over several lines', `${HEAD}apiSecret: |\n  ${VALUE}\n  ${VALUE}\nwave: 1\n`],
  ['behind an alias', `${HEAD}description: &it ${VALUE}\napiSecret: *it\nwave: 1\n`],
  ['in YAML that cannot be read', `${HEAD}apiSecret: "${VALUE}\nwaves: []\n`],
  ['in YAML that is not taken', `${HEAD}apiSecret: !vault ${VALUE}\napiSecret: ${VALUE}\n`],
  ['in a second document', `${HEAD}--- { apiSecret: ${VALUE} }\n`],
  ['under an argument of a wrong type', `${HEAD}arguments: { password: 1234567 }\nwaves: []\n`],
])('a secret %s is not repeated', (_name, text) => {
  const loaded = load(text);
  expect(loaded.plan).toBeNull();
  expectNoValue(loaded);
});

test('the API’s own credentials are no arguments', () => {
  const loaded = load(
    `${HEAD}arguments: { ALLXON_API_SECRET: ${VALUE} }\nwaves:\n  - { name: a, devices: [a1] }\n`,
  );
  expect(codesOf(loaded)).toEqual(['secret-in-file']);
  expectNoValue(loaded);
});

test('other arguments may be called what they like', () => {
  const loaded = load(
    `${HEAD}arguments: { token: t, password: p }\nwaves:\n  - { name: a, devices: [a1] }\n`,
  );
  expect(codesOf(loaded)).toEqual([]);
});

function expectNoValue({ diagnostics, sources }: ReturnType<typeof load>): void {
  const text = renderDiagnostics(diagnostics, sources, { colour: false });
  const json = renderDiagnosticsJson(diagnostics, sources);
  for (const printed of [text, json]) expect(printed).not.toMatch(new RegExp(`${VALUE}|1234567`));
}
