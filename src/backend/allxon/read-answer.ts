/**
 * The API's JSON to our own values. Pure; never throws, whatever came. The answer to a POST is read in
 * `read-post-answer.ts`.
 *
 * A list is read entry by entry: one that names no device is passed over, and its device, whichever it is, stays as
 * open as it was. A list of which nothing can be read is not taken for an empty one: its devices would be given up.
 */
import { printable } from '../../base/text.ts';
import type { Connection, DeviceReport, UploadTicket } from '../api.ts';
import { parseArtifactUuid } from '../../plan/identifiers.ts';
import type { ArtifactUuid } from '../../plan/identifiers.ts';
import { isLoopback } from './base-url.ts';

/** The longest text of the API's that is kept. */
const TEXT_CHARS_MAX = 500;

/** The rows of a deployment's list, or why they cannot be read. */
export function readDeviceReports(rows: readonly unknown[]): readonly DeviceReport[] | string {
  return readDeviceList(rows, (serial, entry) => ({
    serial,
    // No word is an unknown word: the device is listed, and that is all that is known.
    status: wordOf(entry['deployment_status']),
    updatedAt: readEpochSeconds(entry['update_epoch']),
  }));
}

/** The rows of the list of the account's devices, or why they cannot be read. */
export function readConnectionList(rows: readonly unknown[]): readonly Connection[] | string {
  return readDeviceList(rows, (serial, entry) => ({ serial, status: wordOf(entry['status']) }));
}

/** The API's own code and message, from the body of a refusal. */
export function readApiError(value: unknown): {
  readonly code: string | null;
  readonly message: string | null;
} {
  if (!isRecord(value)) return { code: null, message: null };
  return { code: readText(value['code']), message: readText(value['message']) ?? readText(value['error']) };
}

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A serial as text. One that came as a number may have lost digits, and is none. */
export function serialOf(value: unknown): string | null {
  if (!isRecord(value)) return null;
  return [value['device_sn'], value['sn']].find(isFilled) ?? null;
}

/** Text or a number of the API's, safe to print and short enough to keep; `null` for anything else. */
export function readText(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value;
  if (!isFilled(text)) return null;
  return printable(text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text);
}

/** `an object`, `a number`, for a sentence. */
export function describeShape(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function readDeviceList<T>(
  rows: readonly unknown[],
  readEntry: (serial: string, entry: JsonRecord) => T,
): readonly T[] | string {
  const entries = rows.flatMap((entry) => {
    const serial = serialOf(entry);
    return serial === null || !isRecord(entry) ? [] : [readEntry(serial, entry)];
  });
  if (entries.length === 0 && rows.length > 0) return 'no entry of the answer names a device';
  return entries;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : describeShape(value);
}

/** Epoch milliseconds. */
function readEpochSeconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value * 1000) : null;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

// The API's answers about artifacts to our own values, or why they cannot be read. Pure; never throws, whatever came.

export function readArtifactUuid(value: unknown): ArtifactUuid | { readonly unreadable: string } {
  const text = isRecord(value) ? value['artifact_uuid'] : null;
  const uuid = typeof text === 'string' ? parseArtifactUuid(text) : null;
  return uuid ?? { unreadable: 'the answer names no artifact_uuid' };
}

/** What may stand in a header. */
const CONTENT_TYPE_PATTERN = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/** `md5` is the file's, in hex. Reasons repeat nothing of the URL. */
export function readUploadTicket(value: unknown, md5: string): UploadTicket | string {
  if (!isRecord(value)) return 'the answer is not an object';
  const { upload_url: url, content_md5: contentMd5, content_type: contentType } = value;
  if (typeof url !== 'string') return 'the answer names no upload_url';
  const objection = findObjection(url);
  if (objection !== null) return `its upload_url ${objection}: the file was not sent there`;
  if (contentMd5 !== Buffer.from(md5, 'hex').toString('base64')) {
    return "its content_md5 is not the file's checksum: the file was not sent";
  }
  if (typeof contentType !== 'string' || !CONTENT_TYPE_PATTERN.test(contentType)) {
    return 'the answer names no content_type';
  }
  return { url, contentMd5, contentType };
}

function findObjection(text: string): string | null {
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return 'holds a user name or a password';
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return null;
  return 'is not https';
}
