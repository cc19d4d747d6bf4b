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

/** What is at the path of a program that a hook or a gate names. */
export type FoundProgram =
  /** It can be started; or nobody may look at it, so nothing is said of it. */
  | { readonly kind: 'usable' }
  /** `nearest` is the path that was probably meant, as it would be written in the plan. */
  | { readonly kind: 'missing'; readonly nearest: string | null }
  | { readonly kind: 'unusable'; readonly fault: ProgramFileFault };

export type ProgramFileFault = 'directory' | 'empty' | 'git-lfs-pointer' | 'not-executable';

/** A `script` is read by a program, and need not be executable. */
export type WrittenProgramKind = 'program' | 'script';

/** `program` is a path as it is written in the plan: relative to the plan's folder. */
export type ProgramFinder = (program: string, kind: WrittenProgramKind) => FoundProgram;

/** The checksum of a file of any size, which is never held as a whole. */
export type FileSummer = (path: string) => FileSum;
