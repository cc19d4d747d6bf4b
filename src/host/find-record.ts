/**
 * Finds the record of a rollout if no place was named: in a `.breakwater` folder of the plan's folder or any folder above it,
 * with or without `.git`, and in other checkouts of the repository. If a record is missed, the rollout starts again.
 */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { printable } from '../base/text.ts';
import { findCheckouts, isOwnFolder, realPathOf, rootOf } from '../files/repository.ts';
import { hasRecord } from '../store/file/journal-file.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { SETTINGS_DEFAULTS } from '../settings/settings.ts';
import type { Sourced, StateLocation } from '../settings/settings.ts';
import { isCi } from '../base/ci.ts';

export type Sought = {
  readonly name: RolloutName;
  /** Absolute paths: the current folder, and the plan's. */
  readonly folders: readonly string[];
  readonly state: Sourced<StateLocation>;
};

export type PlaceOfRecord =
  | { readonly kind: 'place'; readonly state: StateLocation }
  /** `several`: it is on record in each of these folders. `foreign`: in a folder of another user. */
  | { readonly kind: 'several' | 'foreign'; readonly places: readonly string[] }
  /** It may be on record in another checkout: `path`, which lists the checkouts, cannot be read. */
  | { readonly kind: 'unread'; readonly path: string };

/** A named place is always used. */
export function locateRecord({ name, folders, state: { value: state, from } }: Sought): PlaceOfRecord {
  if (from.kind !== 'default' || state.kind !== 'files') return { kind: 'place', state };
  const places = findRecords(name, folders, [state.directory]);
  const [first, second] = places;
  if (first === undefined) {
    const path = folders.map((folder) => findCheckouts(rootOf(folder)).unread).find((one) => one !== null);
    return path === undefined ? { kind: 'place', state } : { kind: 'unread', path };
  }
  if (second !== undefined) return { kind: 'several', places };
  const isExpected = realPathOf(first) === realPathOf(state.directory);
  if (!isExpected && !isOwnFolder(first)) return { kind: 'foreign', places };
  return { kind: 'place', state: { kind: 'files', directory: first } };
}

/** The searched folders that hold a record of this name, without duplicates. */
function findRecords(
  name: RolloutName,
  folders: readonly string[],
  more: readonly string[] = [],
): readonly string[] {
  const checkouts = folders.flatMap((folder) => findCheckouts(rootOf(folder)).others);
  const within = [...folders.flatMap(parentsOf), ...checkouts].map((folder) =>
    join(folder, SETTINGS_DEFAULTS.state),
  );
  const holding = [...more, ...within].filter((place) => holdsRecord(join(place, name)));
  const real = holding.map(realPathOf);
  return holding.filter((_, index) => real.indexOf(real[index] ?? '') === index);
}

/** Records of this name outside the named place. */
export function findElsewhere({ name, folders, state: { value: state } }: Sought): readonly string[] {
  const own = state.kind === 'files' ? realPathOf(state.directory) : null;
  return findRecords(name, folders).filter((place) => realPathOf(place) !== own);
}

/** The folder and its parents, nearest first. */
function parentsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...parentsOf(parent)];
}

/** True also if the folder cannot be read: it may hold the record. */
function holdsRecord(folder: string): boolean {
  try {
    const stat = statSync(folder, { throwIfNoEntry: false });
    return stat?.isDirectory() === true && hasRecord(folder);
  } catch {
    return true;
  }
}

/** Explains why there is no single place, and what to do. */
export function describePlaces(
  located: Exclude<PlaceOfRecord, { readonly kind: 'place' }>,
  name: RolloutName,
): string {
  if (located.kind === 'unread') {
    return `${name} may be on record in another checkout of the repository: ${printable(located.path)} cannot be read. Nothing was done.\nMake it readable, or name the place of the record with --state.`;
  }
  const { kind, places } = located;
  const listed = places.map((place) => `  ${printable(join(place, name))}`).join('\n');
  return kind === 'several'
    ? `${name} is on record in more than one place; nothing was done:\n${listed}\nFind the right record with \`breakwater status --state PLACE\`. Then name it with --state, or move the other record away.`
    : `${name} is on record in a folder of another user; nothing was done:\n${listed}\nIf this is the right record, name its place with --state.`;
}

/** Whether a record may name programs and artifacts: true if only its runner can write it. */
export function isRecordTrusted(
  place: StateLocation,
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): boolean {
  return place.kind === 'files' && !isCi(env);
}
