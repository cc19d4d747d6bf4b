/** Devices in the order in which they are named, and where each is; and the columns of a file of them. */
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
  /** Where the serial with that index stands. Finding it may cost a walk through the file: for findings only. */
  readonly placeOf: (index: number) => Place;
  /** The device file that they come from; `null` for a list in the plan. */
  readonly file: string | null;
};

/** The devices of a device file, with all that it tells of them. */
export type DeviceTable = DeviceList & {
  readonly file: string;
  /** The columns' names; none for a file of bare serials. */
  readonly columns: readonly string[];
  /** One for each serial, a field for each column. */
  readonly rows: readonly (readonly string[])[];
};

export type FleetColumn = {
  /** What stands in it, each value once, in the order in which the file lists them, with its number. */
  readonly values: ReadonlyMap<string, number>;
  /** By index of the device, the number of its value. */
  readonly numbers: Int32Array;
};

/** Gives a column by its index. Fields are taken without the spaces around them. */
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
