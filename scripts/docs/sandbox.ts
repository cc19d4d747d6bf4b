/**
 * A throw-away copy of the examples in a git repository of its own, in which commands are typed into a shell. Its clock
 * begins at `BEGINS_AT` (`virtual-time.ts`); between two commands, `PAUSE_MS` pass.
 *
 * One thing is shown otherwise than they print it: the path of the copy, as `/repo`.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { transformSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const BEGINS_AT = Date.parse('2026-01-05T08:00:00Z');

/** A simulation runs ahead of the clock: what is typed next is to come after it. */
const PAUSE_MS = 3_600_000;

/** Of real time; one command takes a second or two. */
const COMMAND_MS_MAX = 120_000;

export type Sandbox = {
  readonly type: (command: string, where: Where) => Promise<Typed>;
  readonly remove: () => void;
};

/** A folder below the copy's root, made if need be, and variables beside the usual ones. */
export type Where = { readonly folder: string; readonly env: Readonly<Record<string, string>> };

/** Both streams, as a terminal shows them. */
export type Typed = { readonly exitCode: number; readonly output: string };

export function openSandbox(): Sandbox {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'breakwater-readme-')));
  const folder = join(outer, 'repo');
  const clock = join(outer, 'clock');
  for (const part of ['examples', 'schemas'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  execFileSync('git', ['init', '--quiet', folder]);
  mkdirSync(join(outer, 'tmp'));
  writeFileSync(clock, String(BEGINS_AT));
  const usual = {
    PATH: [makePrograms(outer), process.env['PATH'] ?? ''].join(delimiter),
    HOME: outer,
    TMPDIR: join(outer, 'tmp'),
    TRANSCRIPT_CLOCK: clock,
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    NO_COLOR: '1',
  };

  async function type(command: string, { folder: below, env }: Where): Promise<Typed> {
    const cwd = join(folder, below);
    mkdirSync(cwd, { recursive: true });
    const path = join(outer, 'output');
    // One file for both, so that they stand in the order in which they were written.
    const output = openSync(path, 'w');
    const child = spawn('bash', ['-c', command], {
      cwd,
      env: { ...usual, ...env },
      stdio: ['ignore', output, output],
      timeout: COMMAND_MS_MAX,
    });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    closeSync(output);
    writeFileSync(clock, String(Number(readFileSync(clock, 'utf8')) + PAUSE_MS));
    if (exitCode === null) throw new Error(`it did not end by itself: ${command}`);
    return { exitCode, output: readFileSync(path, 'utf8').replaceAll(folder, '/repo') };
  }

  return {
    type,
    remove() {
      rmSync(outer, { recursive: true });
    },
  };
}

/** A folder with `breakwater`, the built command in virtual time, and an `npx` that calls it. */
function makePrograms(outer: string): string {
  const programs = join(outer, 'bin');
  mkdirSync(programs);
  const source = readFileSync(join(import.meta.dirname, 'virtual-time.ts'), 'utf8');
  const time = join(programs, 'virtual-time.mjs');
  writeFileSync(time, transformSync(source, { loader: 'ts' }).code);
  const command = [process.execPath, '--import', time, join(ROOT, 'dist', 'breakwater.js')];
  const call = command.map((word) => `'${word}'`).join(' ');
  for (const [name, text] of [
    ['breakwater', `exec ${call} "$@"`],
    ['npx', 'exec "$@"'],
  ] as const) {
    writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  return programs;
}
