/** `credentials.command` as a real process. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCredentialsCommand } from '../../src/host/run-credentials-command.ts';
import { makeFolder } from '../kit/folders.ts';
import { isAlive } from '../kit/processes.ts';

const SECRET = 'EPqeEGVcYf6Zpo+q/7Ywx==';
const KEY = JSON.stringify({ ALLXON_API_KEY_ID: 'key-1', ALLXON_API_SECRET: SECRET });

type Changes = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
};

function ask(run: readonly string[], changes: Changes = {}) {
  const {
    timeoutMs = 60_000,
    signal = new AbortController().signal,
    folder = makeFolder(),
    env = {},
  } = changes;
  return runCredentialsCommand({
    command: { run, timeoutMs, folder, path: '.breakwaterrc' },
    env: { PATH: process.env['PATH'], KEY, ...env },
    signal,
  });
}

/** The message for a shell's script that gives no key; none repeats the secret, nor any part of it. */
async function messageOf(script: string, changes: Changes = {}): Promise<string> {
  const asked = await ask(['sh', '-c', script], changes);
  const message = asked.kind === 'failed' ? asked.message : asked.kind;
  expect(message).not.toContain(SECRET.slice(0, 8));
  return message;
}

describe('the API key', () => {
  test('is read from one JSON object on stdout, whatever else is in it and whatever is said on stderr', async () => {
    const more = KEY.replace('}', ', "owner": { "team": 7 } }');
    expect(await ask(['printf', '%s\n', more])).toEqual({
      kind: 'read',
      credentials: { keyId: 'key-1', secret: SECRET },
    });
    expect(await ask(['sh', '-c', 'echo a warning >&2; echo "$KEY"'])).toMatchObject({ kind: 'read' });
  });

  test.each<[string, string]>([
    ['Base64', Buffer.from(SECRET).toString('base64')],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['capitals', SECRET.toUpperCase()],
    ['escapes of JSON', SECRET.replaceAll('=', '\\u003d').replaceAll('+', '\\u002b')],
    ['escapes of a URL', encodeURIComponent(SECRET)],
  ])('is not shown in %s where its command fails after it has printed it', async (_, spelt) => {
    const message = await messageOf('echo "$KEY"; printf "denied for %s\\n" "$SPELT" >&2; exit 1', {
      env: { SPELT: spelt },
    });
    expect(message).toContain('denied for ***');
    expect(message).not.toContain(spelt.slice(4, 12));
  });

  test('is asked for without a shell, from the folder of the settings file, with the environment', async () => {
    const folder = makeFolder();
    const script = 'pwd > place; printf "%s|" "$@" > words; echo "$KEY"';
    expect(await ask(['sh', '-c', script, 'sh', '$HOME', 'a b', '*'], { folder })).toMatchObject({
      kind: 'read',
    });
    expect(readFileSync(join(folder, 'place'), 'utf8').trim()).toBe(folder);
    expect(readFileSync(join(folder, 'words'), 'utf8')).toBe('$HOME|a b|*|');
  });
});

