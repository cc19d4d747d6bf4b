/** Device files: which kind a file is, and how one that a plan names is read. */
import { extname, dirname, isAbsolute, join } from 'node:path';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import type { Delimiter } from './csv-records.ts';
import { parseDeviceCsv } from './device-csv.ts';
import { parseDeviceText } from './device-text.ts';
import type { ParsedDeviceFile, DeviceTable } from './device-list.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import type { FileReader } from '../document/file-reader.ts';
import type { Path, Places } from '../document/places.ts';
import { readText } from '../document/read-text.ts';
import { DEVICE_FILE_BYTES_MAX } from './limits.ts';

export type DeviceFileKind = 'text' | 'csv';

/** The kind by the extension; `null` for an extension that is not read. */
export function classifyDeviceFile(path: string): DeviceFileKind | null {
  switch (extname(path).toLowerCase()) {
    case '.txt':
      return 'text';
    case '.csv':
    case '.tsv':
      return 'csv';
    default:
      return null;
  }
}

/** A value of the plan, and where it stands. */
type Written<Value> = { readonly value: Value; readonly place: Place };

export type DeviceFileOptions = {
  readonly kind: DeviceFileKind;
  readonly serialColumn: Written<string> | null;
  readonly delimiter: Written<Delimiter> | null;
};

export function parseDeviceFile(
  source: SourceFile,
  { kind, serialColumn, delimiter }: DeviceFileOptions,
): ParsedDeviceFile {
  const content = recognizeOther(source.text);
  if (content !== null) {
    const place = { path: source.path, range: { start: 0, end: content.length } };
    const facts = { content: content.kind };
    return { list: null, diagnostics: [makeError({ code: 'device-file-content', place, facts })] };
  }
  switch (kind) {
    case 'csv':
      return parseDeviceCsv(source, serialColumn?.value ?? null, delimiter?.value ?? null);
    case 'text': {
      const unused = [
        { key: 'serialColumn', place: serialColumn?.place },
        { key: 'delimiter', place: delimiter?.place },
      ].flatMap(({ key, place }) =>
        place === undefined
          ? []
          : [makeError({ code: 'csv-column-unused', place, facts: { file: source.path, key } })],
      );
      return unused.length === 0 ? parseDeviceText(source) : { list: null, diagnostics: unused };
    }
  }
}

/** What no list of devices begins with. */
const OTHERS = [
  ['git-lfs', /^version https:\/\/git-lfs\.github\.com\/spec\/v1/],
  ['html', /^\s*<(?:!doctype html|html|head|body)\b/i],
  ['xml', /^\s*<\?xml\b/],
  ['json', /^\s*(?:\{\s*"|\[\s*["{])/],
] as const;

function recognizeOther(
  text: string,
): { readonly kind: (typeof OTHERS)[number][0]; readonly length: number } | null {
  for (const [kind, beginning] of OTHERS) {
    const length = beginning.exec(text)?.[0].length;
    if (length !== undefined) return { kind, length };
  }
  return null;
}

/** What a plan says of a device file. */
export type NamedFile = {
  readonly file: string;
  readonly serialColumn?: string;
  readonly delimiter?: Delimiter | 'tab';
};

export type DeviceFileContext = {
  /** The path of the plan. */
  readonly path: string;
  readonly readFile: FileReader;
  readonly placeOf: Places['placeOf'];
  readonly placeOfKey: Places['placeOfKey'];
};

export type ReadDeviceFile = {
  /** `null` exactly when one of the diagnostics is an error. It may be empty. */
  readonly list: DeviceTable | null;
  readonly diagnostics: readonly Diagnostic[];
  /** `null` where nothing was read. */
  readonly source: SourceFile | null;
};

/** Paths of device files are relative to the plan's folder. */
export function resolveDeviceFile(file: string, planPath: string): string {
  return isAbsolute(file) ? file : join(dirname(planPath), file);
}

/** `valuePath` is the path of the mapping with `file` in the plan. */
export function readDeviceFile(
  { file, serialColumn, delimiter }: NamedFile,
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
  const written = <Value>(key: string, value: Value | undefined): Written<Value> | null =>
    value === undefined ? null : { value, place: placeOf([...valuePath, key]) };
  const options = {
    kind,
    serialColumn: written('serialColumn', serialColumn),
    delimiter: written('delimiter', delimiter === 'tab' ? '\t' : delimiter),
  };
  return { ...parseDeviceFile(source, options), source };
}
