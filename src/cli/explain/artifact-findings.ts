import type { ArtifactFindingCode } from '../../upload/check-artifact.ts';
import type { Explanation } from '../../findings/explanation.ts';

const CHECK = 'breakwater artifact check FILE';
const LIFTED = 'If the artifact is meant so, add `--allow-unusual`.';
const BUILD = 'Build the artifact again.';

export const artifactFindingExplanations: Readonly<Record<ArtifactFindingCode, Explanation>> = {
  'artifact-digest': {
    meaning: 'The 32 digits in the name are not those of this file and name.',
    why: 'They are the MD5 checksum of `<MD5 of the file>-<rest of the name>`. So either the file has changed since it was named, or the name has, or another tool made it. Nothing promises that every tool keeps to this, so it is a warning.',
    next: 'Build the artifact again, or rename the file as the message says.',
    commands: [CHECK],
  },
  'artifact-script': {
    meaning: 'The root of the archive does not hold the script that devices run.',
    why: 'A device unpacks the archive and runs `ota_deploy.sh` (Linux) or `ota_deploy.bat` (Windows) in its root. Without it, every device fails.',
    next: `Pack the content of the folder, not the folder itself, and check the letter L or W in the name. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-path': {
    meaning: 'An entry of the archive may be written outside the folder that it is unpacked in.',
    why: 'Its name is absolute, contains `..`, or contains control characters. Unpackers differ in what they then do.',
    next: `Pack the files with relative names. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-link': {
    meaning: 'A link in the archive leads out of it, or an entry lies behind a link.',
    why: 'What such an entry reads or overwrites depends on the device that unpacks it.',
    next: `Pack the files themselves, or make the links relative. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-special': {
    meaning: 'An entry of the archive is a device, a pipe or a socket.',
    why: 'Only a privileged unpacker can make one, and others fail.',
    next: `Leave it out and create it in the script. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-duplicate': {
    meaning: 'The archive holds two entries of the same name.',
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
    meaning: 'The archive unpacks to far more than its size suggests.',
    why: 'It could fill the disk of every device. It was not read to its end, so the rest is not checked.',
    next: `Look at what it holds. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-unchecked': {
    meaning: 'The archive uses something that this release cannot read.',
    why: 'What could not be read was not checked.',
    next: `Pack it with plain tar and gzip, or plain zip. ${LIFTED}`,
    commands: [CHECK],
  },
  'archive-damaged': {
    meaning: 'The file is not a whole archive of the kind that its name says.',
    why: 'It ends too early, was changed, or is another kind of file. Devices could not unpack it, so nothing lifts this error.',
    next: `${BUILD} If it was copied or fetched, do that again.`,
    commands: [CHECK],
  },
  'archive-changed': {
    meaning: 'The file has changed while it was checked.',
    why: 'What was checked is not what is there now.',
    next: 'Wait until nothing writes to it, and check it again.',
    commands: [CHECK],
  },
};
