/** What each wave asks of the fleet by its `take` and `where`, and what is wrong with that. */
import type { Diagnostic } from '../findings/catalogue.ts';
import { nearest } from '../base/text.ts';
import { makeError } from '../findings/findings.ts';
import type { Place } from '../findings/source-place.ts';
import type { FleetColumn, DeviceTable } from './device-list.ts';
import type { Threshold } from './threshold.ts';
import { present } from '../base/assert.ts';
import { parsePercentage } from './threshold.ts';
import type { WaveDocument } from './plan-document.ts';
import type { Wish } from './draw-waves.ts';
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
  /** What stands in the column. */
  readonly known: FleetColumn['values'];
};

/** A value that no device has is a slip of the pen. */
function describeUnknownValues({ column, values, known }: Choice): readonly Diagnostic[] {
  return values
    .filter(({ value }) => !known.has(value))
    .map(({ value, place }) => {
      const valuesThere = [...known.keys()];
      const facts = { column, value, known: valuesThere, nearest: nearest(value, comparable(valuesThere)) };
      return makeError({ code: 'where-value-unknown', place, facts });
    });
}

/** Finding the nearest takes time with their length and number. */
function comparable(candidates: readonly string[]): readonly string[] {
  return candidates.slice(0, 200).filter(({ length }) => length <= 64);
}
