/** The interface for reading files. This part of Breakwater opens no file itself. */
export type FileReading = { readonly kind: 'read'; readonly bytes: Uint8Array } | FileFailure;

export type FileFailure = {
  readonly kind: 'failed';
  /** `outside`: a plan must not read it. */
  readonly problem:
    'missing' | 'directory' | 'not-regular' | 'outside' | 'forbidden' | 'too-large' | 'unreadable';
  /** The message of the operating system. */
  readonly message: string;
};

/** `path` is as the user sees it. A file of more than `bytesMax` bytes is `too-large`, and is not read. */
export type FileReader = (path: string, bytesMax: number) => FileReading;

export type FileSum =
  /** `md5` is in lower-case hex. */
  { readonly kind: 'summed'; readonly md5: string; readonly bytes: number } | FileFailure;

/** Computes the checksum of a file of any size, without loading the whole file. */
export type FileSummer = (path: string) => FileSum;
