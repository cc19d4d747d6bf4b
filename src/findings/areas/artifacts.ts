/** Artifacts that a plan names by their files. */
import { printable, quoteForShell } from '../../base/text.ts';
import type { Sentence } from '../sentence.ts';
import { quote } from '../sentence.ts';

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
