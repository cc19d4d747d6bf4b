/** What is wrong, or probably not intended, in a well-formed plan, in its artifacts, and in saved plans. */
import { count, list, renderNumber, printable, quoteForShell } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote } from '../sentence.ts';

/** A threshold that several waves inherit from `defaults` is one finding that names these waves. */
type ThresholdFacts = {
  /** The key: `minSuccess` or `maxFailures`. */
  readonly key: string;
  /** As written: `3`, `5%`. */
  readonly threshold: string;
  /** The devices that it applies to; `wave` is `null` for the whole rollout. */
  readonly bases: readonly { readonly wave: string | null; readonly devices: number }[];
};

/** A `script` is what the program before it reads. */
type ProgramFacts = { readonly program: string; readonly kind: 'program' | 'script' };

type ProgramFault = keyof typeof PROGRAM_FAULTS;

type AboveFacts = { readonly needed: number } & Pick<ThresholdFacts, 'bases'>;

export const planSentences = {
  'duplicate-rollout': ({ rollout }: { readonly rollout: string }): Sentence => ({
    message: `two plans have the name ${quote(rollout)}`,
    help: 'give each plan its own name: a rollout is recorded under its name, and runs once',
  }),
  'duplicate-wave': ({ wave }: { readonly wave: string }): Sentence => ({
    message: `two waves have the name ${quote(wave)}`,
    help: 'give each wave its own name',
  }),
  'duration-out-of-range': ({
    key,
    least,
    most,
  }: {
    key: string;
    least: string;
    most: string;
  }): Sentence => ({
    message: `${quote(key)} must be from ${least} to ${most}`,
    help: null,
  }),
  'rollback-name-too-long': ({
    rollback,
    most,
  }: {
    readonly rollback: string;
    readonly most: number;
  }): Sentence => ({
    message: `the name of the rollback is too long: \`${rollback}\``,
    help: `shorten the name of the plan to at most ${most} characters, or remove \`rollback\``,
  }),
  'rollback-same-artifact': (): Sentence => ({
    message: '`rollback` deploys the same artifact as the plan, and has no `arguments`',
    help: 'name the artifact that the devices had before',
  }),
  'program-empty': (): Sentence => ({
    message: '`run` names no program',
    help: "write the program as the first entry: `run: ['./check.sh', '--max', '2']`",
  }),
  'program-is-line': ({ program }: { readonly program: string }): Sentence => ({
    message: `expected a program, found the command line ${quote(program)}`,
    help: `no shell runs it; write each word as an entry: \`run: [${program
      .trim()
      .split(/\s+/)
      .map((word) => `'${word}'`)
      .join(', ')}]\``,
  }),
  /** `nearest` is a path that is there. */
  'program-missing': ({
    program,
    kind,
    nearest,
  }: ProgramFacts & { readonly nearest: string | null }): Sentence => ({
    message: `there is no ${kind} ${quote(program)}`,
    help: didYouMean(nearest, `the path of a ${kind} is relative to the plan's folder`),
  }),
  'program-unusable': ({
    program,
    kind,
    fault,
  }: ProgramFacts & { readonly fault: ProgramFault }): Sentence => ({
    message: `the ${kind} ${quote(program)} cannot be run: ${PROGRAM_FAULTS[fault].message}`,
    help: PROGRAM_FAULTS[fault].help(program),
  }),
  'window-never-opens': ({ at }: { readonly at: string }): Sentence => ({
    message: `the window never opens: \`from\` and \`to\` are both ${quote(at)}`,
    help: 'for the whole day, write `from: 00:00` and `to: 24:00`',
  }),
  'time-zone-unknown': ({
    timeZone,
    nearest,
  }: {
    readonly timeZone: string;
    readonly nearest: string | null;
  }): Sentence => ({
    message: `${quote(timeZone)} is not a time zone`,
    help: didYouMean(nearest, 'write an IANA name, such as `Asia/Taipei`, or `UTC`'),
  }),
  'min-success-above-wave': ({ needed, bases }: AboveFacts): Sentence => ({
    message: `\`minSuccess\` needs ${count(needed, 'success', 'successes')}, more than there are devices in ${renderBases(bases)}`,
    help: 'lower it, or write a percentage',
  }),
  'threshold-allows-no-failure': ({ key, threshold, bases }: ThresholdFacts): Sentence => ({
    message:
      key === 'minSuccess'
        ? `${quote(`${key}: ${threshold}`)} is rounded up to all devices of ${renderBases(bases)}: the first failure halts the rollout`
        : `${quote(`${key}: ${threshold}`)} is rounded down to 0 failures in ${renderBases(bases)}: the first failure halts the rollout`,
    help: key === 'minSuccess' ? 'if this is intended, write `100%`' : 'if this is intended, write `0`',
  }),
  'threshold-never-trips': ({ key, threshold, bases }: ThresholdFacts): Sentence => ({
    message: `${quote(`${key}: ${threshold}`)} tolerates the failure of all devices of ${renderBases(bases)}: the rollout halts only if no device succeeds`,
    help: key === 'minSuccess' ? 'raise it' : 'lower it',
  }),
  /** `needed` and `tolerated` are numbers of devices, out of `devices`. */
  'thresholds-disagree': (facts: {
    readonly wave: string;
    readonly devices: number;
    readonly minSuccess: string;
    readonly needed: number;
    readonly maxFailures: string;
    readonly tolerated: number;
  }): Sentence => ({
    message:
      `in wave ${quote(facts.wave)} (${count(facts.devices, 'device')}), \`minSuccess: ${facts.minSuccess}\` tolerates ` +
      `${count(facts.devices - facts.needed, 'failure')}, but \`maxFailures: ${facts.maxFailures}\` tolerates ${renderNumber(facts.tolerated)}`,
    help: `keep only the stricter one: it decides, and halts the rollout at failure ${renderNumber(Math.min(facts.devices - facts.needed, facts.tolerated) + 1)}`,
  }),
  'batch-larger-than-wave': ({
    size,
    bases,
  }: { readonly size: number } & Pick<ThresholdFacts, 'bases'>): Sentence => ({
    message: `a batch of ${count(size, 'device')} is larger than ${renderBases(bases)}`,
    help: 'make batches smaller, or remove `batch`: a halt can stop only batches that are not deployed yet',
  }),
  'batch-parallel-unused': ({
    parallel,
    batches,
  }: {
    readonly parallel: number;
    readonly batches: number;
  }): Sentence => ({
    message: `\`parallel\` is ${renderNumber(parallel)}, but there ${batches === 1 ? 'is' : 'are'} only ${count(batches, 'batch', 'batches')}`,
    help: 'make batches smaller, or lower `parallel`',
  }),
  'argument-has-quote': ({ name }: { readonly name: string }): Sentence => ({
    message: `the value of argument ${quote(name)} contains a single quote, which ends the value on the device`,
    help: `use a value without a single quote: the device's script gets --${name}='…'`,
  }),
  'argument-has-control-character': ({
    name,
    codePoint,
  }: {
    readonly name: string;
    readonly codePoint: number;
  }): Sentence => ({
    message: `the value of argument ${quote(name)} contains ${renderControl(codePoint)}`,
    help:
      codePoint === 0x0a
        ? 'write the value on one line; replace `|` or `>` with `|-` or `>-` to remove the last line break'
        : 'remove it',
  }),
};

