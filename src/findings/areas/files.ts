/** Files that cannot be read as text. `kind` is what was expected: `plan`, `device file`, `settings file`. */
import { printable, renderNumber } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { quote } from '../sentence.ts';

type FileFacts = { readonly file: string; readonly kind: string };

export const fileSentences = {
  'file-missing': ({ file, kind }: FileFacts): Sentence => ({
    message: `the ${kind} ${quote(file)} does not exist`,
    help:
      kind === 'device file' || kind === 'artifact file'
        ? "check the path; it is relative to the plan's folder"
        : 'check the path; it is relative to the current folder',
  }),
  'file-is-directory': ({ file, kind }: FileFacts): Sentence => ({
    message: `${quote(file)} is a folder, expected a ${kind}`,
    help: `give the path of the ${kind} itself`,
  }),
  'file-not-regular': ({ file, kind }: FileFacts): Sentence => ({
    message: `${quote(file)} is a pipe, a socket or a device, expected a ${kind}`,
    help: `use a regular file as the ${kind}`,
  }),
  'file-outside': ({ file, kind }: FileFacts): Sentence =>
    kind === 'plan' || kind === 'settings file'
      ? {
          message: `the ${kind} ${quote(file)} links to a file outside its repository`,
          help: 'if you trust that file, add `--allow-outside`',
        }
      : {
          message: `the ${kind} ${quote(file)} is outside the plan's repository`,
          help: "move it into the plan's repository, or into the plan's folder if there is none; links count by their target; if you trust the plan, add `--allow-outside`",
        },
  'file-forbidden': ({ file, kind }: FileFacts): Sentence => ({
    message: `this user has no permission to read the ${kind} ${quote(file)}`,
    help: 'give the user who runs Breakwater permission to read it',
  }),
  'file-too-large': ({ file, kind, bytesMax }: FileFacts & { readonly bytesMax: number }): Sentence => ({
    message: `the ${kind} ${quote(file)} is larger than ${renderNumber(bytesMax / 1_048_576)} MiB`,
    help: kind === 'plan' ? 'move the serials to device files: `devices: { file: … }`' : null,
  }),
  'file-unreadable': ({ file, kind, reason }: FileFacts & { readonly reason: string }): Sentence => ({
    message: `the ${kind} ${quote(file)} cannot be read: ${printable(reason)}`,
    help: null,
  }),
  /** `byteOffset` counts from the start of the file; `byte` is the first wrong one. */
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
    message: 'the file is UTF-16, expected UTF-8',
    help: 'save the file as UTF-8',
  }),
  'text-binary': ({ byteOffset }: { readonly byteOffset: number }): Sentence => ({
    message: `the file is not text: there is a NUL character at offset ${renderNumber(byteOffset)}`,
    help: 'export the file as UTF-8 text',
  }),
};
