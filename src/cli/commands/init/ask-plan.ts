/** The questions in their order. What a flag gives is not asked. */
import { basename, extname } from 'node:path';
import { count, list, printable } from '../../../base/text.ts';
import { quoteAll } from '../../../findings/sentence.ts';
import type { FirstPlan, FirstWave, WaveSize } from '../../../plan/first-plan/first-plan.ts';
import {
  drawByColumn,
  drawBySize,
  listBySize,
  listGroupings,
  chooseSizes,
  renderSizes,
} from '../../../plan/first-plan/first-plan.ts';
import { parseArtifactUuid, parseRolloutName } from '../../../plan/identifiers.ts';
import type { Serial } from '../../../plan/identifiers.ts';
import type { Window } from '../../../plan/rollout-plan.ts';
import {
  refused,
  taken,
  isDeviceFile,
  readName,
  readRegion,
  readSerials,
  readSizes,
  readSoak,
  readWindow,
} from './readers.ts';
import type { Answer } from './readers.ts';
import { readArtifactFile } from './given.ts';
import type { Given, InitFlags, NamedArtifact, NamedDevices, Reading } from './given.ts';
import type { Interview, Question } from './interview.ts';
import { guessSerialColumn, readFleet, printRefusal } from './read-fleet.ts';
import type { Fleet } from './read-fleet.ts';

export type Asked = Pick<FirstPlan, 'name' | 'region' | 'waves' | 'soak' | 'window'> & {
  readonly artifact: NamedArtifact;
  /** `null` if the serials were typed. */
  readonly fleet: Fleet | null;
};

export type Asking = Reading & { readonly interview: Interview };

/** Resolves to `null` if the interview ended. */
export async function askPlan(flags: InitFlags, given: Given, asking: Asking): Promise<Asked | null> {
  const { interview } = asking;
  // First the answers that must match files and flags: an error there ends the interview early.
  const named = given.devices ?? (await interview.ask(devicesQuestion(flags, asking)));
  const devices = named === null ? null : await chooseColumn(named, flags, asking);
  const waves = devices === null ? null : await chooseWaves(devices, flags, interview);
  if (devices === null || waves === null) return null;
  const artifact = given.artifact ?? (await interview.ask(artifactQuestion(asking)));
  const region = flags.region ?? (await interview.ask(REGION));
  const name = flags.name ?? (await interview.ask(nameQuestion(flags.path)));
  const soak = flags.soak ?? (await interview.ask(SOAK));
  const window = flags.window ?? (await interview.ask(WINDOW));
  if (artifact === null || region === null || name === null || soak === null || window === null) return null;
  return {
    name,
    region,
    artifact,
    waves,
    fleet: 'table' in devices ? devices : null,
    soak: soak === 'none' ? null : soak,
    window: window === 'always' ? null : window,
  };
}

/** The name of the plan's file, unless it is a generic one. */
export function fallbackName(path: string): string | null {
  const name = basename(path, extname(path)).toLowerCase();
  return name === 'rollout' || name === 'plan' ? null : parseRolloutName(name);
}

function nameQuestion(path: string): Question<NonNullable<InitFlags['name']>> {
  return {
    lines: ['Name of the rollout and its record, used only once. Example: camera-firmware-2.14.'],
    prompt: 'name',
    fallback: fallbackName(path),
    read: readName,
  };
}

const REGION: Question<NonNullable<InitFlags['region']>> = {
  lines: ["Region of the devices' account: us or eu."],
  prompt: 'region',
  fallback: 'us',
  read: readRegion,
};

function artifactQuestion({ files }: Asking): Question<NamedArtifact> {
  return {
    lines: ['Artifact to deploy: its UUID, or its file. You can upload the file later.'],
    prompt: 'artifact',
    fallback: null,
    read: (text): Answer<NamedArtifact> => {
      const uuid = parseArtifactUuid(text);
      if (uuid !== null) return taken({ uuid });
      const file = readArtifactFile(text, files);
      return file.kind === 'taken' ? file : refused(`not a UUID, and ${file.why}`);
    },
  };
}

