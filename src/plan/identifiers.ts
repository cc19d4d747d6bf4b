/** Names one deployment in a rollout by wave and batch: `canary/1`; `canary/1.2` is its second attempt. */
export type DeploymentKey = string;

/** Identifiers as types that only a parser creates, so that unchecked text cannot be used by mistake. */

declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** A device's serial: 1 to 128 of letters, digits, `.`, `_`, `:`, `-`. */
export type Serial = Brand<'Serial'>;
/** The name of a rollout and of its record: 1 to 64 of lower-case letters, digits, `-`, `.`; starts with a letter or digit. */
export type RolloutName = Brand<'RolloutName'>;
/** A wave's name: 1 to 64 characters, unique in its plan. */
export type WaveName = Brand<'WaveName'>;
/** An artifact's UUID, in lower case. */
export type ArtifactUuid = Brand<'ArtifactUuid'>;
/** The API's name for a deployment: opaque, not empty. */
export type DeploymentId = Brand<'DeploymentId'>;
/** Lower-case hex SHA-256 of a resolved plan. */
export type PlanDigest = Brand<'PlanDigest'>;

export const SERIAL_CHARS_MAX = 128;

/** The regular expression of a serial; the schemas contain the same one. */
export const SERIAL_PATTERN = /^[A-Za-z0-9._:-]{1,128}$/;

export function parseSerial(text: string): Serial | null {
  return SERIAL_PATTERN.test(text) ? (text as Serial) : null;
}

const ROLLOUT_NAME_CHARS_MAX = 64;

const ROLLOUT_NAME_PATTERN = /^[a-z0-9][a-z0-9.-]{0,63}$/;

export function parseRolloutName(text: string): RolloutName | null {
  return ROLLOUT_NAME_PATTERN.test(text) ? (text as RolloutName) : null;
}

const ROLLBACK_SUFFIX = '.rollback';

/** The longest name of a rollout that can have a rollback. */
export const ROLLED_BACK_NAME_CHARS_MAX = ROLLOUT_NAME_CHARS_MAX - ROLLBACK_SUFFIX.length;

/** A rollback is a separate rollout with this name. */
export function rollbackName(name: RolloutName): RolloutName {
  return `${name}${ROLLBACK_SUFFIX}` as RolloutName;
}

const UUID_PATTERN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function parseArtifactUuid(text: string): ArtifactUuid | null {
  return UUID_PATTERN.test(text) ? (text.toLowerCase() as ArtifactUuid) : null;
}

/** Printable and short. Anything else is not safe in a URL or a journal. */
const DEPLOYMENT_ID_PATTERN = /^[\x21-\x7e]{1,256}$/;

export function parseDeploymentId(text: string): DeploymentId | null {
  return DEPLOYMENT_ID_PATTERN.test(text) ? (text as DeploymentId) : null;
}
