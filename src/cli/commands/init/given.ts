/** Reads the flags of `init`, and checks the files that they name before the first question. */
import { printable } from '../../../base/text.ts';
import type { Files } from '../../../files/files.ts';
import type { WaveSize } from '../../../plan/first-plan/first-plan.ts';
import type { ArtifactUuid, RolloutName, Serial } from '../../../plan/identifiers.ts';
import type { Region, Window } from '../../../plan/rollout-plan.ts';
import { refused, taken } from './readers.ts';
import type { Answer } from './readers.ts';
import type { Io } from '../../io.ts';
import { readFleet, printRefusal } from './read-fleet.ts';
import type { FleetReading } from './read-fleet.ts';

export type InitFlags = {
  /** Path of the plan to write. */
  readonly path: string;
  readonly name?: RolloutName;
  readonly region?: Region;
  readonly artifact?: ArtifactUuid;
  readonly artifactFile?: string;
  readonly fleet?: string;
  readonly serialColumn?: string;
  readonly devices?: readonly Serial[];
  readonly waves?: readonly WaveSize[];
  readonly group?: string;
  /** A duration, or `none`. */
  readonly soak?: string;
  readonly window?: Window | 'always';
  /** Whether the plan may name files outside its repository. */
  readonly allowOutside: boolean;
  readonly force: boolean;
  /** Asks nothing. */
  readonly yes: boolean;
  readonly color: boolean;
};

/** `path`: as typed. */
export type NamedArtifact = { readonly uuid: ArtifactUuid } | { readonly path: string };

export type NamedDevices = readonly Serial[] | Exclude<FleetReading, { kind: 'refused' }>;

export type Given = {
  readonly artifact: NamedArtifact | null;
  readonly devices: NamedDevices | null;
};

/** Flags that are required when nothing can be asked. */
export function describeMissing(flags: InitFlags, fallbackName: string | null): string | null {
  const missing = [
    ...(flags.name === undefined && fallbackName === null ? ['--name'] : []),
    ...(flags.artifact === undefined && flags.artifactFile === undefined
      ? ['--artifact or --artifact-file']
      : []),
    ...(flags.fleet === undefined && flags.devices === undefined ? ['--fleet or --devices'] : []),
  ];
  return missing.length === 0 ? null : `Required flags: ${missing.join(', ')}`;
}

export type Reading = {
  readonly files: Files;
  readonly io: Io;
};

export function readGiven(flags: InitFlags, isAsked: boolean, reading: Reading): Answer<Given> {
  const artifact = readArtifact(flags, reading);
  if (artifact.kind === 'refused') return artifact;
  const devices = readDevices(flags, isAsked, reading);
  if (devices.kind === 'refused') return devices;
  return taken({ artifact: artifact.value, devices: devices.value });
}

function readArtifact(
  { artifact, artifactFile }: InitFlags,
  { files }: Reading,
): Answer<NamedArtifact | null> {
  if (artifact !== undefined) return taken({ uuid: artifact });
  return artifactFile === undefined ? taken(null) : readArtifactFile(artifactFile, files);
}

export function readArtifactFile(path: string, files: Files): Answer<NamedArtifact> {
  const failure = files.check(path);
  if (failure === null) return taken({ path });
  const shown = printable(path);
  switch (failure.problem) {
    case 'missing':
      return refused(`no file ${shown} exists`);
    case 'outside':
      return refused(`${shown} is outside the plan's repository. If this is intended, pass --allow-outside`);
    case 'directory':
      return refused(`${shown} is a folder, not a file`);
    case 'forbidden':
    case 'not-regular':
    case 'too-large':
    case 'unreadable':
      return refused(`${shown} cannot be read: ${printable(failure.message)}`);
  }
}

function readDevices(
  flags: InitFlags,
  isAsked: boolean,
  { files, io }: Reading,
): Answer<NamedDevices | null> {
  const { devices, fleet, serialColumn = null, color } = flags;
  if (devices !== undefined) return taken(devices);
  if (fleet === undefined) return taken(null);
  const reading = readFleet(fleet, serialColumn, files);
  const isUsable = reading.kind === 'read' || (reading.kind === 'no-column' && isAsked);
  return isUsable ? taken(reading) : refused(printRefusal(reading, io, color));
}
