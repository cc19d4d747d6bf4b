/** Files that the user names, as bytes or as the reason why there are none. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { count } from '../base/text.ts';
import type { FileReader, FileReading } from '../document/file-reader.ts';

const CHUNK_BYTES = 65_536;

/** Reads files relative to `cwd`. A file larger than `bytesMax` is not read. */
export function createFileReader(cwd: string): FileReader {
  return (path, bytesMax) => {
    try {
      const file = openSync(resolve(cwd, path), 'r');
      try {
        return readOpen(file, bytesMax);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      return describeFailure(error);
    }
  };
}

function readOpen(file: number, bytesMax: number): FileReading {
  const stat = fstatSync(file);
  if (stat.isDirectory()) return { kind: 'failed', problem: 'directory', message: 'it is a directory' };
  if (stat.size > bytesMax) return tooLarge(stat.size);
  const bytes = stat.isFile() ? readFileSync(file) : readAtMost(file, bytesMax + 1);
  return bytes.length > bytesMax ? tooLarge(bytes.length) : { kind: 'read', bytes };
}

/** For pipes and devices, which do not tell their size, and some of which never end. */
function readAtMost(file: number, bytesMax: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length < bytesMax;) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytesMax - length));
    const bytesRead = readSync(file, chunk);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytes: number): FileReading {
  return { kind: 'failed', problem: 'too-large', message: `it has ${count(bytes, 'byte')} or more` };
}

function describeFailure(error: unknown): FileReading {
  const message = error instanceof Error ? error.message : String(error);
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'failed', problem: 'missing', message };
    case 'EISDIR':
      return { kind: 'failed', problem: 'directory', message };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'failed', problem: 'forbidden', message };
    default:
      return { kind: 'failed', problem: 'unreadable', message };
  }
}
