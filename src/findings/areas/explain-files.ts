import type { fileSentences } from './files.ts';
import type { Explanation } from '../explanation.ts';

export const fileExplanations: Readonly<Record<keyof typeof fileSentences, Explanation>> = {
  'file-missing': {
    meaning: 'A named file does not exist.',
    why: 'Without it, Breakwater does not know the devices of the plan, or what the plan deploys.',
    next: 'Check the spelling and the folder. A path on the command line is relative to the current folder. A path in a plan is relative to the plan.',
  },
  'file-is-directory': {
    meaning: 'A path is a folder. A file is expected.',
    why: 'A folder contains no plan and no serials itself. Breakwater does not guess which of its files you mean.',
    next: 'Give the path of the file itself.',
  },
  'file-not-regular': {
    meaning: 'A path is a pipe, a socket or a device. A file is expected.',
    why: 'Reading it can block, or never end.',
    next: 'Use a regular file. Write the output of a pipe to a file first.',
  },
  'file-outside': {
    meaning: "A path points outside the plan's repository.",
    why: "A plan may come from an unknown person's pull request. It must not show or deploy other files of the machine that reads it. Links count by their target.",
    next: 'Move the file into the repository. If you trust the plan and its files, add `--allow-outside`.',
    commands: ['breakwater validate PLAN --allow-outside'],
  },
  'file-forbidden': {
    meaning: 'The user who runs Breakwater has no permission to read the file.',
    why: 'If Breakwater skipped the file silently, a plan or a setting would have no effect.',
    next: 'Give that user permission to read it (`ls -l` shows the permissions), or run Breakwater as another user.',
  },
  'file-too-large': {
    meaning: 'The file is larger than Breakwater reads.',
    why: 'A plan comes from a pull request. The limit protects the memory of the machine that checks it.',
    next: 'Move serials to device files, which may be larger than a plan, and name them: `devices: { file: … }`. Split a device file that is too large.',
  },
  'file-unreadable': {
    meaning: 'The operating system could not read the file.',
    why: 'Breakwater does not use a file that it cannot read to the end: half a device file is half a wave.',
    next: 'The finding contains the message of the system. Check the disk, the network share or the mounts of the container, and try again.',
  },
  'text-not-utf8': {
    meaning: 'The file contains a byte that is not UTF-8.',
    why: 'In another encoding, a serial or an argument would have another value.',
    next: 'Save the file as UTF-8. The finding shows the first wrong byte and its place.',
  },
  'text-utf16': {
    meaning: 'The file is UTF-16. Some editors and shells on Windows save text this way.',
    why: 'Breakwater reads only UTF-8, so that every machine reads the same text.',
    next: 'Save it as UTF-8. In PowerShell: `Out-File -Encoding utf8`.',
  },
  'text-binary': {
    meaning: 'The file is not text: it contains a NUL character.',
    why: 'It is probably another kind of file, such as a spreadsheet or an archive.',
    next: 'Export it as text: a `.csv` file for devices, YAML for a plan.',
  },
};
