/** Each wave's devices, from its list in the plan or from the file that it names. */
import { dirname, isAbsolute, join } from 'node:path';
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts';
import { makeError } from '../diagnostics/make-diagnostic.ts';
import type { FileReader } from '../document/file-reader.ts';
import type { Places } from '../document/places.ts';
import { readText } from '../document/read-text.ts';
import { classifyDeviceFile, parseDeviceFile } from './device-file.ts';
import type { DeviceList } from './device-list.ts';
import type { Serial } from './identifiers.ts';
import { DEVICE_FILE_BYTES_MAX } from './limits.ts';
import type { RolloutPlanDocument, WaveDocument } from './plan-document.ts';

export type CollectedDevices = {
  /** One for each wave; `null` where there is a diagnostic about it. */
  readonly lists: readonly (DeviceList | null)[];
  readonly diagnostics: readonly Diagnostic[];
  /** The device files that were read. */
  readonly sources: readonly SourceFile[];
};

export type CollectOptions = {
  /** The plan's. */
  readonly path: string;
  readonly readFile: FileReader;
  readonly placeOf: Places['placeOf'];
};

export function collectDevices(document: RolloutPlanDocument, options: CollectOptions): CollectedDevices {
  const files = new Map<string, number>();
  const collected = document.waves.map((wave, index) =>
    collectWave(wave, { ...options, document, index, files }),
  );
  return {
    lists: collected.map(({ list }) => list),
    diagnostics: collected.flatMap(({ diagnostics }) => diagnostics),
    sources: collected.flatMap(({ source }) => source ?? []),
  };
}

type WaveContext = CollectOptions & {
  readonly document: RolloutPlanDocument;
  readonly index: number;
  /** The device files so far, with the wave that each is of. */
  readonly files: Map<string, number>;
};

type CollectedWave = {
  readonly list: DeviceList | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly source: SourceFile | null;
};

function collectWave(wave: WaveDocument, context: WaveContext): CollectedWave {
  const { index, placeOf } = context;
  const { devices } = wave;
  if (!Array.isArray(devices)) return collectFile(wave.name, devices, context);
  const list: DeviceList = {
    // The schema has checked each, and numbers have kept their text.
    serials: devices as Serial[],
    placeOf: (device) => placeOf(['waves', index, 'devices', device]),
    file: null,
  };
  return { list, diagnostics: [], source: null };
}

type NamedFile = Exclude<WaveDocument['devices'], unknown[]>;

function collectFile(wave: string, { file, serialColumn }: NamedFile, context: WaveContext): CollectedWave {
  const { document, files, index, path, placeOf, readFile } = context;
  const valuePath = ['waves', index, 'devices'];
  const namedAt = placeOf([...valuePath, 'file']);
  const filePath = isAbsolute(file) ? file : join(dirname(path), file);
  const other = files.get(filePath);
  if (other !== undefined) {
    const facts = { file: filePath, wave, otherWave: document.waves[other]?.name ?? '' };
    const related = [{ ...placeOf(['waves', other, 'devices', 'file']), label: 'it is named here first' }];
    return refuse(makeError({ code: 'duplicate-device-file', place: namedAt, facts, related }));
  }
  files.set(filePath, index);
  const kind = classifyDeviceFile(filePath);
  if (kind === null) return refuse(makeError({ code: 'device-file-type', place: namedAt, facts: { file } }));
  const request = { path: filePath, kind: 'device file', bytesMax: DEVICE_FILE_BYTES_MAX, namedAt };
  const { source, diagnostic } = readText(readFile, request);
  if (source === null || diagnostic !== null) {
    return { list: null, diagnostics: diagnostic === null ? [] : [diagnostic], source };
  }
  const { list, diagnostics } = parseDeviceFile(source, {
    kind,
    serialColumn:
      serialColumn === undefined
        ? null
        : { name: serialColumn, place: placeOf([...valuePath, 'serialColumn']) },
  });
  if (list?.serials.length !== 0) return { list, diagnostics, source };
  const empty = makeError({ code: 'wave-has-no-device', place: namedAt, facts: { wave, file: filePath } });
  return { list: null, diagnostics: [empty], source };
}

function refuse(diagnostic: Diagnostic): CollectedWave {
  return { list: null, diagnostics: [diagnostic], source: null };
}
