import type { fileSentences } from './files.ts';
import type { Explanation } from '../explanation.ts';

export const fileExplanations: Readonly<Record<keyof typeof fileSentences, Explanation>> = {
  'file-missing': {
    meaning: 'A file that was named is not there.',
    why: 'Without it nobody can tell which devices the plan means, or what it deploys.',
    next: 'Check the spelling and the folder. What you type is relative to the current folder; what a plan names is relative to the plan.',
  },
  'file-is-directory': {
    meaning: 'A path leads to a folder where a file is expected.',
    why: 'A folder holds no plan and no serials; Breakwater does not guess which of its files is meant.',
    next: 'Name the file itself.',
  },
  'file-not-regular': {
    meaning: 'A path leads to a pipe, a socket or a device, where a file is expected.',
    why: 'Reading one may wait for ever, or never come to an end.',
    next: 'Name a regular file. What a pipe gives can be written to a file first.',
  },
  'file-outside': {
    meaning: "A path leads out of the plan's repository.",
    why: "A plan may be a stranger's pull request. What it names must not show, or deploy, what else is on the machine that reads it. A link counts by where it leads.",
    next: 'Put the file into the repository. If you trust the plan and where it leads, `--allow-outside` lifts this.',
    commands: ['breakwater validate PLAN --allow-outside'],
  },
  'file-forbidden': {
    meaning: 'The user who runs Breakwater may not read the file.',
    why: 'A file that is passed over in silence would be a plan or a setting that does not count.',
    next: 'Give that user the right to read it (`ls -l` shows who may), or run Breakwater as somebody who has it.',
  },
  'file-too-large': {
    meaning: 'The file is larger than Breakwater reads.',
    why: 'A plan comes from a pull request: the limit keeps one that was made to be huge from taking the memory of the machine that checks it.',
    next: 'Put serials into device files, which may be larger than a plan, and name them: `devices: { file: … }`. Split a device file that is too large.',
  },
  'file-unreadable': {
    meaning: 'The operating system could not read the file.',
    why: 'What could not be read to its end is not used at all: half a device file would be half a wave.',
    next: "The system's own words are in the finding. Look at the disk, the network share or the container's mounts, and try again.",
  },
  'text-not-utf8': {
    meaning: 'The file holds a byte that is not UTF-8.',
    why: 'Read in another encoding, a serial or an argument would become another one.',
    next: 'Save the file as UTF-8. The finding names the first wrong byte and where it stands.',
  },
  'text-utf16': {
    meaning: 'The file is UTF-16, as some editors and shells on Windows save text.',
    why: 'Breakwater reads UTF-8 only, so that every machine reads the same.',
    next: 'Save it as UTF-8. In PowerShell: `Out-File -Encoding utf8`.',
  },
  'text-binary': {
    meaning: 'The file is not text: a NUL character stands in it.',
    why: 'It is most likely another kind of file, such as a spreadsheet or an archive.',
    next: 'Export it as text: a `.csv` file for devices, YAML for a plan.',
  },
};
