/**
 * A rollout's journal as it lies in its folder, for whoever reads it.
 *
 *     journal.jsonl      the record
 *     journal.1.jsonl    the first that was set aside; .2 the next
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RolloutName } from '../plan/identifiers.ts';
import { readInPieces } from './files.ts';
import { createJournalDecoder } from './line-codec.ts';
import type { Decoded } from './line-codec.ts';
import { ifThere, Trouble } from './problem.ts';

const CURRENT = 'journal.jsonl';
const SET_ASIDE = /^journal\.([1-9][0-9]*)\.jsonl$/;

export type RecordOnDisk = Omit<Extract<Decoded, { readonly kind: 'whole' }>, 'kind'> & {
  readonly tornBytes: number;
};

export const EMPTY_RECORD: RecordOnDisk = { events: [], sum: null, soundBytes: 0, tornBytes: 0 };

export function pathOfJournal(folder: string): string {
  return join(folder, CURRENT);
}

/** For the next record that is set aside. */
export function nextPathAside(folder: string): string {
  const numbers = namesIn(folder).map((name) => Number(SET_ASIDE.exec(name)?.[1] ?? 0));
  return join(folder, `journal.${Math.max(0, ...numbers) + 1}.jsonl`);
}

/** A record that has been set aside, and no other begun, counts as an empty one. */
export function hasRecord(folder: string): boolean {
  return namesIn(folder).some((name) => name === CURRENT || SET_ASIDE.test(name));
}

/** `null` where there is none. Throws for a damaged one, naming the line. */
export function readRecord(folder: string, name: RolloutName): RecordOnDisk | null {
  const path = pathOfJournal(folder);
  const decoder = createJournalDecoder(name);
  const bytes = ifThere(() => readInPieces(path, decoder.take));
  if (bytes === null) return hasRecord(folder) ? EMPTY_RECORD : null;
  const decoded = decoder.finish();
  if (decoded.kind === 'whole') return { ...decoded, tornBytes: bytes - decoded.soundBytes };
  const { line, reason, isNewer } = decoded;
  if (isNewer) throw new Trouble('unavailable', `${path}:${line}: ${reason}. Nothing was changed`);
  throw new Trouble(
    'damaged',
    `${path}:${line}: the journal is damaged: ${reason}. Nothing was changed; restore the file from a copy, because what it says was done cannot be told without it.`,
  );
}

function namesIn(folder: string): readonly string[] {
  return ifThere(() => readdirSync(folder)) ?? [];
}