function devicesQuestion({ serialColumn, color }: InitFlags, { files, io }: Asking): Question<NamedDevices> {
  return {
    lines: ['Devices: a .txt, .csv or .tsv file of serials, or comma-separated serials.'],
    prompt: 'devices',
    fallback: null,
    read: (text): Answer<NamedDevices> => {
      if (!isDeviceFile(text)) return readSerials(text);
      const reading = readFleet(text, serialColumn ?? null, files);
      return reading.kind === 'refused' ? refused(printRefusal(reading, io, color)) : taken(reading);
    },
  };
}

/** Resolves to a fleet whose serial column is known, or to the serials. */
async function chooseColumn(
  named: NamedDevices,
  { color }: InitFlags,
  { interview, files, io }: Asking,
): Promise<Fleet | readonly Serial[] | null> {
  if (!('kind' in named)) return named;
  if (named.kind === 'read') return named.fleet;
  const { path, columns } = named;
  return interview.ask<Fleet>({
    lines: [
      `Column of ${printable(path)} that holds the serials: one of ${quoteAll(columns, COLUMNS_SHOWN)}.`,
    ],
    prompt: 'column',
    fallback: guessSerialColumn(path, columns, files),
    read: (text) => {
      const reading = readFleet(path, text, files);
      return reading.kind === 'read' ? taken(reading.fleet) : refused(printRefusal(reading, io, color));
    },
  });
}

const COLUMNS_SHOWN = 8;

async function chooseWaves(
  devices: Fleet | readonly Serial[],
  { waves, group }: InitFlags,
  interview: Interview,
): Promise<readonly FirstWave[] | null> {
  if (group !== undefined) return interview.take('--group', divideByColumn(devices, group));
  if (waves !== undefined) return interview.take('--waves', divideBySize(devices, waves));
  const total = 'table' in devices ? devices.table.serials.length : devices.length;
  const groupings = 'table' in devices ? listGroupings(devices.table) : [];
  const columns = groupings.map(({ column, values }) => `${column} (${values})`);
  return interview.ask({
    lines: [
      `Size of each wave, out of ${count(total, 'device')}. The last wave gets the rest.`,
      ...(columns.length === 0
        ? []
        : [`Or a column: one wave for each of its values. Columns: ${list(columns)}.`]),
    ],
    prompt: 'waves',
    fallback: renderSizes(chooseSizes(total)),
    read: (text): Answer<readonly FirstWave[]> => {
      if (groupings.some(({ column }) => column === text)) return divideByColumn(devices, text);
      const sizes = readSizes(text);
      if (sizes.kind === 'taken') return divideBySize(devices, sizes.value);
      return groupings.length === 0 ? sizes : refused(`${sizes.why}; it is not one of the columns either`);
    },
  });
}

function divideBySize(
  devices: Fleet | readonly Serial[],
  sizes: readonly WaveSize[],
): Answer<readonly FirstWave[]> {
  const waves =
    'table' in devices ? drawBySize(sizes, devices.table.serials.length) : listBySize(sizes, devices);
  return typeof waves === 'string' ? refused(waves) : taken(waves);
}

function divideByColumn(devices: Fleet | readonly Serial[], column: string): Answer<readonly FirstWave[]> {
  if (!('table' in devices))
    return refused('a list of serials has no columns. Pass a .csv file with --fleet');
  const waves = drawByColumn(devices.table, column);
  return typeof waves === 'string' ? refused(waves) : taken(waves);
}

const SOAK: Question<string> = {
  lines: ['Time to wait after each wave before the next one starts: 10m, 1d, none.'],
  prompt: 'soak',
  fallback: '10m',
  read: readSoak,
};

const WINDOW: Question<Window | 'always'> = {
  lines: ['Hours in which waves may be deployed: always, or mon-thu 01:00-05:00 Asia/Taipei.'],
  prompt: 'window',
  fallback: 'always',
  read: readWindow,
};
