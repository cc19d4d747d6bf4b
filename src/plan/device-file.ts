/** Device files: which kind a file is, and what its serials are. */
import { extname } from 'node:path';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import { parseDeviceCsv } from './device-csv.ts';
import type { ParsedDeviceFile } from './device-list.ts';
import { parseDeviceText } from './device-text.ts';

export type DeviceFileKind = 'text' | 'csv';

/** By the name's ending, or `null` for one that is not read. */
export function classifyDeviceFile(path: string): DeviceFileKind | null {
  switch (extname(path).toLowerCase()) {
    case '.txt':
      return 'text';
    case '.csv':
      return 'csv';
    default:
      return null;
  }
}

export type DeviceFileOptions = {
  readonly kind: DeviceFileKind;
  /** The column that the plan names, and where it does. */
  readonly serialColumn: { readonly name: string; readonly place: Place } | null;
};

export function parseDeviceFile(
  source: SourceFile,
  { kind, serialColumn }: DeviceFileOptions,
): ParsedDeviceFile {
  switch (kind) {
    case 'csv':
      return parseDeviceCsv(source, serialColumn?.name ?? null);
    case 'text': {
      if (serialColumn === null) return parseDeviceText(source);
      const { place } = serialColumn;
      return {
        list: null,
        diagnostics: [makeError({ code: 'csv-column-unused', place, facts: { file: source.path } })],
      };
    }
  }
}
