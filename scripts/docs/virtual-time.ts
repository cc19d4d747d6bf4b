/**
 * Loaded into the command before it starts, for transcripts that are the same every time: its clock begins at a given
 * time, and passes only while the command waits for nothing but time; then it jumps to the next timer. What machine,
 * user and process are called is given too. All else is as ever: the simulator, the calls to it over HTTP, the record
 * on disk.
 *
 * The file that `TRANSCRIPT_CLOCK` names holds the time in epoch milliseconds: read at the start, written at the end.
 */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const HOST = 'ci-7';
const USER = 'ci';
const PID = 4711;

/** What may stand open while nothing happens. Anything else (a file, a connection that is being made) is at work. */
const QUIET: ReadonlySet<string> = new Set([
  'Immediate',
  'Timeout',
  'TCPSocketWrap',
  'TCPServerWrap',
  'PipeWrap',
  'TTYWrap',
  'SignalWrap',
]);

/** So many turns of the event loop in a row find nothing at work: what an answer sets off takes several. */
const QUIET_TURNS = 10;
type VirtualTimer = {
  readonly at: number;
  readonly call: () => void;
  keepsAwake: boolean;
  ref(): VirtualTimer;
  unref(): VirtualTimer;
};

const clockFile = process.env['TRANSCRIPT_CLOCK'] ?? '';
const startedAt = Number(readFileSync(clockFile, 'utf8'));
let now = startedAt;
const callsInFlight = new Set<object>();
/** Calls that the simulator has received, whole or not, and has not answered. */
const callsReceived = new Set<IncomingMessage>();
let isTurning = false;
const timers = new Set<VirtualTimer>();

globalThis.Date = new Proxy(Date, {
  construct: (target, [at]: readonly (string | number | Date)[]) => new target(at ?? now),
  get: (target, key, receiver) =>
    key === 'now' ? () => now : (Reflect.get(target, key, receiver) as unknown),
});
performance.now = () => now - startedAt;
process.uptime = () => (now - startedAt) / 1_000;
Object.assign(globalThis, { setTimeout: startTimer, clearTimeout: dropTimer });
Object.assign(os, { hostname: () => HOST, userInfo: () => ({ username: USER }) });
syncBuiltinESMExports();
Object.defineProperty(process, 'pid', { value: PID });
subscribe('undici:request:create', (message) => callsInFlight.add(requestOf(message)));
for (const end of ['undici:request:trailers', 'undici:request:error']) {
  subscribe(end, (message) => callsInFlight.delete(requestOf(message)));
}
subscribe('http.server.request.start', (message) => {
  callsReceived.add(requestOf(message) as IncomingMessage);
});
subscribe('http.server.response.finish', (message) => {
  callsReceived.delete(requestOf(message) as IncomingMessage);
});
process.on('exit', () => {
  writeFileSync(clockFile, String(now));
});

/** Each message of those channels names it. */
function requestOf(message: unknown): object {
  return (message as { readonly request: object }).request;
}

function startTimer(call: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): VirtualTimer {
  const timer: VirtualTimer = {
    at: now + Math.max(1, Math.trunc(delayMs)),
    call: () => {
      call(...args);
    },
    keepsAwake: true,
    ref: () => Object.assign(timer, { keepsAwake: true }),
    unref: () => Object.assign(timer, { keepsAwake: false }),
  };
  timers.add(timer);
  if (!isTurning) turn(0);
  return timer;
}

function dropTimer(timer: VirtualTimer): void {
  timers.delete(timer);
}

/** Looks once a turn of the event loop whether anything is at work. */
function turn(quietTurns: number): void {
  isTurning = [...timers].some(({ keepsAwake }) => keepsAwake);
  if (!isTurning) return;
  setImmediate(() => {
    if (quietTurns < QUIET_TURNS) {
      turn(isAtWork() ? 0 : quietTurns + 1);
      return;
    }
    passTime();
    turn(0);
  });
}

/** A call that the simulator has read and does not answer waits for time, as a scenario may have it. */
function isAtWork(): boolean {
  const waiting = [...callsReceived].filter(({ complete, socket }) => complete && !socket.destroyed).length;
  return callsInFlight.size > waiting || process.getActiveResourcesInfo().some((kind) => !QUIET.has(kind));
}

function passTime(): void {
  // Of those for the same time, the one that was started first: a set keeps that order, and so does sorting.
  const [next] = [...timers].sort((a, b) => a.at - b.at);
  if (next === undefined) return;
  timers.delete(next);
  now = Math.max(now, next.at);
  next.call();
}
