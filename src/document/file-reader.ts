/** How this part of Breakwater is given the bytes of a file: it opens none itself. */
export type FileReading = { readonly kind: 'read'; readonly bytes: Uint8Array } | FileFailure;

export type FileFailure = {
  readonly kind: 'failed';
  /** `outside`: a plan may not have it read. */
  readonly problem:
    'missing' | 'directory' | 'not-regular' | 'outside' | 'forbidden' | 'too-large' | 'unreadable';
  /** The system's own words. */
  readonly message: string;
};

/** `path` is as it is shown to the user; a file of more than `bytesMax` is `too-large` and is not read. */
export type FileReader = (path: string, bytesMax: number) => FileReading;

export type FileSum =
  /** `md5` is in lower-case hex. */
  { readonly kind: 'summed'; readonly md5: string; readonly bytes: number } | FileFailure;

/** The checksum of a file of any size, which is never held as a whole. */
export type FileSummer = (path: string) => FileSum;
