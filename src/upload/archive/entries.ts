/** What a reader of an archive finds in it, whatever its format, and what is wrong with that. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';

export type ArchiveEntry = {
  /** As the archive has it, decoded. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'hard-link' | 'special';
  /** Unpacked. */
  readonly bytes: number;
  /** Of links: where it leads. */
  readonly target: string | null;
  readonly isEncrypted: boolean;
};

/** How reading an archive has ended. */
export type ArchiveEnd =
  | { readonly kind: 'whole' }
  /** Its unpackers would fail, or disagree on what it holds. */
  | { readonly kind: 'damaged'; readonly why: string }
  /** It may be sound; this release cannot tell. */
  | { readonly kind: 'unchecked'; readonly why: string }
  /** It unpacks to too much. Nothing more of it was read. */
  | { readonly kind: 'too-large'; readonly why: string };

export type ArchiveReading = {
  /** Called with each entry. */
  readonly onEntry: (entry: ArchiveEntry) => void;
  /** The size of the archive. */
  readonly bytes: number;
};

/** No artifact has so many; each costs memory. */
const ENTRIES_MAX = 200_000;
/** Programs and images come to 2 to 10 times their packed size; only made-up data come to more than 200. */
const RATIO_MAX = 200;
/** Less than this is always unpacked. */
const BYTES_FREE = 100 * 1_048_576;

/** Counts what an archive unpacks to, and says when that is too much. */
export class UnpackBudget {
  bytes = 0;
  private entries = 0;
  private readonly bytesMax: number;

  constructor(packedBytes: number) {
    this.bytesMax = Math.max(BYTES_FREE, RATIO_MAX * packedBytes);
  }

  /** Why it is too much, or `null`. */
  addBytes(bytes: number): string | null {
    this.bytes += bytes;
    return this.bytes > this.bytesMax
      ? `it unpacks to more than ${RATIO_MAX} times its size, and to more than ${this.bytesMax} bytes`
      : null;
  }

  addEntry(): string | null {
    this.entries++;
    return this.entries > ENTRIES_MAX ? `it has more than ${ENTRIES_MAX} entries` : null;
  }
}

/** Text that is kept of a system's or a library's message. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NAME_CHARS = 120;

/** The name of an entry in a sentence; one may be a megabyte long. */
export function quoteName(path: string): string {
  return JSON.stringify(path.length > NAME_CHARS ? `${path.slice(0, NAME_CHARS)}…` : path);
}

// The devices unpack an artifact's archive, so it must hold nothing that surprises them.

export type EntryFault =
  'archive-path' | 'archive-link' | 'archive-special' | 'archive-duplicate' | 'archive-encrypted';

export type JudgedEntries = {
  readonly entries: number;
  /** Of each fault, its first entry and how many there are. */
  readonly faults: ReadonlyMap<EntryFault, { readonly first: string; readonly count: number }>;
  readonly script: JudgedScript;
};

export type JudgedScript =
  | { readonly kind: 'found'; readonly bytes: number }
  /** `elsewhere`: an entry that may be meant by it. */
  | { readonly kind: 'missing'; readonly elsewhere: string | null }
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-a-file' };

export type EntryJudge = {
  readonly add: (entry: ArchiveEntry) => void;
  readonly finish: () => JudgedEntries;
};

