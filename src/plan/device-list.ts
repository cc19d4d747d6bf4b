/** Devices in the order of their list, with the place of each one, and the columns of a device file. */
import type { Place } from '../findings/source-place.ts';
import type { Serial } from './identifiers.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type ParsedDeviceFile = {
  /** `null` exactly when one of the diagnostics is an error. It may be empty. */
  readonly list: DeviceTable | null;
  readonly diagnostics: readonly Diagnostic[];
};

export type DeviceList = {
  readonly serials: readonly Serial[];
  /** The place of the serial with that index. It may read the whole file, so use it only for findings. */
  readonly placeOf: (index: number) => Place;
  /** The device file; `null` for a list in the plan. */
  readonly file: string | null;
};

/** The devices of a device file, with all its columns. */
export type DeviceTable = DeviceList & {
  readonly file: string;
  /** The names of the columns; empty for a text file. */
  readonly columns: readonly string[];
  /** One row for each serial, with one field for each column. */
  readonly rows: readonly (readonly string[])[];
};

export type FleetColumn = {
  /** Each value once, in the order of the file, with its number. */
  readonly values: ReadonlyMap<string, number>;
  /** The number of the value, by the index of the device. */
  readonly numbers: Int32Array;
};

/** Gives a column by its index. Spaces around fields are removed. */
export function createColumns({ rows }: DeviceTable): (index: number) => FleetColumn {
  const columns = new Map<number, FleetColumn>();
  return (index) => {
    const known = columns.get(index) ?? readColumn(rows, index);
    columns.set(index, known);
    return known;
  };
}

function readColumn(rows: readonly (readonly string[])[], index: number): FleetColumn {
  const values = new Map<string, number>();
  const numbers = Int32Array.from(rows, (row) => {
    const value = (row[index] ?? '').trim();
    const number = values.get(value) ?? values.size;
    values.set(value, number);
    return number;
  });
  return { values, numbers };
}
