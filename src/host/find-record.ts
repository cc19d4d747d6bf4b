/**
 * Where a rollout is on record, where nobody names a place: in the `.breakwater` that holds it, in the plan's folder or any
 * folder above it, whether there is a `.git` or not, and in other checkouts of the repository. A record that is passed over is a
 * rollout that begins again.
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
  /** Absolute paths: the current one, and the plan's. */
  readonly folders: readonly string[];
  readonly state: Sourced<StateLocation>;
};

export type PlaceOfRecord =
  | { readonly kind: 'place'; readonly state: StateLocation }
  /** It is on record in each of these folders; or in one that belongs to somebody else. */
  | { readonly kind: 'several' | 'foreign'; readonly places: readonly string[] }
  /** It may be on record in another checkout of the repository: what tells where those are cannot be read. */
  | { readonly kind: 'unread'; readonly path: string };

/** A place that somebody has named is the place. */
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

/** The folders within reach that hold a record of this name; each once, whatever leads to it. */
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

/** Other records of this name than the one in a place that somebody has named. */
export function findElsewhere({ name, folders, state: { value: state } }: Sought): readonly string[] {
  const own = state.kind === 'files' ? realPathOf(state.directory) : null;
  return findRecords(name, folders).filter((place) => realPathOf(place) !== own);
}

/** With itself, the nearest first. */
function parentsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...parentsOf(parent)];
}

/** One that cannot be looked at may hold it. */
function holdsRecord(folder: string): boolean {
  try {
    const stat = statSync(folder, { throwIfNoEntry: false });
    return stat?.isDirectory() === true && hasRecord(folder);
  } catch {
    return true;
  }
}

/** Sentences, and what can be done. */
export function describePlaces(
  located: Exclude<PlaceOfRecord, { readonly kind: 'place' }>,
  name: RolloutName,
): string {
  if (located.kind === 'unread') {
    return `${name} may be on record in another checkout of the repository, and nothing was done: ${printable(located.path)} cannot be read.\nMake it readable, or name the place of the record by --state.`;
  }
  const { kind, places } = located;
  const listed = places.map((place) => `  ${printable(join(place, name))}`).join('\n');
  return kind === 'several'
    ? `${name} is on record in more than one place, and nothing was done:\n${listed}\nFind out which of them is right (\`breakwater status --state PLACE\`), and name it by --state, or move the other one away.`
    : `${name} is on record in a folder of another user, and nothing was done:\n${listed}\nIf that is the record, name its place by --state.`;
}

/** Whether a record may say which programs are run and which artifact is deployed, as only its runner could write it. */
export function isRecordTrusted(
  place: StateLocation,
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): boolean {
  return place.kind === 'files' && !isCi(env);
}
