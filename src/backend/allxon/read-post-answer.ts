/**
 * The answer to a POST. Pure; never throws, whatever came.
 *
 * The shapes of `deployment_accepted` and `deployment_rejected` are not documented. Understood are a list of serials, a
 * list of objects (`device_sn` or `sn`, beside any of `error`, `message`, `reason`, `code`), the two mixed, one such object
 * by itself, an object from serial to message, and nothing at all. Anything else is told as unreadable, and the
 * deployment exists all the same.
 *
 * 1. The deployment's id comes first: with it, whatever else is wrong with the answer, the deployment is accepted.
 * 2. A device is rejected only where the answer says so beyond doubt. Whatever is unclear counts as accepted: its polls
 *    will tell, whereas a device wrongly called rejected might be deployed to a second time.
 * 3. Each device sent is exactly one of rejected, unanswered and accepted.
 */
import { count, list, printable } from '../../base/text.ts';
import { parseDeploymentId } from '../../plan/identifiers.ts';
import type { DeploymentId, Serial } from '../../plan/identifiers.ts';
import type { PostOutcome } from '../api.ts';
import { describeShape, isRecord, readText, serialOf } from './read-answer.ts';
import type { JsonRecord } from './read-answer.ts';

export type PostAnswer = Omit<Extract<PostOutcome, { readonly kind: 'accepted' }>, 'requestId'>;

/** The answer to a POST of `sent`, or why no deployment's id can be read from it. */
export function readPostAnswer(value: unknown, sent: readonly Serial[]): PostAnswer | string {
  if (!isRecord(value)) return `the answer is not an object with a deployment_id but ${describeShape(value)}`;
  const deploymentId = readDeploymentId(value['deployment_id']);
  if (deploymentId === null) return describeBadId(value['deployment_id']);
  const accepted = readNamedDevices(value['deployment_accepted']);
  const rejected = readNamedDevices(value['deployment_rejected']);
  const answered = new Set([...accepted.reasons.keys(), ...rejected.reasons.keys()]);
  const ours = new Set<string>(sent);
  return {
    kind: 'accepted',
    deploymentId,
    rejected: sent.flatMap((serial) => {
      const reason = accepted.reasons.has(serial) ? undefined : rejected.reasons.get(serial);
      return reason === undefined ? [] : [{ serial, reason }];
    }),
    unanswered: sent.filter((serial) => !answered.has(serial)),
    foreign: [...answered].filter((serial) => !ours.has(serial)),
    unreadable: describeProblems(accepted, rejected, ours),
  };
}

/** A deployment's id in an answer that was cut short or is not JSON: a clue for a person, no more. */
export function findDeploymentId(text: string): DeploymentId | null {
  return readDeploymentId(/"deployment_id"\s*:\s*"([^"\\]*)"/.exec(text)?.[1]);
}

/** A number is taken only where JSON cannot have lost a digit of it. */
function readDeploymentId(value: unknown): DeploymentId | null {
  const text = Number.isSafeInteger(value) ? String(value) : value;
  // A path's `.` and `..` would lead elsewhere.
  return typeof text === 'string' && !/^\.{1,2}$/.test(text) ? parseDeploymentId(text) : null;
}

function describeBadId(value: unknown): string {
  const told = readText(value) ?? (value === '' ? 'empty text' : describeShape(value));
  return `the answer has no valid deployment_id (it is ${told})`;
}

type NamedDevices = {
  /** From serial to what is said of it. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly isReadable: boolean;
};

function readNamedDevices(value: unknown): NamedDevices {
  if (value === undefined || value === null) return { reasons: new Map(), isReadable: true };
  if (Array.isArray(value)) return collect(value.map(readEntry));
  if (!isRecord(value)) return { reasons: new Map(), isReadable: false };
  return collect(serialOf(value) === null ? readMapping(value) : [readEntry(value)]);
}

/** A serial and what is said of it; `null` for what is neither. */
type Entry = readonly [serial: string, reason: string] | null;

function readEntry(entry: unknown): Entry {
  if (typeof entry === 'string') return entry === '' ? null : [entry, NO_REASON];
  const serial = serialOf(entry);
  return serial === null || !isRecord(entry) ? null : [serial, reasonIn(entry) ?? NO_REASON];
}

/** Only a message makes a pair one of serial and message: `"device-1": false` may mean anything. */
function readMapping(value: JsonRecord): readonly Entry[] {
  return Object.entries(value).map(([serial, told]) => {
    const reason = typeof told === 'string' ? (readText(told) ?? NO_REASON) : reasonIn(told);
    return serial === '' || reason === null ? null : [serial, reason];
  });
}

function collect(entries: readonly Entry[]): NamedDevices {
  const named = entries.filter((entry) => entry !== null);
  return { reasons: new Map(named), isReadable: named.length === entries.length };
}

const NO_REASON = 'no reason was given';

function reasonIn(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const told = ['error', 'message', 'reason', 'code'].flatMap((key) => readText(value[key]) ?? []);
  return told.length === 0 ? null : told.join(': ');
}

function describeProblems(
  accepted: NamedDevices,
  rejected: NamedDevices,
  ours: ReadonlySet<string>,
): string | null {
  const unread = [
    ...(accepted.isReadable ? [] : ['deployment_accepted']),
    ...(rejected.isReadable ? [] : ['deployment_rejected']),
  ];
  const inBoth = [...rejected.reasons.keys()].filter(
    (serial) => ours.has(serial) && accepted.reasons.has(serial),
  );
  const problems = [
    ...(unread.length === 0
      ? []
      : [
          `${unread.join(' and ')} of the answer cannot be read; devices that it does not name count as accepted`,
        ]),
    ...(inBoth.length === 0
      ? []
      : [
          `the answer lists ${count(inBoth.length, 'device')} both as accepted and as rejected; counted as accepted: ${list(inBoth.map(printable), 3)}`,
        ]),
  ];
  return problems.length === 0 ? null : problems.join('; ');
}
