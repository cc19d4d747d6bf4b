/** The columns of a fleet's file, each read once, however many waves choose by it. */
import type { DeviceTable } from './device-list.ts';

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
