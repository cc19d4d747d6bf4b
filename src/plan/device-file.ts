/**
 * Device files: which kind a file is, what its serials are, and how one that a plan names is read.
 *
 * A file of bare serials has one a line. `#` starts a comment at the start of a line or after a space; spaces around a serial
 * and empty lines do not matter. A file of a hundred thousand of them takes little more time than splitting it into lines;
 * places are found by going through it again, when there is a finding.
 */
import { extname, dirname, isAbsolute, join } from 'node:path';
import type { Place, SourceFile, Range } from '../findings/source-place.ts';
import { makeError, FINDINGS_PER_CODE_MAX, noteLeftOut } from '../findings/findings.ts';
import { parseDeviceCsv } from './device-csv.ts';
import type { ParsedDeviceFile, DeviceTable } from './device-list.ts';
import type { Serial } from './identifiers.ts';
import { parseSerial, SERIAL_CHARS_MAX } from './identifiers.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import type { FileReader } from '../document/file-reader.ts';
import type { Path, Places } from '../document/places.ts';
import { readText } from '../document/read-text.ts';
import { DEVICE_FILE_BYTES_MAX } from './limits.ts';

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

export function parseDeviceText(source: SourceFile): ParsedDeviceFile {
  const serials = parsePlainLines(source.text) ?? parseLines(source.text);
  return serials === null
    ? { list: null, diagnostics: describeWrongLines(source) }
    : {
        list: { serials, columns: [], rows: [], placeOf: createPlaceOf(source), file: source.path },
        diagnostics: [],
      };
}

/** Any character that is neither of a serial nor a line feed. */
const NOT_PLAIN = /[^A-Za-z0-9._:\n-]/;

/** A file that holds nothing but serials and line feeds, in one go; `null` for any other. */
function parsePlainLines(text: string): readonly Serial[] | null {
  if (NOT_PLAIN.test(text)) return null;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.some(({ length }) => length === 0 || length > SERIAL_CHARS_MAX) ? null : (lines as Serial[]);
}

/** `null` if some line holds something that is not a serial. */
function parseLines(text: string): readonly Serial[] | null {
  const serials: Serial[] = [];
  for (const line of text.split('\n')) {
    const serial = parseSerial(line) ?? parseSerial(withoutComment(line));
    if (serial !== null) serials.push(serial);
    else if (withoutComment(line) !== '') return null;
  }
  return serials;
}

function withoutComment(line: string): string {
  const comment = /(?:^|\s)#/.exec(line);
  return (comment === null ? line : line.slice(0, comment.index)).trim();
}

function describeWrongLines({ path, text }: SourceFile): readonly Diagnostic[] {
  const shown: Diagnostic[] = [];
  let found = 0;
  for (const { entry, range } of entriesOf(text)) {
    if (parseSerial(entry) !== null) continue;
    found++;
    if (found > FINDINGS_PER_CODE_MAX) continue;
    shown.push(makeError({ code: 'device-file-serial', place: { path, range }, facts: { text: entry } }));
  }
  return [...shown, ...noteLeftOut(shown.at(-1), found)];
}

function createPlaceOf({ path, text }: SourceFile): (index: number) => Place {
  let ranges: readonly Range[] | null = null;
  return (index) => {
    ranges ??= Array.from(entriesOf(text), ({ range }) => range);
    return { path, range: ranges[index] ?? null };
  };
}

/** What stands on the lines that are neither empty nor comments. */
function* entriesOf(text: string): Generator<{ readonly entry: string; readonly range: Range }> {
  for (let lineStart = 0; lineStart < text.length;) {
    const lineEnd = text.indexOf('\n', lineStart);
    const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
    const entry = withoutComment(line);
    if (entry !== '') {
      const start = lineStart + line.indexOf(entry);
      yield { entry, range: { start, end: start + entry.length } };
    }
    lineStart += line.length + 1;
  }
}

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
