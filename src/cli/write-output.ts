/** Writes a result in pieces, which may exceed the longest string, to a file or to stdout with backpressure. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Io } from './io.ts';

const CHUNK_CHARS = 65_536;

/** `out` is a path as the user gave it; `null` for stdout. Throws as the file system does. */
export async function writeOutput(pieces: Iterable<string>, out: string | null, io: Io): Promise<void> {
  if (out === null) {
    for (const chunk of inChunks(pieces)) if (!io.stdout.write(chunk)) await once(io.stdout, 'drain');
    return;
  }
  const file = openSync(resolve(io.cwd, out), 'w');
  try {
    for (const chunk of inChunks(pieces)) writeAll(file, Buffer.from(chunk));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