const PROGRAM_FAULTS = {
  directory: { message: 'it is a folder', help: () => 'name a file in the folder' },
  empty: { message: 'the file is empty', help: () => null },
  'git-lfs-pointer': {
    message: 'it is a pointer of Git LFS, not the file itself',
    help: () => 'fetch the files first: `git lfs pull`',
  },
  'not-executable': {
    message: 'the file is not executable',
    help: (program: string) =>
      `make it executable: \`chmod +x ${printable(quoteForShell(program))}\` in the plan's folder`,
  },
};

/** ``wave `canary` (3 devices), wave `rest` (4 devices) and 7 more``. */
function renderBases(bases: ThresholdFacts['bases']): string {
  const name = (wave: string | null): string => (wave === null ? 'the rollout' : `wave ${quote(wave)}`);
  return list(
    bases.map(({ wave, devices }) => `${name(wave)} (${count(devices, 'device')})`),
    3,
  );
}

function renderControl(codePoint: number): string {
  if (codePoint === 0x0a) return 'a line break';
  if (codePoint === 0x09) return 'a tab';
  return `the character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}, which is not text`;
}

// Why a saved plan is refused.

const SAVE_AGAIN = 'save the plan again: `breakwater plan PLAN --out FILE`';

export const savedPlanSentences = {
  'saved-plan-damaged': ({ detail }: { readonly detail: string }): Sentence => ({
    message: `the saved plan is damaged: ${detail}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-version': ({ found, known }: { readonly found: string; readonly known: number }): Sentence => ({
    message: `the version of the saved plan is ${found}; this release of Breakwater reads version ${renderNumber(known)}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-digest': ({
    written,
    actual,
  }: {
    readonly written: string;
    readonly actual: string;
  }): Sentence => ({
    message: `the saved plan was changed after it was saved: expected the digest ${written.slice(0, 12)}…, found ${actual.slice(0, 12)}…`,
    help: SAVE_AGAIN,
  }),
};

