/** What is wrong, or probably not meant, in a plan that is well formed, in the artifacts that it names, and in saved plans. */
import { count, list, renderNumber, printable, quoteForShell } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { didYouMean, quote } from '../sentence.ts';

/** A threshold that several waves take from `defaults` is one finding that names them. */
type ThresholdFacts = {
  /** The key: `minSuccess` or `maxFailures`. */
  readonly key: string;
  /** As written: `3`, `5%`. */
  readonly threshold: string;
  /** What it is judged over; `wave` is `null` for the whole rollout. */
  readonly bases: readonly { readonly wave: string | null; readonly devices: number }[];
};

type AboveFacts = { readonly needed: number } & Pick<ThresholdFacts, 'bases'>;

export const planSentences = {
  'duplicate-rollout': ({ rollout }: { readonly rollout: string }): Sentence => ({
    message: `there are two plans of the rollout ${quote(rollout)}`,
    help: 'give each plan a name of its own: a rollout is on record under its name, and is run once',
  }),
  'duplicate-wave': ({ wave }: { readonly wave: string }): Sentence => ({
    message: `there are two waves named ${quote(wave)}`,
    help: 'give each wave a name of its own',
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
    message: `its rollback would be the rollout \`${rollback}\`, which is too long a name`,
    help: `with a \`rollback\`, a name has at most ${most} characters`,
  }),
  'rollback-same-artifact': (): Sentence => ({
    message: '`rollback` deploys the artifact that is to be taken back, without arguments of its own',
    help: 'name the artifact that the devices had before',
  }),
  'program-empty': (): Sentence => ({
    message: '`run` names no program',
    help: "its first entry is the program: `run: ['./check.sh', '--max', '2']`",
  }),
  'program-is-line': ({ program }: { readonly program: string }): Sentence => ({
    message: `${quote(program)} is a whole line, and there is no shell to take it apart`,
    help: `write each word as an entry: \`run: [${program
      .trim()
      .split(/\s+/)
      .map((word) => `'${word}'`)
      .join(', ')}]\``,
  }),
  'window-never-opens': ({ at }: { readonly at: string }): Sentence => ({
    message: `the window never opens: it opens and closes at ${quote(at)}`,
    help: 'for the whole day, write `from: 00:00` and `to: 24:00`',
  }),
  'time-zone-unknown': ({
    timeZone,
    nearest,
  }: {
    readonly timeZone: string;
    readonly nearest: string | null;
  }): Sentence => ({
    message: `there is no time zone ${quote(timeZone)}`,
    help: didYouMean(nearest, 'write its IANA name, such as `Asia/Taipei`, or `UTC`'),
  }),
  'min-success-above-wave': ({ needed, bases }: AboveFacts): Sentence => ({
    message: `\`minSuccess\` needs ${count(needed, 'success', 'successes')}, which is more than ${renderBases(bases)} could give`,
    help: 'lower it, or write a percentage',
  }),
  'threshold-allows-no-failure': ({ key, threshold, bases }: ThresholdFacts): Sentence => ({
    message:
      key === 'minSuccess'
        ? `${quote(`${key}: ${threshold}`)} is rounded up to every device of ${renderBases(bases)}: the first failure halts`
        : `${quote(`${key}: ${threshold}`)} is rounded down to 0 failures of ${renderBases(bases)}: the first one halts`,
    help: key === 'minSuccess' ? 'write `100%` if this is meant' : 'write `0` if this is meant',
  }),
  'threshold-never-trips': ({ key, threshold, bases }: ThresholdFacts): Sentence => ({
    message: `${quote(`${key}: ${threshold}`)} tolerates every failure of ${renderBases(bases)}: it halts only where no device succeeds`,
    help: key === 'minSuccess' ? 'raise it' : 'lower it',
  }),
  /** `needed` and `tolerated` are counts, out of `devices`. */
  'thresholds-disagree': (facts: {
    readonly wave: string;
    readonly devices: number;
    readonly minSuccess: string;
    readonly needed: number;
    readonly maxFailures: string;
    readonly tolerated: number;
  }): Sentence => ({
    message:
      `of the ${count(facts.devices, 'device')} of wave ${quote(facts.wave)}, \`minSuccess: ${facts.minSuccess}\` lets ` +
      `${renderNumber(facts.devices - facts.needed)} fail and \`maxFailures: ${facts.maxFailures}\` lets ${renderNumber(facts.tolerated)}`,
    help: `the stricter decides: failure #${renderNumber(Math.min(facts.devices - facts.needed, facts.tolerated) + 1)} halts; keep only that one`,
  }),
  'batch-larger-than-wave': ({
    size,
    bases,
  }: { readonly size: number } & Pick<ThresholdFacts, 'bases'>): Sentence => ({
    message: `a batch of ${renderNumber(size)} is never filled: it is larger than ${renderBases(bases)}`,
    help: 'a halt can spare only batches that are not posted yet: make them smaller, or leave `batch` out',
  }),
  'batch-parallel-unused': ({
    parallel,
    batches,
  }: {
    readonly parallel: number;
    readonly batches: number;
  }): Sentence => ({
    message: `\`parallel: ${renderNumber(parallel)}\` is more than the ${count(batches, 'batch', 'batches')} that there ${batches === 1 ? 'is' : 'are'}`,
    help: 'make batches smaller, or lower `parallel`',
  }),
  'argument-has-quote': ({ name }: { readonly name: string }): Sentence => ({
    message: `the value of argument ${quote(name)} holds a single quote, which ends the value on the device`,
    help: `the device's script is given --${name}='…'; use a value without a single quote`,
  }),
  'argument-has-control-character': ({
    name,
    codePoint,
  }: {
    readonly name: string;
    readonly codePoint: number;
  }): Sentence => ({
    message: `the value of argument ${quote(name)} holds ${renderControl(codePoint)}`,
    help:
      codePoint === 0x0a
        ? 'write the value on one line; after `|` or `>` write `|-` or `>-` to end it without a line break'
        : 'remove it',
  }),
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

// Why a saved plan is not taken.

const SAVE_AGAIN = 'save it again with `breakwater plan PLAN --out FILE`';

export const savedPlanSentences = {
  'saved-plan-damaged': ({ detail }: { readonly detail: string }): Sentence => ({
    message: `the saved plan is damaged: ${detail}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-version': ({ found, known }: { readonly found: string; readonly known: number }): Sentence => ({
    message: `the version of the saved plan is ${found}; this Breakwater reads ${renderNumber(known)}`,
    help: SAVE_AGAIN,
  }),
  'saved-plan-digest': ({
    written,
    actual,
  }: {
    readonly written: string;
    readonly actual: string;
  }): Sentence => ({
    message: `the saved plan was changed after it was saved: its digest says ${written.slice(0, 12)}…, its content is ${actual.slice(0, 12)}…`,
    help: SAVE_AGAIN,
  }),
};

// Artifacts that a plan names by their files.

type NotUploadedFacts = {
  readonly file: string;
  readonly region: string;
  readonly md5: string;
  /** Whether its upload to the region has been begun. */
  readonly isBegun: boolean;
  /** The other region, where it has been uploaded to that one. */
  readonly elsewhere: string | null;
  /** Of what was uploaded under its name before. */
  readonly earlierMd5: string | null;
  /** What `--state` was given. */
  readonly state: string | null;
};

export const artifactSentences = {
  'artifact-unnamed': (): Sentence => ({
    message: '`artifact` says neither `uuid` nor `file`',
    help: "write the artifact's `uuid`, or the `file` that was uploaded",
  }),
  'artifact-uuid-and-file': (): Sentence => ({
    message: '`artifact` says both `uuid` and `file`',
    help: 'keep one of them: a `file` gets its UUID from the record of its upload',
  }),
  'artifact-file-absent': ({ file }: { readonly file: string }): Sentence => ({
    message: `there is no artifact file ${quote(file)} here, so whether it has been uploaded cannot be told`,
    help: 'its path is relative to the plan; `breakwater run` needs the file itself, to know it by its checksum',
  }),
  'artifact-not-uploaded': (facts: NotUploadedFacts): Sentence => ({
    message: describeNotUploaded(facts),
    help: `${facts.isBegun ? 'go on with it' : 'upload it'}: \`${composeUpload(facts)}\``,
  }),
};

function describeNotUploaded(facts: NotUploadedFacts): string {
  const { file, region, md5, isBegun, elsewhere, earlierMd5 } = facts;
  if (isBegun) return `the upload of ${quote(file)} to ${region} has not been finished`;
  if (elsewhere !== null) return `${quote(file)} has been uploaded to ${elsewhere}, but not to ${region}`;
  if (earlierMd5 !== null) {
    return `${quote(file)} has changed since it was uploaded: its MD5 checksum is ${md5}, and was ${earlierMd5}`;
  }
  return `${quote(file)} has not been uploaded to ${region}, by its MD5 checksum ${md5}`;
}

/** Whole, so that it can be copied. */
function composeUpload({ file, region, state }: NotUploadedFacts): string {
  const where = state === null ? '' : ` --state ${quoteForShell(state)}`;
  return printable(`breakwater artifact upload ${quoteForShell(file)} --region ${region}${where}`);
}