/** `script` is what the root must hold. Keeps a few bytes of each entry, and none of its content. */
export function createEntryJudge(script: string): EntryJudge {
  const faults = new Map<EntryFault, { first: string; count: number }>();
  const seen = new Set<string>();
  const links = new Set<string>();
  /** What a link's target goes through before a `..`, with the entry of the link: where that is a link, nobody knows where it leads. */
  const passed = new Map<string, ArchiveEntry>();
  let entries = 0;
  let elsewhere: string | null = null;
  let found: JudgedScript | null = null;

  const note = (fault: EntryFault, { path }: ArchiveEntry) => {
    const known = faults.get(fault);
    if (known === undefined) faults.set(fault, { first: path, count: 1 });
    else known.count++;
  };

  return {
    add(entry) {
      entries++;
      const { path, kind, bytes } = entry;
      const normal = posix.normalize(path).replace(/\/$/, '');
      if (entry.isEncrypted) note('archive-encrypted', entry);
      if (isUnsafe(path)) note('archive-path', entry);
      else if (isBehindLink(normal, links)) note('archive-link', entry);
      if (kind === 'special') note('archive-special', entry);
      if ((kind === 'link' || kind === 'hard-link') && leadsOut(entry, normal)) note('archive-link', entry);
      for (const through of passedBy(entry, normal)) passed.set(keyOf(through), entry);
      if (kind === 'link') links.add(keyOf(normal));
      if (kind !== 'folder') {
        const key = keyOf(normal);
        if (seen.has(key)) note('archive-duplicate', entry);
        seen.add(key);
      }
      if (normal === script) found = judgeScript(kind, bytes);
      else if (posix.basename(normal).toLowerCase() === script || /^ota_deploy\.(?:sh|bat)$/i.test(normal))
        elsewhere ??= path;
    },
    finish() {
      const over = new Set([...passed].filter(([key]) => links.has(key)).map(([, entry]) => entry));
      for (const entry of over) note('archive-link', entry);
      return { entries, faults, script: found ?? { kind: 'missing', elsewhere } };
    },
  };
}

function judgeScript(kind: ArchiveEntry['kind'], bytes: number): JudgedScript {
  if (kind !== 'file') return { kind: 'not-a-file' };
  return bytes === 0 ? { kind: 'empty' } : { kind: 'found', bytes };
}

/** Whether it may be written outside the folder that it is unpacked in, on Linux or on Windows. */
function isUnsafe(path: string): boolean {
  return (
    path === '' || /^[/\\]|^[A-Za-z]:|[\u0000-\u001f\u007f]/.test(path) || path.split(/[/\\]/).includes('..')
  );
}

/** No system follows a longer one, and walking it would take time that grows with its square. */
const TARGET_CHARS_MAX = 4_096;

/** Whether what it leads to lies outside. A link is seen from its folder, a hard link from the root. */
function leadsOut({ kind, target }: ArchiveEntry, normal: string): boolean {
  // An encrypted one does not say.
  if (target === null) return false;
  if (target === '' || target.length > TARGET_CHARS_MAX) return true;
  if (/^[/\\]|^[A-Za-z]:|[\u0000-\u001f\u007f]/.test(target)) return true;
  return posix.normalize(posix.join(baseOf(kind, normal), slashed(target))).split('/')[0] === '..';
}

/** The paths that the target of a link goes through and leaves again by `..`. */
function passedBy({ kind, target }: ArchiveEntry, normal: string): readonly string[] {
  if (target === null || target.length > TARGET_CHARS_MAX || !target.includes('..')) return [];
  const steps = posix.join(baseOf(kind, normal), '.').split('/').concat(slashed(target).split('/'));
  const place: string[] = [];
  const passed: string[] = [];
  for (const step of steps.filter((one) => one !== '' && one !== '.')) {
    if (step !== '..') place.push(step);
    else if (place.length > 0) {
      passed.push(place.join('/'));
      place.pop();
    }
  }
  return passed;
}

/** What a target is seen from: a link's folder, and the root for a hard link. */
function baseOf(kind: ArchiveEntry['kind'], normal: string): string {
  return kind === 'link' ? posix.dirname(normal) : '.';
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

/** Whether a part of its path is a link: where it is unpacked to depends on where that leads. */
function isBehindLink(normal: string, links: ReadonlySet<string>): boolean {
  if (links.size === 0) return false;
  const parts = normal.split('/');
  return parts.some((_, index) => index > 0 && links.has(keyOf(parts.slice(0, index).join('/'))));
}

/** Of one length, however long the name is. */
function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('base64').slice(0, 22);
}