describe('what gives no API key', () => {
  test.each([
    ['prints nothing', ':', 'printed nothing'],
    ['prints no JSON', 'echo "key-1 $KEY"', 'printed text that is not JSON'],
    ['prints bytes', 'head -c 4096 /dev/urandom', 'printed text that is not JSON'],
    ['prints a list', 'echo "[$KEY]"', 'printed JSON that is not an object'],
    ['prints null', 'echo null', 'printed JSON that is not an object'],
    [
      'prints another object',
      `echo '{"id": "key-1"}'`,
      'did not print ALLXON_API_KEY_ID and ALLXON_API_SECRET',
    ],
    [
      'prints half of it',
      `echo '{"ALLXON_API_KEY_ID": "key-1", "ALLXON_API_SECRET": ""}'`,
      'did not print ALLXON_API_SECRET',
    ],
    [
      'prints a number',
      `echo '{"ALLXON_API_KEY_ID": 1, "ALLXON_API_SECRET": "x"}'`,
      'an invalid value for ALLXON_API_KEY_ID',
    ],
    [
      'prints a line feed',
      `printf '%s' "$KEY" | sed 's/=="/==\\\\n"/'`,
      'an invalid value for ALLXON_API_SECRET',
    ],
    ['fails', 'echo "$KEY"; exit 3', 'failed: exit code 3'],
    ['is killed', 'kill -KILL $$', 'failed: ended by SIGKILL'],
  ])('%s', async (_, script, words) => {
    const message = await messageOf(script);
    expect(message).toContain(`no API key: \`sh\` (credentials.command in .breakwaterrc) `);
    expect(message).toContain(words);
    expect(message).toContain('or set ALLXON_API_KEY_ID and ALLXON_API_SECRET instead.');
  });

  test('never ends, and is ended with all that it has started when its time is out', async () => {
    const folder = makeFolder();
    const script = '(sleep 1000; touch lived) & echo $! > child; trap "" TERM; while :; do sleep 1000; done';
    const message = await messageOf(script, { folder, timeoutMs: 300 });
    expect(message).toContain('timed out after 300ms');
    await expect.poll(() => isAlive(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false);
    expect(existsSync(join(folder, 'lived'))).toBe(false);
  });

  test('prints without an end, and is ended', async () => {
    expect(await messageOf('yes "$KEY"')).toContain('printed more than 65,536 bytes and was ended');
  });

  test('is not there, or is no program', async () => {
    expect(await ask(['./print-key'])).toMatchObject({
      message: expect.stringMatching(
        /could not be started: program or its interpreter not found[^]*Correct \.breakwaterrc/,
      ) as string,
    });
    expect(await ask(['.'])).toMatchObject({ kind: 'failed' });
  });

  test('asks for a password on a terminal, and finds none', async () => {
    expect(await messageOf('exec < /dev/tty && echo "$KEY"')).toContain('failed');
  });
});

describe('of what it says when it fails', () => {
  test('the last lines are shown, as lines that neither a terminal nor a log obeys', async () => {
    const said = `for n in 1 2 3 4 5 6 7; do echo "line $n" >&2; done; printf '::error::\\033[2J' >&2; exit 1`;
    expect((await messageOf(said)).split('\n').slice(1, -1)).toEqual([
      ...[4, 5, 6, 7].map((n) => `  | line ${n}`),
      '  | ::error::\\u001b[2J',
    ]);
  });

  test.each([
    ['what stands on stdout as well', 'echo "$KEY"; echo "got $KEY" >&2; exit 1'],
    ['part of it', 'echo "$KEY"; echo "$KEY" | cut -c 50-80 >&2; exit 1'],
    ['what a variable holds whose name is that of a secret', 'echo "denied: $VAULT_TOKEN" >&2; exit 1'],
    ['what is named like one', `echo 'token: ${SECRET}' >&2; exit 1`],
    ['a password in a URL', `echo 'https://fleet:${SECRET}@vault.example.com/' >&2; exit 1`],
  ])('%s is hidden', async (_, script) => {
    expect(await messageOf(script, { env: { VAULT_TOKEN: SECRET } })).toContain('***');
  });
});

describe('when Breakwater is stopped', () => {
  test('it is ended, with all that it has started', async () => {
    const stop = new AbortController();
    const folder = makeFolder();
    const script = 'sleep 1000 & echo $! > child; while :; do sleep 1000; done';
    const asking = ask(['sh', '-c', script], { folder, signal: stop.signal });
    await expect
      .poll(() => existsSync(join(folder, 'child')) && readFileSync(join(folder, 'child'), 'utf8'))
      .toMatch(/\d/);
    stop.abort();
    expect(await asking).toEqual({ kind: 'interrupted' });
    await expect.poll(() => isAlive(Number(readFileSync(join(folder, 'child'), 'utf8')))).toBe(false);
  });

  test('it is not begun', async () => {
    const folder = makeFolder();
    expect(await ask(['touch', 'begun'], { folder, signal: AbortSignal.abort() })).toEqual({
      kind: 'interrupted',
    });
    expect(existsSync(join(folder, 'begun'))).toBe(false);
  });
});
