/** Collects the devices of each wave: from its list, from its device file, or from the fleet of the plan. */
import type { SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import { collectFleet } from './collect-fleet.ts';
import type { RedrawLists } from './collect-fleet.ts';
import type { DeviceList } from './device-list.ts';
import type { Serial } from './identifiers.ts';
import type { RolloutPlanDocument, WaveDocument } from './plan-document.ts';
import { readDeviceFile, resolveDeviceFile } from './device-file.ts';
import type { DeviceFileContext, NamedFile } from './device-file.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type CollectedDevices = {
  /** One for each wave; `null` if there is a diagnostic about it, or about something that it depends on. */
  readonly lists: readonly (DeviceList | null)[];
  /** What was read: the waves' own lists, and the fleet. */
  readonly read: readonly DeviceList[];
  readonly diagnostics: readonly Diagnostic[];
  /** The device files that were read. */
  readonly sources: readonly SourceFile[];
  readonly redraw: RedrawLists;
};

export function collectDevices(document: RolloutPlanDocument, context: DeviceFileContext): CollectedDevices {
  const files = new Map<string, number>();
  const named = document.waves.map((wave, index) =>
    wave.devices === undefined ? null : collectWave(wave, { ...context, document, index, files }),
  );
  const lists = named.map((wave) => (wave === null ? 'drawn' : wave.list));
  const fleet = collectFleet(document, lists, context);
  return {
    lists: fleet.lists,
    read: [...named.map((wave) => wave?.list ?? null), fleet.table].filter((list) => list !== null),
    diagnostics: [...named.flatMap((wave) => wave?.diagnostics ?? []), ...fleet.diagnostics],
    sources: [...named.flatMap((wave) => wave?.source ?? []), ...fleet.sources],
    redraw: fleet.redraw,
  };
}

type WaveContext = DeviceFileContext & {
  readonly document: RolloutPlanDocument;
  readonly index: number;
  /** The device files so far, each with the index of its wave. */
  readonly files: Map<string, number>;
};

type CollectedWave = {
  readonly list: DeviceList | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly source: SourceFile | null;
};

function collectWave({ name, devices }: WaveDocument, context: WaveContext): CollectedWave {
  const { index, placeOf } = context;
  if (devices !== undefined && !Array.isArray(devices)) return collectFile(name, devices, context);
  const list: DeviceList = {
    // The schema has checked each serial, and numbers stay text.
    serials: (devices ?? []) as Serial[],
    placeOf: (device) => placeOf(['waves', index, 'devices', device]),
    file: null,
  };
  return { list, diagnostics: [], source: null };
}

function collectFile(wave: string, named: NamedFile, context: WaveContext): CollectedWave {
  const { document, files, index, path, placeOf } = context;
  const valuePath = ['waves', index, 'devices'];
  const place = placeOf([...valuePath, 'file']);
  const file = resolveDeviceFile(named.file, path);
  const other = files.get(file);
  if (other !== undefined) {
    const facts = { file, wave, otherWave: document.waves[other]?.name ?? '' };
    const related = [{ ...placeOf(['waves', other, 'devices', 'file']), label: 'it is first named here' }];
    return refuse(makeError({ code: 'duplicate-device-file', place, facts, related }));
  }
  files.set(file, index);
  const read = readDeviceFile(named, valuePath, context);
  if (read.list?.serials.length !== 0) return read;
  const empty = makeError({ code: 'wave-has-no-device', place, facts: { wave, file } });
  return { list: null, diagnostics: [...read.diagnostics, empty], source: read.source };
}

function refuse(diagnostic: Diagnostic): CollectedWave {
  return { list: null, diagnostics: [diagnostic], source: null };
}
