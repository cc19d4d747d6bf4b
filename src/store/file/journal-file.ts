/**
 * A rollout's journal as it lies in its folder, for whoever reads it.
 *
 *     journal.jsonl          the record
 *     journal.1.jsonl        the first that was set aside; .2 the next
 *     .ID.journal.jsonl      the beginning of one, until it is whole and gets its name
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, closeSync, openSync, readSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { join, basename, dirname } from 'node:path';
import { list, printable } from '../../base/text.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { isFileThere, readInPieces, statIfThere, namesIn } from './files.ts';
import { createJournalDecoder } from '../line-codec.ts';
import type { Decoded } from '../line-codec.ts';
import { ifThere, Trouble } from '../journal.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';

const CURRENT = 'journal.jsonl';
const SET_ASIDE = /^journal\.([1-9][0-9]*)\.jsonl$/;
/** Nothing of it is made before there is a journal: one under another name, a copy of it, or orders. */
const TRACE = /journal|\.jsonl|^orders/i;
const DRAFT = /^\.[0-9a-f-]{36}\.journal\.jsonl$/;

export type RecordOnDisk = Omit<Extract<Decoded, { readonly kind: 'whole' }>, 'kind'> & {
  readonly tornBytes: number;
};

export function pathOfJournal(folder: string): string {
  return join(folder, CURRENT);
}

/** Where a journal is begun that nobody reads yet. */
export function draftOfJournal(folder: string): string {
  return join(folder, `.${randomUUID()}.${CURRENT}`);
}

/** What a process that was killed has left: drafts, and the second name of a record that it was setting aside. */
export function listLeftovers(folder: string): readonly string[] {
  const current = statIfThere(pathOfJournal(folder));
  return filesIn(folder)
    .filter(
      (name) =>
        DRAFT.test(name) || (SET_ASIDE.test(name) && isSame(statIfThere(join(folder, name)), current)),
    )
    .map((name) => join(folder, name));
}

function isSame(one: BigIntStats | null, other: BigIntStats | null): boolean {
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** For the next record that is set aside. */
export function nextPathAside(folder: string): string {
  const numbers = filesIn(folder).map((name) => Number(SET_ASIDE.exec(name)?.[1] ?? 0));
  return join(folder, `journal.${Math.max(0, ...numbers) + 1}.jsonl`);
}

/** Whether anything is on record here, or was. */
export function hasRecord(folder: string): boolean {
  return tracesIn(folder).length > 0;
}

/** Names of what a record leaves in its folder, its drafts left out. */
function tracesIn(folder: string): readonly string[] {
  return filesIn(folder).filter((name) => TRACE.test(name) && !DRAFT.test(name));
}

/** `null` where there is none. Throws for a damaged one, naming the line. */
export function readRecord(folder: string, name: RolloutName): RecordOnDisk | null {
  const path = pathOfJournal(folder);
  if (!isFileThere(path)) {
    const traces = tracesIn(folder);
    if (traces.length === 0) return null;
    // It may have been begun since it was looked for.
    if (!traces.includes(CURRENT)) {
      throw new Trouble(
        'damaged',
        `${path}: the journal is missing, but ${list(traces.map(printable), 3)} exists. Nothing was changed; restore the file from a backup, or undo its rename`,
      );
    }
  }
  return readFileOf(path, name);
}

/** The events of the records that were set aside, the oldest first. Throws for a damaged one, naming the line. */
export function readArchivedRecords(
  folder: string,
  name: RolloutName,
): readonly (readonly JournaledEvent[])[] {
  const current = statIfThere(pathOfJournal(folder));
  return filesIn(folder)
    .flatMap((file) => {
      const number = SET_ASIDE.exec(file)?.[1];
      return number === undefined ? [] : [{ path: join(folder, file), number: Number(number) }];
    })
    .filter(({ path }) => !isSame(statIfThere(path), current))
    .sort((a, b) => a.number - b.number)
    .map(({ path }) => {
      if (!isFileThere(path)) throw new Trouble('unavailable', `${path}: the archived record was removed`);
      return readFileOf(path, name)?.events ?? [];
    });
}

/** `null` where the file has gone meanwhile. */
function readFileOf(path: string, name: RolloutName): RecordOnDisk | null {
  const decoder = createJournalDecoder(name);
  const bytes = ifThere(() => readInPieces(path, decoder.take));
  if (bytes === null) return null;
  const decoded = decoder.finish();
  if (decoded.kind === 'whole') return { ...decoded, tornBytes: bytes - decoded.soundBytes };
  const { line, reason, isNewer } = decoded;
  if (isNewer) throw new Trouble('unavailable', `${path}:${line}: ${reason}. Nothing was changed`);
  throw new Trouble('damaged', describeDamage(path, line, reason));
}

/** `line` is counted from 1. */
export function describeDamage(path: string, line: number, reason: string): string {
  return `${path}:${line}: the journal is damaged: ${reason}. Nothing was changed; restore the file from a backup: only this file shows what was done.`;
}

/** What has a rollout's name and is no folder is no record, and not ours. */
function filesIn(folder: string): readonly string[] {
  return ifThere(() => readdirSync(folder)) ?? [];
}

// A rollout's record that lies where it is not looked for: its folder was renamed, or the place is one folder off.

/** A header is far shorter. */
const HEADER_BYTES_MAX = 4_096;

/** Throws where a record of `name` seems to be near `folder`, which has none: whoever begins one would begin it anew. */
export function refuseStray(folder: string, name: RolloutName): void {
  const directory = dirname(folder);
  const stray = findStray(directory, basename(folder), name);
  if (stray === null) return;
  throw new Trouble(
    'damaged',
    `${folder}: no record of ${name}, but ${printable(stray)} may be it. Nothing was started; rename that folder to the rollout's name, give its place with --state, or move it`,
  );
}

function findStray(directory: string, own: string, name: RolloutName): string | null {
  if (!isFolder(directory)) return null;
  const inside = join(directory, '.breakwater', name);
  if (isFolder(inside) && hasRecord(inside)) return inside;
  for (const entry of namesIn(directory)) {
    const path = join(directory, entry);
    if (entry === own || !isFolder(path)) continue;
    const isOurs = tracesIn(path).some((trace) => {
      const rollout = rolloutIn(join(path, trace));
      return rollout === name || (rollout === null && trace === CURRENT && parseRolloutName(entry) === null);
    });
    if (isOurs) return path;
  }
  return tracesIn(directory).some((trace) => rolloutIn(join(directory, trace)) === name) ? directory : null;
}

function isFolder(path: string): boolean {
  return statIfThere(path)?.isDirectory() === true;
}

/** Whose record the file is, by its first line; `null` where that cannot be told. */
function rolloutIn(path: string): string | null {
  if (statIfThere(path)?.isFile() !== true) return null;
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(HEADER_BYTES_MAX);
    const [line = ''] = bytes.toString('utf8', 0, readSync(file, bytes)).split('\n');
    const { rollout } = JSON.parse(line) as { readonly rollout?: unknown };
    return typeof rollout === 'string' ? rollout : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  } finally {
    closeSync(file);
  }
}
