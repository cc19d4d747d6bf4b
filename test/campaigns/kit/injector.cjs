/**
 * Preloaded into the command's own process (`node --require`): kills that process with SIGKILL at one chosen moment. The
 * command is not changed and not asked; only the calls by which it reaches the disk and the network are watched.
 *
 * `CRASH_AT` is what `crash-points.ts` writes:
 *
 *     { "report": PATH,                     where it is told, just before the end, what was struck
 *       "point": { "kind": "append", "type": "wave-passed" | null, "number": 2, "position": "during" }
 *                | { "kind": "post", "number": 1, "position": "sent" },
 *       "apiPort": 4711, "databasePort": 5432 | null, "appendSql": "insert into …" | null,
 *       "isFrozen": true,                     the process is stopped with SIGSTOP instead, and goes on when it is told to
 *       "signsAnew": true }                   and then signs the POST that it was about to send once more, as no runner may
 *
 * An append is a write to a file called `journal.jsonl`, or, with a database, a message that holds `appendSql`. A POST is
 * a message to the API's port that starts with its request line. Counted from 1 within this process: POSTs, and appends
 * that hold an event of `type`, or all appends where it is `null`.
 */
'use strict';
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const { report, point, apiPort, databasePort, appendSql, isFrozen, signsAnew } = JSON.parse(
  process.env.CRASH_AT,
);
const real = { openSync: fs.openSync, writeSync: fs.writeSync };

function strike(what) {
  const file = real.openSync(report, 'a');
  real.writeSync(file, `${JSON.stringify({ ...point, what })}\n`);
  if (isFrozen) {
    process.kill(process.pid, 'SIGSTOP');
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way: nothing of the command may run meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

let count = 0;

function isStruckAppend(what) {
  if (point.kind !== 'append') return false;
  const isCounted = point.type === null || what.split('+').includes(point.type);
  return isCounted && ++count === point.number;
}

function isStruckPost() {
  return point.kind === 'post' && ++count === point.number;
}

/** The types of the events in what is about to be written, or `header`. */
function describeAppend(text) {
  const types = [...text.matchAll(/\\?"type\\?":\\?"([a-z-]+)\\?"/g)].map(([, type]) => type);
  return types.length === 0 ? 'header' : types.join('+');
}

function watchFiles() {
  const journals = new Set();
  /** The append that is written and not yet synced, where it is the one to be struck after. */
  let unsynced = null;

  fs.openSync = (path, flags, ...rest) => {
    const file = real.openSync(path, flags, ...rest);
    if (String(path).endsWith('journal.jsonl') && flags !== 'r' && flags !== undefined) journals.add(file);
    else journals.delete(file);
    return file;
  };

  fs.writeSync = (file, bytes, ...rest) => {
    if (!journals.has(file)) return real.writeSync(file, bytes, ...rest);
    const what = describeAppend(bytes.toString());
    if (!isStruckAppend(what)) return real.writeSync(file, bytes, ...rest);
    if (point.position === 'before') strike(what);
    if (point.position === 'during') {
      real.writeSync(file, bytes.subarray(0, Math.ceil(bytes.length / 2)));
      strike(what);
    }
    const written = real.writeSync(file, bytes, ...rest);
    unsynced = { file, what };
    return written;
  };

  for (const sync of ['fdatasyncSync', 'fsyncSync']) {
    const realSync = fs[sync];
    fs[sync] = (file) => {
      realSync(file);
      if (unsynced !== null && unsynced.file === file) strike(unsynced.what);
    };
  }
}

/** What is really handed to the system: below corking, and once the connection stands. */
function watchSockets(watchers) {
  const { _writeGeneric: writeGeneric, push } = net.Socket.prototype;

  net.Socket.prototype._writeGeneric = function (isMany, data, encoding, done) {
    const watcher = this.connecting ? undefined : watchers.get(this.remotePort);
    if (watcher === undefined) return writeGeneric.call(this, isMany, data, encoding, done);
    const chunks = isMany ? data.map(({ chunk }) => chunk) : [data];
    const text = chunks
      .map((chunk) => (typeof chunk === 'string' ? chunk : chunk.toString('latin1')))
      .join('');
    const after = watcher.sending(this, text);
    const result = signsAnew
      ? writeGeneric.call(this, false, Buffer.from(signAnew(text), 'latin1'), 'buffer', done)
      : writeGeneric.call(this, isMany, data, encoding, done);
    after?.();
    return result;
  };

  net.Socket.prototype.push = function (chunk, ...rest) {
    const watcher = watchers.get(this.remotePort);
    if (watcher === undefined || chunk === null) return push.call(this, chunk, ...rest);
    const after = watcher.receiving(this, chunk);
    const result = push.call(this, chunk, ...rest);
    after?.();
    return result;
  };
}

/** The API's clock, as a server's answer would tell it. */
function signAnew(text) {
  const [, epoch] = /X-Allxon-Epoch: (\d+)/i.exec(text) ?? [];
  if (epoch === undefined) return text;
  const crypto = require('node:crypto');
  const hmac = (key, message) => crypto.createHmac('sha256', key).update(message).digest('hex');
  const now = String(Date.now() + Number(fs.readFileSync(`${report}.ahead`, 'utf8')));
  const [, method, path] = /^(\S+) (\S+) /.exec(text);
  const key = hmac(process.env.ALLXON_API_SECRET, String(Math.floor(Number(now) / 3_600_000)));
  return text
    .replace(epoch, now)
    .replace(/Signature="[0-9a-f]+"/, `Signature="${hmac(key, method + path + now)}"`);
}

/** `before`: nothing was sent. `sent`: all of it. `answered`: the answer is there, unread. `read`: it was handed on. */
function postWatcher() {
  let struck = null;
  return {
    sending(socket, text) {
      if (!/^POST \S*\/ota\/deployment /.test(text) || !isStruckPost()) return null;
      if (point.position === 'before') strike('post');
      struck = socket;
      return point.position === 'sent' ? () => strike('post') : null;
    },
    receiving(socket) {
      if (socket !== struck) return null;
      if (point.position === 'answered') strike('post');
      return point.position === 'read' ? () => setImmediate(() => strike('post')) : null;
    },
  };
}

/** `before`: nothing was sent. `during`: it was sent, and the answer is unread. `after`: the answer is there. */
function appendWatcher() {
  let struck = null;
  return {
    sending(socket, text) {
      const what = describeAppend(text);
      if (!new RegExp(appendSql, 'i').test(text) || !isStruckAppend(what)) return null;
      if (point.position === 'before') strike(what);
      struck = { socket, what };
      return point.position === 'during' ? () => strike(what) : null;
    },
    receiving(socket, chunk) {
      // A message `Z` ends every answer: the server is ready for the next query.
      const isEnd = chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a;
      if (struck !== null && socket === struck.socket && isEnd) strike(struck.what);
      return null;
    },
  };
}

const watchers = new Map([[apiPort, postWatcher()]]);
if (databasePort === null) watchFiles();
else watchers.set(databasePort, appendWatcher());
watchSockets(watchers);
syncBuiltinESMExports();
