import type { planSentences, savedPlanSentences, artifactSentences } from './plan.ts';
import type { Explanation } from '../explanation.ts';

export const planExplanations: Readonly<Record<keyof typeof planSentences, Explanation>> = {
  'duplicate-rollout': {
    meaning: 'Two of the plans that were given have the same name.',
    why: 'A rollout is on record under its name. Of two plans with one name the first that is run is the rollout, and the other is refused as a changed plan of it, or taken for done.',
    next: 'Rename one of them. To change a rollout that has begun, edit its plan, and run it again.',
  },
  'duplicate-wave': {
    meaning: 'Two waves have the same name.',
    why: 'Waves are approved, retried and reported by their names; a name must mean one wave.',
    next: 'Rename one of them.',
  },
  'duration-out-of-range': {
    meaning: 'A duration is shorter or longer than makes sense at this place.',
    why: 'A time-out below a second would judge devices before they could report, and one of years is most likely a slip.',
    next: 'Choose one within the bounds that the finding names. Durations are written `90s`, `30m`, `1h30m`, `2d`.',
  },
  'rollback-name-too-long': {
    meaning: "The name that the rollout's rollback would have is too long.",
    why: 'A rollback is a rollout of its own, named `NAME.rollback`, and a name has at most 64 characters.',
    next: 'Shorten the name of the plan. It cannot be changed later, when a rollback is needed.',
  },
  'rollback-same-artifact': {
    meaning: 'The rollback would deploy the very artifact that it is to take back.',
    why: 'Devices would be given once more what they are to be freed from.',
    next: 'Name the artifact that they had before. If its arguments make the difference, write them under `rollback`.',
  },
  'program-empty': {
    meaning: 'A hook or a gate names no program.',
    why: 'There is nothing to run, and so nothing that could say whether to go on.',
    next: "Make the program the first entry of `run`: `run: ['./check.sh', '--max', '2']`.",
  },
  'program-is-line': {
    meaning: 'A whole command line stands where the name of a program is expected.',
    why: 'No shell takes it apart, so that nothing in it can be taken for another command.',
    next: "Write each word as an entry of its own, or name a shell if you want one: `run: [sh, -c, '…']`.",
  },
  'window-never-opens': {
    meaning: 'A window opens and closes at the same time of day.',
    why: 'A wave with this window would wait for ever.',
    next: 'Give it a length. The whole day is `from: 00:00` and `to: 24:00`; a window over midnight, `from: 22:00` and `to: 04:00`.',
  },
  'time-zone-unknown': {
    meaning: 'A window names a time zone that there is not.',
    why: 'Abbreviations such as `IST` mean several zones, and offsets such as `+08:00` do not know about summer time.',
    next: 'Write the IANA name of the zone: `Asia/Taipei`, `Europe/Berlin`, `UTC`.',
  },
  'min-success-above-wave': {
    meaning: '`minSuccess` needs more successes than the wave has devices.',
    why: 'The wave could never pass.',
    next: 'Lower the count, or write a percentage.',
  },
  'threshold-allows-no-failure': {
    meaning: 'A percentage comes to no failure at all, because the wave is small.',
    why: 'Percentages are rounded to the safe side: 5% of 10 devices is half a failure, which is none. The first device that fails halts the rollout.',
    next: 'If that is meant, write `maxFailures: 0` or `minSuccess: 100%`. If not, write a count: `maxFailures: 1`.',
  },
  'threshold-never-trips': {
    meaning: 'A threshold tolerates the failure of every device.',
    why: 'One success is enough to pass: the wave halts only where no device succeeds.',
    next: 'Lower `maxFailures`, or raise `minSuccess`.',
    commands: ['breakwater plan PLAN', 'breakwater rehearse PLAN --break 100%'],
  },
  'thresholds-disagree': {
    meaning: '`minSuccess` and `maxFailures` of a wave come to different numbers of failures.',
    why: 'The stricter one decides, so the other one says something that does not hold.',
    next: 'Keep the one that you mean.',
  },
  'batch-larger-than-wave': {
    meaning: 'A batch is larger than the wave, so the wave goes into one deployment.',
    why: 'Everything in a deployment is reached; a halt can spare only batches that are not posted yet. Here there are none.',
    next: 'Make the batches smaller, or leave `batch` out.',
    commands: ['breakwater plan PLAN'],
  },
  'batch-parallel-unused': {
    meaning: 'More deployments may be in flight at once than the wave has batches.',
    why: 'All batches are posted at once, so that no halt can spare one of them.',
    next: 'Make the batches smaller, or lower `parallel`.',
  },
  'argument-has-quote': {
    meaning: 'The value of an argument holds a single quote.',
    why: "The device's script is given `--name='value'`. A quote inside ends the value there, and what follows is read as something else.",
    next: 'Use a value without one, unless you know how the script of your artifact reads it.',
  },
  'argument-has-control-character': {
    meaning: 'The value of an argument holds a line break, a tab or another character that is not text.',
    why: "It cannot be passed on to the device's script as it stands, and is most often left by the way the text was written in YAML.",
    next: 'Write the value on one line. After `|` or `>`, write `|-` or `>-` to end it without a line break.',
  },
};

const SAVE_AGAIN = ['breakwater plan PLAN --out FILE'];

export const savedPlanExplanations: Readonly<Record<keyof typeof savedPlanSentences, Explanation>> = {
  'saved-plan-damaged': {
    meaning: 'A saved plan is not whole, or not a saved plan.',
    why: 'It says to the last device what was reviewed. One that cannot be read to its end is not run.',
    next: 'Save it again.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-version': {
    meaning: 'A saved plan was written by another version of Breakwater.',
    why: 'Its format has changed since, and what a key means could have changed with it.',
    next: 'Save it again with the version that runs it.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-digest': {
    meaning: 'A saved plan was changed after it was saved.',
    why: 'Its digest does not match its content, so it is not the one that was reviewed.',
    next: 'Change the plan itself, and save it again.',
    commands: SAVE_AGAIN,
  },
};

export const artifactExplanations: Readonly<Record<keyof typeof artifactSentences, Explanation>> = {
  'artifact-unnamed': {
    meaning: '`artifact` does not say which artifact.',
    why: 'What is deployed is never guessed.',
    next: 'Write its `uuid`, as the portal or `breakwater artifact upload` tells it, or the `file` that was uploaded.',
  },
  'artifact-uuid-and-file': {
    meaning: '`artifact` says both `uuid` and `file`.',
    why: 'The two could mean different artifacts.',
    next: 'Keep one of them. A `file` gets its UUID from the record of its upload.',
  },
  'artifact-file-absent': {
    meaning: 'The file of the artifact is not here, so its upload cannot be looked up.',
    why: 'An upload is known by the checksum of the file. On a machine that only checks plans that is no fault, so it is a warning; `plan` and `run` need the file.',
    next: 'Nothing, where plans are only checked. Where they are run, fetch the file to that path, or write the `uuid` in its place.',
  },
  'artifact-not-uploaded': {
    meaning: 'No upload of this very file to the region is on record.',
    why: 'Nothing can be deployed that the API does not have, and a file that has changed since its upload is another artifact. `validate` only warns; for `plan` and `run` it is an error.',
    next: 'Upload it; the finding has the whole command. If it was uploaded elsewhere, bring the record here: `artifacts.json` beside the rollouts, or the same `--state`.',
    commands: ['breakwater artifact upload FILE --region us'],
  },
};
