/**
 * Why a rollout that is not on record is not started all the same: the record may be elsewhere, or be lost before the next
 * job, and then every device would be deployed to again.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isCi } from '../../base/ci.ts';
import { printable } from '../../base/text.ts';
import { isWithin, realPathOf, rootOf } from '../../files/repository.ts';
import { findElsewhere } from '../../host/find-record.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import type { Commands } from '../../views/wording/commands.ts';
import type { SettingOrigin, Sourced, StateLocation } from '../../settings/settings.ts';

export type StartBar =
  /** It is on record, and not in the place that was named. */
  | { readonly kind: 'record-elsewhere'; readonly places: readonly string[] }
  /** Nobody names its place but a settings file above the plan's folder, which is in no repository, might. */
  | { readonly kind: 'settings-above'; readonly file: string }
  /** It would be where a saved plan says, and the folder of that is not there. */
  | { readonly kind: 'place-gone' }
  /** `--continue-only`. */
  | { readonly kind: 'nothing-on-record' }
  /** In CI. `workspace`: what the record would be in; `null` where the place was not given by hand. */
  | { readonly kind: 'place-ends-with-job'; readonly workspace: string | null };

export type Starting = {
  readonly name: RolloutName;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly state: Sourced<StateLocation>;
  /** Absolute paths: the current one, and the plan's. */
  readonly folders: readonly string[];
  /** Looks for a settings file above the plan's folder, where that is in no repository; `null` for none. */
  readonly findSettingsAbove: () => string | null;
  /** `--start`: the place is kept, whatever it looks like. */
  readonly start: boolean;
  readonly continueOnly: boolean;
  /** What was simulated is started over at will. */
  readonly isSimulated: boolean;
};

export function findStartBar({ continueOnly, isSimulated, start, ...place }: Starting): StartBar | null {
  const places = isSimulated ? [] : findElsewhere(place);
  if (places.length > 0) return { kind: 'record-elsewhere', places };
  if (continueOnly) return { kind: 'nothing-on-record' };
  if (isSimulated) return null;
  return (start || !isCi(place.env) ? null : findPlaceBar(place)) ?? findLostPlace(place);
}

/** A repository whose `.git` is gone, or a plan that has moved: the record may be where it was. */
function findLostPlace({
  state: { value: state, from },
  findSettingsAbove,
}: Pick<Starting, 'state' | 'findSettingsAbove'>): StartBar | null {
  if (state.kind !== 'files') return null;
  if (from.kind === 'plan') return existsSync(dirname(state.directory)) ? null : { kind: 'place-gone' };
  const file = from.kind === 'default' ? findSettingsAbove() : null;
  return file === null ? null : { kind: 'settings-above', file };
}

function findPlaceBar({
  env,
  state: { value: state, from },
  folders,
}: Pick<Starting, 'env' | 'state' | 'folders'>): StartBar | null {
  if (!isGivenByHand(from)) return { kind: 'place-ends-with-job', workspace: null };
  if (state.kind !== 'files') return null;
  const place = realPlaceOf(state.directory);
  const workspace = workspacesOf(env, folders).find((folder) => isWithin(folder, place));
  return workspace === undefined ? null : { kind: 'place-ends-with-job', workspace };
}

/** Whoever set up the job has said so, and not the branch that it runs. */
function isGivenByHand({ kind }: SettingOrigin): boolean {
  return kind === 'flag' || kind === 'environment';
}

/** Where the services say that a job's files are; some of them are cleaned when it ends. */
const WORKSPACE_VARIABLES = [
  'GITHUB_WORKSPACE',
  'RUNNER_WORKSPACE',
  'RUNNER_TEMP',
  'CI_PROJECT_DIR',
  'WORKSPACE',
  'WORKSPACE_TMP',
  'BUILD_SOURCESDIRECTORY',
  'BUILD_REPOSITORY_LOCALPATH',
  'PIPELINE_WORKSPACE',
  'AGENT_BUILDDIRECTORY',
  'AGENT_TEMPDIRECTORY',
  'BITBUCKET_CLONE_DIR',
  'CIRCLE_WORKING_DIRECTORY',
  'TRAVIS_BUILD_DIR',
  'BUILDKITE_BUILD_CHECKOUT_PATH',
  'DRONE_WORKSPACE',
  'CI_WORKSPACE',
  'SEMAPHORE_GIT_DIR',
  'APPVEYOR_BUILD_FOLDER',
  'CODEBUILD_SRC_DIR',
  'BITRISE_SOURCE_DIR',
  'CIRRUS_WORKING_DIR',
  'CM_BUILD_DIR',
  'bamboo_build_working_directory',
];

/** Real paths: of the repositories that the folders are in, or of themselves, and of what the service calls its own. */
function workspacesOf(env: Starting['env'], folders: readonly string[]): readonly string[] {
  const [cwd = '/'] = folders;
  const named = WORKSPACE_VARIABLES.flatMap((name) => {
    const value = env[name] ?? '';
    return value.trim() === '' ? [] : [resolve(cwd, value.replace(/^~(?=\/|$)/, env['HOME'] ?? '~'))];
  });
  const own = folders.flatMap((folder) => [rootOf(folder), rootOf(realPathOf(folder))]);
  // Everything is within the root of the file system, which is no workspace.
  return [...own, ...named].map(realPathOf).filter((folder) => dirname(folder) !== folder);
}

/** What is there of it with links followed; the rest is yet to be made. */
function realPlaceOf(directory: string): string {
  const parent = dirname(directory);
  const real = realPathOf(directory);
  if (real !== directory || parent === directory) return real;
  return join(realPlaceOf(parent), directory.slice(parent.length));
}

export type BarContext = {
  readonly name: RolloutName;
  /** The store's. */
  readonly location: string;
  readonly commands: Commands;
};

/** Sentences, and what can be done. */
export function describeStartBar(bar: StartBar, { name, location, commands }: BarContext): string {
  const record = printable(location);
  switch (bar.kind) {
    case 'record-elsewhere':
      return `${name} is on record elsewhere and was not started in ${record}:\n${bar.places.map((place) => `  ${printable(join(place, name))}`).join('\n')}\nTo continue it, give that place with --state. If it is another rollout, give one of them a new name, or move its record.`;
    case 'settings-above':
      return `${name} was not started: its record would be in ${record}, but there is a settings file above the plan, and without a repository (.git) its scope is unknown:\n  ${printable(bar.file)}\nIf it belongs to the plan, restore the .git beside it. If not, give the place of the record with --state.`;
    case 'place-gone':
      return `${name} was not started: the saved plan names ${record} for its record, but the parent folder does not exist. If it was moved, give the new place with --state.`;
    case 'nothing-on-record':
      return `${record} has no record of ${name}, and --continue-only starts nothing.\nIf the rollout was started before, its record is elsewhere: check BREAKWATER_STATE and --state. To start it:\n  ${commands.run}`;
    case 'place-ends-with-job':
      return `${name} was not started: this is a CI job (by CI or a similar variable), and its record ${describePlace(bar, record)}. The next job would deploy to every device again.\nSet BREAKWATER_STATE to a postgres:// URL, or to a folder outside the workspace that is kept after the job. If this place is kept:\n  ${commands.start}`;
  }
}

function describePlace(
  { workspace }: Extract<StartBar, { readonly kind: 'place-ends-with-job' }>,
  record: string,
): string {
  return workspace === null
    ? `would be in ${record}, which --state and BREAKWATER_STATE do not set`
    : `would be in ${record}, inside the workspace ${printable(workspace)}`;
}
