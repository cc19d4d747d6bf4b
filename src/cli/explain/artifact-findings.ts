import type { ArtifactFindingCode } from '../../upload/check-artifact.ts';
import type { Explanation } from '../../findings/explanation.ts';

const CHECK = 'breakwater artifact check FILE';
const LIFTED = 'If this is intended, add `--allow-unusual`.';
const BUILD = 'Build the artifact again.';

export const artifactFindingExplanations: Readonly<Record<ArtifactFindingCode, Explanation>> = {
  'artifact-digest': {
    meaning: 'The 32 digits in the name do not match this file and its name.',
    why: 'They are the MD5 checksum of `<MD5 of the file>-<rest of the name>`. The file or the name has changed since, or another tool made the name. Other tools may name files differently, so this is a warning.',
    next: 'Build the artifact again, or rename the file as the message says.',
    commands: [CHECK],
  },
  'artifact-script': {
    meaning: 'The root of the archive does not contain the script that devices run.',
    why: 'A device unpacks the archive and runs `ota_deploy.sh` (Linux) or `ota_deploy.bat` (Windows) in its root. Without the script, every device fails.',
    next: `Pack the content of the folder, not the folder itself. Check the letter L or W in the name. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-path': {
    meaning: 'Unpacking may write an entry of the archive outside its folder.',
    why: 'The name of the entry is absolute, contains `..`, or contains control characters. Unpackers handle such names differently.',
    next: `Pack the files with relative names. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-link': {
    meaning: 'A link in the archive points outside it, or the path of an entry goes through a link.',
    why: 'The device that unpacks the archive decides what such an entry reads or overwrites.',
    next: `Pack the files themselves, or make the links relative. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-special': {
    meaning: 'An entry of the archive is a device, a pipe or a socket.',
    why: 'Only a privileged unpacker can create it. Others fail.',
    next: `Remove it from the archive, and create it in the script. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-duplicate': {
    meaning: 'The archive contains two entries with the same name.',
    why: 'Some unpackers keep the first and some the last, so devices may get different files.',
    next: `${BUILD} ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-encrypted': {
    meaning: 'An entry of the archive is encrypted.',
    why: 'A device has no password for it.',
    next: `Pack it without a password. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-size': {
    meaning: 'The archive unpacks to much more data than its size suggests.',
    why: 'It could fill the disk of every device. Breakwater stopped reading it, so the rest is not checked.',
    next: `Check what it contains. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-unchecked': {
    meaning: 'The archive uses a feature that this release cannot read.',
    why: 'Breakwater did not check the part that it cannot read.',
    next: `Pack it with plain tar and gzip, or plain zip. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-damaged': {
    meaning: 'The file is not a complete archive of the format in its name.',
    why: 'It ends too early, was changed, or is another kind of file. Devices could not unpack it, so no flag allows it.',
    next: `${BUILD} If it was copied or downloaded, do that again.`,
    commands: [CHECK],
  },
  'archive-changed': {
    meaning: 'The file changed during the check.',
    why: 'The check read another content than the file has now.',
    next: 'Wait until no program writes to it, and check it again.',
    commands: [CHECK],
  },
};
