/**
 * Draws the devices of each wave by its `take` and `where`, in the order of the fleet: devices that match `where`, that no
 * wave lists, and that no earlier wave has drawn. A percentage counts the matching devices, and is rounded up.
 */
import { loadCrypto } from '../base/crypto.ts';
import type { DeviceTable, FleetColumn } from './device-list.ts';
import type { Serial } from './identifiers.ts';
import { neededOf, parsePercentage } from './threshold.ts';
import type { Threshold } from './threshold.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import { nearest } from '../base/text.ts';
import { makeError } from '../findings/findings.ts';
import type { Place } from '../findings/source-place.ts';
import { present } from '../base/assert.ts';
import type { WaveDocument } from './plan-document.ts';
import type { DeviceFileContext } from './device-file.ts';

export type Wishing = {
  readonly index: number;
  readonly table: DeviceTable;
  readonly columnAt: (index: number) => FleetColumn;
  readonly context: DeviceFileContext;
};

export type ReadWish = { readonly wish: Wish | null; readonly diagnostics: readonly Diagnostic[] };

export function readWish(
  { take, where = {} }: WaveDocument,
  { index, table, columnAt, context }: Wishing,
): ReadWish {
  const { placeOf } = context;
  const whereAt = ['waves', index, 'where'];
  if (table.columns.length === 0 && Object.keys(where).length > 0) {
    const facts = { file: table.file };
    return {
      wish: null,
      diagnostics: [makeError({ code: 'where-without-columns', place: placeOf(whereAt), facts })],
    };
  }
  const chosen = Object.entries(where).map(([column, wanted]) => {
    const isList = Array.isArray(wanted);
    const values = (isList ? wanted : [wanted]).map((value, entry) => ({
      value: String(value),
      place: placeOf(isList ? [...whereAt, column, entry] : [...whereAt, column]),
    }));
    return { column, values, at: table.columns.indexOf(column) };
  });
  const diagnostics = chosen.flatMap(({ column, values, at }): readonly Diagnostic[] => {
    const place = context.placeOfKey([...whereAt, column]);
    const { file, columns } = table;
    if (at === -1) {
      const facts = { column, file, columns, nearest: nearest(column, comparable(columns)) };
      return [makeError({ code: 'fleet-column-unknown', place, facts })];
    }
    if (columns.lastIndexOf(column) !== at)
      return [makeError({ code: 'csv-duplicate-column', place, facts: { column } })];
    return describeUnknownValues({ column, values, known: columnAt(at).values });
  });
  if (diagnostics.some(({ severity }) => severity === 'error')) return { wish: null, diagnostics };
  const wish: Wish = {
    take: readTake(present(take, 'what the wave takes')),
    where: chosen.map(({ at, values }) => ({
      column: columnAt(at),
      values: new Set(values.map(({ value }) => value)),
    })),
  };
  return { wish, diagnostics };
}

function readTake(take: number | string): Threshold | 'rest' {
  if (take === 'rest') return take;
  return typeof take === 'number' ? { count: take } : present(parsePercentage(take), 'a percentage');
}

type Choice = {
  readonly column: string;
  readonly values: readonly { readonly value: string; readonly place: Place }[];
  /** The values of the column. */
  readonly known: FleetColumn['values'];
};

/** A value that no device has is probably misspelled. */
function describeUnknownValues({ column, values, known }: Choice): readonly Diagnostic[] {
  return values
    .filter(({ value }) => !known.has(value))
    .map(({ value, place }) => {
      const valuesThere = [...known.keys()];
      const facts = { column, value, known: valuesThere, nearest: nearest(value, comparable(valuesThere)) };
      return makeError({ code: 'where-value-unknown', place, facts });
    });
}

/** A limit, because the search for the nearest name takes time with the length and the number of names. */
function comparable(candidates: readonly string[]): readonly string[] {
  return candidates.slice(0, 200).filter(({ length }) => length <= 64);
}

/** What a wave wants from the fleet. */
export type Wish = {
  readonly take: Threshold | 'rest';
  /** The column of a device must have one of the values. */
  readonly where: readonly { readonly column: FleetColumn; readonly values: ReadonlySet<string> }[];
};

export type Draw = {
  /** Indexes of the fleet's devices, in the order of drawing. */
  readonly indexes: readonly number[];
  /** How many devices of the fleet match, also if already drawn, and how many of them are wanted. */
  readonly matching: number;
  readonly wanted: number;
};

export type DrawnFleet = {
  /** One for each wish. */
  readonly draws: readonly Draw[];
  /** Indexes of the devices in no wave, in the order of the fleet. */
  readonly left: readonly number[];
};

export type Drawing = {
  /** The fleet's devices in the order of drawing. */
  readonly order: readonly number[];
  readonly wishes: readonly Wish[];
  /** The devices that waves list themselves. */
  readonly named: ReadonlySet<Serial>;
};

export function drawWaves(fleet: DeviceTable, { order, wishes, named }: Drawing): DrawnFleet {
  const isGone = Uint8Array.from(fleet.serials, (serial) => (named.has(serial) ? 1 : 0));
  const draws = wishes.map(({ take, where }): Draw => {
    const matching = where.reduce(keepMatching, order);
    const wanted = take === 'rest' ? Infinity : neededOf(take, matching.length);
    const indexes: number[] = [];
    for (const index of matching) {
      if (indexes.length >= wanted) break;
      if (isGone[index] === 1) continue;
      isGone[index] = 1;
      indexes.push(index);
    }
    return { indexes, matching: matching.length, wanted: take === 'rest' ? indexes.length : wanted };
  });
  return { draws, left: order.filter((index) => isGone[index] === 0) };
}

function keepMatching(
  devices: readonly number[],
  { column: { values, numbers }, values: wanted }: Wish['where'][number],
): readonly number[] {
  const isWanted = Uint8Array.from(values.keys(), (value) => (wanted.has(value) ? 1 : 0));
  return devices.filter((index) => isWanted[numbers[index] ?? -1] === 1);
}

/** The order of the file; shuffled if there is a seed. */
export function orderOf({ serials }: DeviceTable, seed: string | null): readonly number[] {
  const listed = Array.from(serials.keys());
  return seed === null ? listed : shuffle(listed, serials, seed);
}

/**
 * Sorts by the SHA-256 of seed and serial. The order depends on nothing else, not on the file or on other devices, and stays
 * the same in every release.
 */
function shuffle(listed: readonly number[], serials: readonly Serial[], seed: string): readonly number[] {
  const { hash } = loadCrypto();
  const keys = serials.map((serial) => hash('sha256', `${seed}\n${serial}`));
  return listed.toSorted((a, b) => compareText(keys[a] ?? '', keys[b] ?? ''));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
