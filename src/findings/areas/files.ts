/** Files that cannot be read as text at all. `kind` says what the file was to be: `plan`, `device file`, `settings file`. */
import { printable, renderNumber } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { quote } from '../sentence.ts';

type FileFacts = { readonly file: string; readonly kind: string };

export const fileSentences = {
  'file-missing': ({ file, kind }: FileFacts): Sentence => ({
    message: `there is no ${kind} ${quote(file)}`,
    help:
      kind === 'device file' || kind === 'artifact file'
        ? `the path of ${kind === 'device file' ? 'a' : 'an'} ${kind} is relative to the plan's folder`
        : 'check the path; it is relative to the current folder',
  }),
  'file-is-directory': ({ file, kind }: FileFacts): Sentence => ({
    message: `${quote(file)} is a folder, not a ${kind}`,
    help: `name the ${kind} itself`,
  }),
  'file-not-regular': ({ file, kind }: FileFacts): Sentence => ({
    message: `${quote(file)} is a pipe, a socket or a device, not a ${kind}`,
    help: `name a regular file as the ${kind}`,
  }),
  'file-outside': ({ file, kind }: FileFacts): Sentence =>
    kind === 'plan' || kind === 'settings file'
      ? {
          message: `the ${kind} ${quote(file)} leads out of its repository`,
          help: 'if you trust where it leads, pass `--allow-outside`',
        }
      : {
          message: `the ${kind} ${quote(file)} is not in the plan's repository`,
          help: 'a plan may name files of its repository, or of its own folder where there is none, and a link counts by where it leads; if you trust the plan, pass `--allow-outside`',
        },
  'file-forbidden': ({ file, kind }: FileFacts): Sentence => ({
    message: `the ${kind} ${quote(file)} may not be read by this user`,
    help: 'give the user who runs Breakwater the right to read it',
  }),
  'file-too-large': ({ file, kind, bytesMax }: FileFacts & { readonly bytesMax: number }): Sentence => ({
    message: `the ${kind} ${quote(file)} is larger than ${renderNumber(bytesMax / 1_048_576)} MiB`,
    help: kind === 'plan' ? 'put the serials into device files: `devices: { file: … }`' : null,
  }),
  'file-unreadable': ({ file, kind, reason }: FileFacts & { readonly reason: string }): Sentence => ({
    message: `the ${kind} ${quote(file)} cannot be read: ${printable(reason)}`,
    help: null,
  }),
  /** `byteOffset` counts from the file's start; `byte` is the first that is wrong. */
  'text-not-utf8': ({
    byte,
    byteOffset,
  }: {
    readonly byte: number;
    readonly byteOffset: number;
  }): Sentence => ({
    message: `byte 0x${byte.toString(16).padStart(2, '0')} at offset ${renderNumber(byteOffset)} is not UTF-8`,
    help: 'save the file as UTF-8',
  }),
  'text-utf16': (): Sentence => ({
    message: 'the file is UTF-16; Breakwater reads UTF-8',
    help: 'save the file as UTF-8',
  }),
  'text-binary': ({ byteOffset }: { readonly byteOffset: number }): Sentence => ({
    message: `the file is not text: there is a NUL character at byte ${renderNumber(byteOffset)}`,
    help: 'if it was made by another program, export it as UTF-8 text',
  }),
};
