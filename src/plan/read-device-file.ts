/** Reads a device file that the plan names, in a wave or as its fleet. */
import { dirname, isAbsolute, join } from 'node:path';
import type { SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import type { FileReader } from '../document/file-reader.ts';
import type { Path, Places } from '../document/places.ts';
import { readText } from '../document/read-text.ts';
import { classifyDeviceFile, parseDeviceFile } from './device-file.ts';
import type { DeviceTable } from './device-list.ts';
import { DEVICE_FILE_BYTES_MAX } from './limits.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

/** What a plan says of a device file. */
export type NamedFile = { readonly file: string; readonly serialColumn?: string };

export type DeviceFileContext = {
  /** The plan's. */
  readonly path: string;
  readonly readFile: FileReader;
  readonly placeOf: Places['placeOf'];
  readonly placeOfKey: Places['placeOfKey'];
};

export type ReadDeviceFile = {
  /** `null` exactly when there is a diagnostic. It may be empty. */
  readonly list: DeviceTable | null;
  readonly diagnostics: readonly Diagnostic[];
  /** `null` where nothing was read. */
  readonly source: SourceFile | null;
};

/** Device files are named relative to the plan's folder. */
export function resolveDeviceFile(file: string, planPath: string): string {
  return isAbsolute(file) ? file : join(dirname(planPath), file);
}

/** `valuePath` is where the plan says `file`. */
export function readDeviceFile(
  { file, serialColumn }: NamedFile,
  valuePath: Path,
  { path: planPath, readFile, placeOf }: DeviceFileContext,
): ReadDeviceFile {
  const namedAt = placeOf([...valuePath, 'file']);
  const path = resolveDeviceFile(file, planPath);
  const kind = classifyDeviceFile(path);
  if (kind === null) {
    const diagnostic = makeError({ code: 'device-file-type', place: namedAt, facts: { file } });
    return { list: null, diagnostics: [diagnostic], source: null };
  }
  const request = { path, kind: 'device file', bytesMax: DEVICE_FILE_BYTES_MAX, namedAt };
  const { source, diagnostic } = readText(readFile, request);
  if (source === null || diagnostic !== null) {
    return { list: null, diagnostics: diagnostic === null ? [] : [diagnostic], source };
  }
  const column =
    serialColumn === undefined
      ? null
      : { name: serialColumn, place: placeOf([...valuePath, 'serialColumn']) };
  return { ...parseDeviceFile(source, { kind, serialColumn: column }), source };
}
