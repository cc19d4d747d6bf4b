/** Reads a device file before there is a plan that names it. */
import { quoteAll } from '../../../findings/sentence.ts';
import type { SourceFile } from '../../../findings/source-place.ts';
import { readText } from '../../../document/read-text.ts';
import type { Files } from '../../../files/files.ts';
import { describeRepeated } from '../../../plan/collect-fleet.ts';
import { classifyDeviceFile, parseDeviceFile } from '../../../plan/device-file.ts';
import type { DeviceTable } from '../../../plan/device-list.ts';
import { DEVICE_FILE_BYTES_MAX } from '../../../plan/limits.ts';
import { printable } from '../../../base/text.ts';
import type { Io } from '../../io.ts';
import { printDiagnostics } from '../../read-plan.ts';
import type { Diagnostic } from '../../../findings/catalogue.ts';

export type Fleet = {
  /** The path as typed. */
  readonly path: string;
  /** `null` if the column has its default name, or the file has no columns. */
  readonly serialColumn: string | null;
  /** At least one device, without duplicates. */
  readonly table: DeviceTable;
};

export type FleetReading =
  | { readonly kind: 'read'; readonly fleet: Fleet }
  /** The user must choose the column that holds the serials. */
  | { readonly kind: 'no-column'; readonly path: string; readonly columns: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly why: string;
      readonly diagnostics: readonly Diagnostic[];
      readonly source: SourceFile | null;
    };

export function readFleet(path: string, serialColumn: string | null, { readFile }: Files): FleetReading {
  const kind = classifyDeviceFile(path);
  if (kind === null) return refuse(`${printable(path)} is not a .txt, .csv or .tsv file`);
  if (kind === 'text' && serialColumn !== null)
    return refuse(`--serial-column requires a .csv or .tsv file, and ${printable(path)} is not one`);
  const request = { path, kind: 'file', bytesMax: DEVICE_FILE_BYTES_MAX };
  const { source, diagnostic } = readText(readFile, request);
  if (source === null || diagnostic !== null)
    return refuseFor(path, diagnostic === null ? [] : [diagnostic], source);
  const column = serialColumn === null ? null : { value: serialColumn, place: { path, range: null } };
  const { list: table, diagnostics } = parseDeviceFile(source, {
    kind,
    serialColumn: column,
    delimiter: null,
  });
  const [first] = diagnostics;
  if ((first?.code === 'csv-no-column' || first?.code === 'csv-several-columns') && serialColumn === null)
    return { kind: 'no-column', path, columns: first.facts.columns };
  if (table === null) return refuseFor(path, diagnostics, source);
  if (table.serials.length === 0) return refuse(`${printable(path)} contains no devices`);
  const repeated = describeRepeated(table);
  if (repeated.length > 0) return refuseFor(path, repeated, source);
  return { kind: 'read', fleet: { path, serialColumn, table } };
}

function refuse(why: string): FleetReading {
  return { kind: 'refused', why, diagnostics: [], source: null };
}

function refuseFor(
  path: string,
  diagnostics: readonly Diagnostic[],
  source: SourceFile | null,
): FleetReading {
  return { kind: 'refused', why: `${printable(path)} has errors`, diagnostics, source };
}

/** Prints the findings of the file, and returns why there is no fleet, as a clause. */
export function printRefusal(
  reading: Exclude<FleetReading, { kind: 'read' }>,
  io: Io,
  color: boolean,
): string {
  if (reading.kind === 'no-column')
    return `no column is named \`serial\`, \`sn\` or \`device_sn\`. Pass --serial-column with one of ${quoteAll(reading.columns, 8)}`;
  const { diagnostics, source, why } = reading;
  printDiagnostics(
    { diagnostics, sources: new Map(source === null ? [] : [[source.path, source]]) },
    io,
    color,
  );
  return why;
}

/** Guesses the serial column: the first one with a serial in each row and no duplicates. */
export function guessSerialColumn(path: string, columns: readonly string[], files: Files): string | null {
  return (
    columns.slice(0, COLUMNS_TRIED_MAX).find((column) => readFleet(path, column, files).kind === 'read') ??
    null
  );
}

const COLUMNS_TRIED_MAX = 20;
