/** The API's answers about artifacts to our own values, or why they cannot be read. Pure; never throws, whatever came. */
import { parseArtifactUuid } from '../../plan/identifiers.ts';
import type { ArtifactUuid } from '../../plan/identifiers.ts';
import type { UploadTicket } from '../api.ts';
import { isLoopback } from './base-url.ts';
import { isRecord } from './read-answer.ts';

export function readArtifactUuid(value: unknown): ArtifactUuid | { readonly unreadable: string } {
  const text = isRecord(value) ? value['artifact_uuid'] : null;
  const uuid = typeof text === 'string' ? parseArtifactUuid(text) : null;
  return uuid ?? { unreadable: 'the answer names no artifact_uuid' };
}

/** What may stand in a header. */
const CONTENT_TYPE_PATTERN = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;

/** `md5` is the file's, in hex. Reasons repeat nothing of the URL. */
export function readUploadTicket(value: unknown, md5: string): UploadTicket | string {
  if (!isRecord(value)) return 'the answer is no object';
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
