/**
 * The API's JSON to our own values. Pure; never throws, whatever came.
 *
 * The shapes of `deployment_accepted` and `deployment_rejected` are not documented. Understood are a list of serials, a
 * list of objects (`device_sn` or `sn`, beside any of `error`, `message`, `reason`, `code`), the two mixed, an object
 * from serial to message, and nothing at all. Anything else is told as unreadable, and the deployment exists all the same.
 */
import { printable } from '../base/text.ts';
import { parseDeploymentId } from '../plan/identifiers.ts';
import type { Serial } from '../plan/identifiers.ts';
import type { Connection, DeviceReport, PostOutcome } from './api.ts';

type Accepted = Omit<Extract<PostOutcome, { readonly kind: 'accepted' }>, 'requestId'>;

/** The longest message that is kept of a device or of the API. */
const MESSAGE_CHARS_MAX = 500;

/** The answer to a POST of `sent`; `null` where it names no deployment. */
export function readPostAnswer(value: unknown, sent: readonly Serial[]): Accepted | null {
  if (!isRecord(value)) return null;
  const id = value['deployment_id'];
  const deploymentId =
    typeof id === 'string' || typeof id === 'number' ? parseDeploymentId(String(id)) : null;
  if (deploymentId === null) return null;
  const accepted = readDevices(value['deployment_accepted']);
  const rejected = readDevices(value['deployment_rejected']);
  const ours = new Set<string>(sent);
  const acceptedOnes = new Set(accepted.devices.keys());
  // A device in both lists may have been deployed to: it is taken as accepted, and its polls will tell.
  const rejectedOurs = [...rejected.devices].filter(
    ([serial]) => ours.has(serial) && !acceptedOnes.has(serial),
  );
  const answered = new Set([...acceptedOnes, ...rejected.devices.keys()]);
  const problems = [
    ...(accepted.isReadable ? [] : ['deployment_accepted']),
    ...(rejected.isReadable ? [] : ['deployment_rejected']),
  ];
  return {
    kind: 'accepted',
    deploymentId,
    rejected: rejectedOurs.map(([serial, reason]) => ({ serial: serial as Serial, reason })),
    unanswered: sent.filter((serial) => !answered.has(serial)),
    foreign: [...answered].filter((serial) => !ours.has(serial)),
    unreadable:
      problems.length === 0
        ? null
        : `${problems.join(' and ')} of the answer cannot be read; devices it does not name are taken as accepted`,
  };
}

/** The bare array of a deployment's devices, or why it cannot be read. Entries without a serial are passed over. */
export function readDeviceReports(value: unknown): readonly DeviceReport[] | string {
  if (!Array.isArray(value)) return `the answer is not a list of devices but ${describeShape(value)}`;
  return value.flatMap((entry: unknown) => {
    const serial = serialOf(entry);
    if (serial === null || !isRecord(entry)) return [];
    const status = entry['deployment_status'];
    const updated = entry['update_epoch'];
    return [
      {
        serial,
        // No word is an unknown word: the device is listed, and that is all that is known.
        status: typeof status === 'string' ? status : describeShape(status),
        updatedAt:
          typeof updated === 'number' && Number.isFinite(updated) && updated > 0 ? updated * 1000 : null,
      },
    ];
  });
}

/** The bare array of the account's devices, or why it cannot be read. */
export function readConnectionList(value: unknown): readonly Connection[] | string {
  if (!Array.isArray(value)) return `the answer is not a list of devices but ${describeShape(value)}`;
  return value.flatMap((entry: unknown) => {
    const serial = serialOf(entry);
    if (serial === null || !isRecord(entry)) return [];
    return [{ serial, status: typeof entry['status'] === 'string' ? entry['status'] : 'unknown' }];
  });
}

/** The API's own code and message, from the body of a refusal. */
export function readApiError(value: unknown): {
  readonly code: string | null;
  readonly message: string | null;
} {
  if (!isRecord(value)) return { code: null, message: null };
  return { code: textOf(value['code']), message: textOf(value['message']) };
}

type ReadDevices = {
  /** From serial to what is said of it. */
  readonly devices: ReadonlyMap<string, string>;
  readonly isReadable: boolean;
};

function readDevices(value: unknown): ReadDevices {
  if (value === undefined || value === null) return { devices: new Map(), isReadable: true };
  if (Array.isArray(value)) return readDeviceList(value);
  if (isRecord(value)) {
    return {
      devices: new Map(Object.entries(value).map(([serial, message]) => [serial, reasonOf(message)])),
      isReadable: true,
    };
  }
  return { devices: new Map(), isReadable: false };
}

function readDeviceList(entries: readonly unknown[]): ReadDevices {
  const devices = new Map<string, string>();
  let isReadable = true;
  for (const entry of entries) {
    const serial = typeof entry === 'string' ? entry : serialOf(entry);
    if (serial === null) isReadable = false;
    else devices.set(serial, isRecord(entry) ? reasonOf(entry) : NO_REASON);
  }
  return { devices, isReadable };
}

const NO_REASON = 'no reason was given';

function reasonOf(value: unknown): string {
  const told = isRecord(value)
    ? ['error', 'message', 'reason', 'code'].flatMap((key) => textOf(value[key]) ?? [])
    : [textOf(value)].flatMap((text) => text ?? []);
  return told.length === 0 ? NO_REASON : told.join(': ');
}

function serialOf(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const serial = value['device_sn'] ?? value['sn'];
  return typeof serial === 'string' && serial !== '' ? serial : null;
}

function textOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '') return null;
  return printable(text.slice(0, MESSAGE_CHARS_MAX));
}

function describeShape(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
