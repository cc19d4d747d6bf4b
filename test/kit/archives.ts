/** Archives byte by byte, right ones and such as no tool makes. */
import { createHash } from 'node:crypto';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { ARTIFACT_NAME } from './artifacts.ts';

export type TarEntry = {
  readonly path: string;
  readonly content?: string | Buffer;
  /** The header's letter: `0` a file, `1` a hard link, `2` a link, `3` a device, `5` a folder, `6` a pipe, `S` sparse. */
  readonly type?: string;
  readonly target?: string;
  /** What the header says, whatever `content` is. */
  readonly size?: number;
};

const BLOCK = 512;

export function makeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

function tarEntry({ path, content = '', type = '0', target = '', size }: TarEntry): Buffer {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100, 'latin1');
  header.write('0000755\u00000000000\u00000000000\u0000', 100, 'latin1');
  header.write((size ?? bytes.length).toString(8).padStart(11, '0'), 124, 'latin1');
  header.write('00000000000', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(target, 157, 100, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return Buffer.concat([header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** A pax record, `length key=value`. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

export type ZipEntry = {
  readonly path: string;
  readonly content?: string | Buffer;
  /** Its name in the header before its data, where that is another one. */
  readonly localPath?: string;
  readonly isEncrypted?: boolean;
  /** 0 stored, 8 deflated unless given. */
  readonly method?: number;
  readonly crc?: number;
  /** What the headers say that it unpacks to. */
  readonly size?: number;
  /** Of Unix, such as 0o120777 for a link. */
  readonly mode?: number;
  /** Sizes stand in an extra field, as for files of more than 4 GiB. */
  readonly isZip64?: boolean;
  /** Its data are those of the first entry. */
  readonly isOverlapping?: boolean;
};

export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const method = entry.method ?? (content.length === 0 ? 0 : 8);
    const data = method === 8 ? deflateRawSync(content) : content;
    const at = entry.isOverlapping === true ? 0 : offset;
    const local = Buffer.concat([zipHeader(entry, { content, data, method, at: null }), data]);
    if (entry.isOverlapping !== true) {
      locals.push(local);
      offset += local.length;
    }
    central.push(zipHeader(entry, { content, data, method, at }));
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

type ZipData = {
  readonly content: Buffer;
  readonly data: Buffer;
  readonly method: number;
  /** Where its data begin; `null` for the header before them. */
  readonly at: number | null;
};

function zipHeader(entry: ZipEntry, { content, data, method, at }: ZipData): Buffer {
  const { path, localPath = path, isEncrypted = false, mode, isZip64 = false } = entry;
  const name = Buffer.from(at === null ? localPath : path);
  const size = entry.size ?? content.length;
  const extra = Buffer.alloc(isZip64 ? 20 : 0);
  if (isZip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(16, 2);
    extra.writeBigUInt64LE(BigInt(size), 4);
    extra.writeBigUInt64LE(BigInt(data.length), 12);
  }
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(isEncrypted ? 0x801 : 0x800, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(entry.crc ?? crc32(content), 10);
  fields.writeUInt32LE(isZip64 ? 0xffffffff : data.length, 14);
  fields.writeUInt32LE(isZip64 ? 0xffffffff : size, 18);
  fields.writeUInt16LE(name.length, 22);
  fields.writeUInt16LE(extra.length, 24);
  if (at === null) return Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), fields, name, extra]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((mode ?? 0o100755) << 16) >>> 0, 6);
  rest.writeUInt32LE(at, 10);
  const madeBy = Buffer.from([20, 3]);
  return Buffer.concat([Buffer.from('PK\u0001\u0002', 'latin1'), madeBy, fields, rest, name, extra]);
}

/** A right artifact for Linux, of this content. */
export function makeArtifact(content = 'echo installed\n'): Buffer {
  return gzipSync(makeTar([{ path: 'ota_deploy.sh', content: `#!/bin/sh\n${content}` }]));
}

/** What a file of this content must be called. */
export function nameFor(file: Buffer, rest: string = ARTIFACT_NAME.slice(33)): string {
  const md5 = createHash('md5').update(file).digest('hex');
  return `${createHash('md5').update(`${md5}-${rest}`).digest('hex')}-${rest}`;
}
