/** What a reader of an archive finds in it, whatever its format. */

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