// Artifacts that a plan names by their files.

type NotUploadedFacts = {
  readonly file: string;
  readonly region: string;
  readonly md5: string;
  /** Whether an upload to the region has started, but is not finished. */
  readonly isBegun: boolean;
  /** The other region, if the file is uploaded there. */
  readonly elsewhere: string | null;
  /** The checksum of an earlier upload with the same file name. */
  readonly earlierMd5: string | null;
  /** The value of `--state`. */
  readonly state: string | null;
};

export const artifactSentences = {
  'artifact-unnamed': (): Sentence => ({
    message: '`artifact` has neither `uuid` nor `file`',
    help: "add the artifact's `uuid`, or the `file` that was uploaded",
  }),
  'artifact-uuid-and-file': (): Sentence => ({
    message: '`artifact` has both `uuid` and `file`',
    help: 'keep one of them; for a `file`, Breakwater reads the UUID from the record of its upload',
  }),
  'artifact-file-absent': ({ file }: { readonly file: string }): Sentence => ({
    message: `the artifact file ${quote(file)} does not exist here, so Breakwater cannot check its upload`,
    help: "check the path; it is relative to the plan's folder; `breakwater run` needs the file for its checksum",
  }),
  'artifact-not-uploaded': (facts: NotUploadedFacts): Sentence => ({
    message: describeNotUploaded(facts),
    help: `${facts.isBegun ? 'finish the upload' : 'upload it'}: \`${composeUpload(facts)}\``,
  }),
};

function describeNotUploaded(facts: NotUploadedFacts): string {
  const { file, region, md5, isBegun, elsewhere, earlierMd5 } = facts;
  if (isBegun) return `the upload of ${quote(file)} to ${region} is not finished`;
  if (elsewhere !== null) return `${quote(file)} is uploaded to ${elsewhere}, but not to ${region}`;
  if (earlierMd5 !== null) {
    return `${quote(file)} has changed since it was uploaded: its MD5 checksum was ${earlierMd5}, and is now ${md5}`;
  }
  return `${quote(file)} (MD5 checksum ${md5}) is not uploaded to ${region}`;
}

/** The whole command, so that it can be pasted. */
function composeUpload({ file, region, state }: NotUploadedFacts): string {
  const where = state === null ? '' : ` --state ${quoteForShell(state)}`;
  return printable(`breakwater artifact upload ${quoteForShell(file)} --region ${region}${where}`);
}
