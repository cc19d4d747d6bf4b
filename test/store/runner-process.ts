/**
 * A runner's hold on a rollout in a process of its own, told over stdin what to do, a line at a time, and answering each
 * with a line of JSON:
 *
 *     open NAME     append SEQ     archive     close
 *     fill BYTES    from here on, so many more can be written
 *     break WHAT    from here on, that file operation fails
 *
 * The first argument is the state's folder. The second is how it may be disturbed, as JSON: `{"killAt": N}` kills the
 * process just before its Nth file operation; `{"stepwise": true}` answers `{"step": …}` before each operation on a lock's
 * files, and goes on only when it is told `go`, so that a test can decide who of several does what when.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { Journal } from '../../src/store/journal.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';

export type Disturbance = { readonly killAt?: number; readonly stepwise?: boolean };

/** What it answers; `id` is the holder's. */
export type Answer =
  | { readonly step: string }
  | {
      readonly kind: 'done' | 'held' | 'problem';
      readonly message?: string;
      readonly host?: string;
      readonly id?: string;
    };

const OPERATIONS = [
  'closeSync',
  'fdatasyncSync',
  'fsyncSync',
  'ftruncateSync',
  'linkSync',
  'mkdirSync',
  'openSync',
  'readFileSync',
  'readdirSync',
  'renameSync',
  'rmSync',
  'writeFileSync',
  'writeSync',
] as const;

const real = { readSync: fs.readSync, writeSync: fs.writeSync };
const [folder = '', disturbance = '{}'] = process.argv.slice(2);
const broken = new Set<string>();
let room = Infinity;
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };

disturb(JSON.parse(disturbance) as Disturbance);
await obey();

async function obey(): Promise<void> {
  const store = openFileStore(folder, clock);
  const runner = { host: hostname(), pid: process.pid, startedBy: null };
  let journal: Journal | null = null;
  for (let line = readLine(); line !== null; line = readLine()) {
    const [what = '', argument = ''] = line.split(' ');
    if (what === 'open') {
      const opened = await store.open(argument as RolloutName, runner);
      if (opened.kind === 'done') journal = opened.value;
      const holder = opened.kind === 'held' ? opened.holder : null;
      const message = opened.kind === 'problem' ? { message: opened.message } : {};
      answer({
        kind: opened.kind,
        ...message,
        ...(holder === null ? {} : { host: holder.host, id: holder.id }),
      });
    } else if (what === 'fill' || what === 'break') {
      if (what === 'fill') room = Number(argument);
      else broken.add(argument);
      answer({ kind: 'done' });
    } else if (journal === null) throw new Error(`${what} before open`);
    else if (what === 'append') {
      const seq = Number(argument);
      answer(await journal.append([{ seq, at: seq, type: 'rollout-completed' }]));
    } else if (what === 'archive') answer(await journal.archive());
    else {
      await journal.close();
      answer({ kind: 'done' });
    }
  }
}

function disturb({ killAt = Infinity, stepwise = false }: Disturbance): void {
  let count = 0;
  for (const name of OPERATIONS) {
    const operation = fs[name] as (...args: readonly unknown[]) => unknown;
    const disturbed = (...args: readonly unknown[]) => {
      const [path] = args;
      const isOurs = !String(path).startsWith('/proc');
      if (isOurs && ++count === killAt) process.kill(process.pid, 'SIGKILL');
      if (stepwise && typeof path === 'string' && basename(path).startsWith('lock')) {
        answer({ step: `${name} ${basename(path)}` });
        readLine();
      }
      if (broken.has(name)) throw failure('EIO', name);
      return name === 'writeSync' ? writeWhatFits(args) : operation(...args);
    };
    Object.assign(fs, { [name]: disturbed });
  }
  syncBuiltinESMExports();
}

/** As a disk that is nearly full does. */
function writeWhatFits([file, bytes, start = 0]: readonly unknown[]): number {
  if (room === 0) throw failure('ENOSPC', 'write');
  const whole = bytes as Buffer;
  const length = Math.min(whole.length - Number(start), room);
  const written = real.writeSync(Number(file), whole, Number(start), length);
  room -= written;
  return written;
}

function failure(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: it fails for a test, ${syscall}`), { code, syscall });
}

function answer(said: Answer): void {
  real.writeSync(1, `${JSON.stringify(said)}\n`);
}

/** `null` at the end. */
function readLine(): string | null {
  const byte = Buffer.alloc(1);
  let line = '';
  while (real.readSync(0, byte) > 0) {
    if (byte[0] === 0x0a) return line;
    line += byte.toString('latin1');
  }
  return null;
}
