import type { planSentences, savedPlanSentences, artifactSentences } from './plan.ts';
import type { Explanation } from '../explanation.ts';

export const planExplanations: Readonly<Record<keyof typeof planSentences, Explanation>> = {
  'duplicate-rollout': {
    meaning: 'Two of the given plans have the same name.',
    why: 'A rollout is recorded under its name, and the first plan that runs takes the name. Breakwater then refuses the other plan as a changed plan, or reports it as finished.',
    next: 'Rename one of them. To change a rollout that has started, edit its plan and run it again.',
  },
  'duplicate-wave': {
    meaning: 'Two waves have the same name.',
    why: 'People approve, retry and report waves by name, so each name must mean one wave.',
    next: 'Rename one of them.',
  },
  'duration-out-of-range': {
    meaning: 'A duration is too short or too long for its key.',
    why: 'With a timeout below one second, a device would fail before it can report. A timeout of years is probably a typing mistake.',
    next: 'Write a duration within the limits that the finding shows, for example `90s`, `30m`, `1h30m` or `2d`.',
  },
  'rollback-name-too-long': {
    meaning: 'The name of the rollback of this rollout is too long.',
    why: 'A rollback is a separate rollout with the name `NAME.rollback`. A name has at most 64 characters.',
    next: 'Shorten the name of the plan now. You cannot change it later, when you need the rollback.',
  },
  'rollback-same-artifact': {
    meaning: 'The rollback deploys the same artifact as the rollout.',
    why: 'Devices would get the bad artifact again.',
    next: 'Name the artifact that the devices had before. If other arguments make the difference, write them under `rollback`.',
  },
  'program-empty': {
    meaning: 'A hook or a gate names no program.',
    why: 'There is no program to run, so nothing can decide whether the rollout continues.',
    next: "Write the program as the first entry of `run`: `run: ['./check.sh', '--max', '2']`.",
  },
  'program-is-line': {
    meaning: 'The name of a program is a whole command line.',
    why: 'No shell reads the line, so nothing in it can become another command.',
    next: "Write each word as its own entry. If you want a shell, name it: `run: [sh, -c, '…']`.",
  },
  'program-missing': {
    meaning: 'A hook or a gate names a program, by its path, that is not there.',
    why: 'A rollout runs a gate after the soak of its wave, and halts if it cannot. That may be days after the start.',
    next: "Correct the path. It is relative to the plan's folder. If only the machine that runs the rollout has the program, ignore the warning. A name without a slash is looked for in `PATH` there, and is not checked.",
  },
  'program-unusable': {
    meaning:
      'A hook or a gate names a file that cannot be run, such as a folder or a file that is not executable.',
    why: 'A rollout runs a gate after the soak of its wave, and halts if it cannot. That may be days after the start.',
    next: 'Fix what the message reports. Git keeps whether a file is executable: `git update-index --chmod=+x FILE`.',
  },
  'window-never-opens': {
    meaning: 'A window opens and closes at the same time of day.',
    why: 'A wave with this window would never start.',
    next: 'Change `from` or `to`. Write the whole day as `from: 00:00` and `to: 24:00`, and a window over midnight as `from: 22:00` and `to: 04:00`.',
  },
  'time-zone-unknown': {
    meaning: 'The time zone of a window does not exist.',
    why: 'Abbreviations such as `IST` mean several zones. Offsets such as `+08:00` do not follow daylight saving time.',
    next: 'Write the IANA name of the zone: `Asia/Taipei`, `Europe/Berlin`, `UTC`.',
  },
  'min-success-above-wave': {
    meaning: '`minSuccess` needs more successes than the wave has devices.',
    why: 'The wave could never pass.',
    next: 'Lower the number, or write a percentage.',
  },
  'threshold-allows-no-failure': {
    meaning: 'A percentage tolerates no failure, because the wave is small.',
    why: 'Percentages are rounded to the strict side: 5% of 10 devices is half a device, so 0 failures are tolerated. The first device that fails halts the rollout.',
    next: 'If this is intended, write `maxFailures: 0` or `minSuccess: 100%`. Otherwise write a number: `maxFailures: 1`.',
  },
  'threshold-never-trips': {
    meaning: 'A threshold tolerates the failure of every device.',
    why: 'One success is enough to pass. The wave halts only if no device succeeds.',
    next: 'Lower `maxFailures`, or raise `minSuccess`.',
    commands: ['breakwater plan PLAN', 'breakwater rehearse PLAN --break 100%'],
  },
  'thresholds-disagree': {
    meaning: '`minSuccess` and `maxFailures` of a wave tolerate different numbers of failures.',
    why: 'The stricter one decides, so the other one has no effect.',
    next: 'Keep the one that you want.',
  },
  'batch-larger-than-wave': {
    meaning: 'A batch is larger than its wave, so the whole wave is one deployment.',
    why: 'A deployment reaches all its devices. A halt can stop only batches that are not deployed yet, and here there are none.',
    next: 'Make the batches smaller, or remove `batch`.',
    commands: ['breakwater plan PLAN'],
  },
  'batch-parallel-unused': {
    meaning: '`parallel` is higher than the number of batches of the wave.',
    why: 'Breakwater deploys all batches at once, so a halt cannot stop any of them.',
    next: 'Make the batches smaller, or lower `parallel`.',
  },
  'argument-has-quote': {
    meaning: 'The value of an argument contains a single quote.',
    why: "The device's script gets `--name='value'`. A quote inside the value ends it, and the script misreads the rest.",
    next: 'Use a value without a single quote, unless you know how the script of your artifact reads it.',
  },
  'argument-has-control-character': {
    meaning: 'The value of an argument contains a line break, a tab or another character that is not text.',
    why: "The device's script cannot get such a value. The way the text is written in YAML often causes the line break.",
    next: 'Write the value on one line. To remove the last line break, replace `|` or `>` with `|-` or `>-`.',
  },
};

const SAVE_AGAIN = ['breakwater plan PLAN --out FILE'];

export const savedPlanExplanations: Readonly<Record<keyof typeof savedPlanSentences, Explanation>> = {
  'saved-plan-damaged': {
    meaning: 'A saved plan is not complete, or the file is not a saved plan.',
    why: 'A saved plan lists every device that was reviewed. Breakwater does not run one that it cannot read to the end.',
    next: 'Save the plan again.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-version': {
    meaning: 'Another version of Breakwater wrote the saved plan.',
    why: 'The format has changed, and the meaning of a key may have changed too.',
    next: 'Save the plan again, with the version that runs it.',
    commands: SAVE_AGAIN,
  },
  'saved-plan-digest': {
    meaning: 'A saved plan was changed after it was saved.',
    why: 'Its digest does not match its content, so it is not the plan that was reviewed.',
    next: 'Change the plan file, and save the plan again.',
    commands: SAVE_AGAIN,
  },
};

export const artifactExplanations: Readonly<Record<keyof typeof artifactSentences, Explanation>> = {
  'artifact-unnamed': {
    meaning: '`artifact` does not name an artifact.',
    why: 'Breakwater does not guess what to deploy.',
    next: 'Add its `uuid`, as the portal or `breakwater artifact upload` shows it, or the `file` that was uploaded.',
  },
  'artifact-uuid-and-file': {
    meaning: '`artifact` has both `uuid` and `file`.',
    why: 'The two could mean different artifacts.',
    next: 'Keep one of them. For a `file`, Breakwater reads the UUID from the record of its upload.',
  },
  'artifact-file-absent': {
    meaning: 'The file of the artifact does not exist here, so Breakwater cannot look up its upload.',
    why: 'Breakwater identifies an upload by the checksum of the file. `validate` only warns, because a machine that checks plans needs no artifacts. `plan` and `run` need the file.',
    next: 'If the machine only checks plans, do nothing. To run the plan, copy the file to that path, or replace `file` with the `uuid`.',
  },
  'artifact-not-uploaded': {
    meaning: 'There is no record of an upload of exactly this file to the region.',
    why: 'Breakwater can deploy only what the API has. A file that has changed since its upload is another artifact. `validate` only warns; for `plan` and `run` this is an error.',
    next: 'Upload it; the finding contains the whole command. If it was uploaded elsewhere, copy that record here (`artifacts.json` beside the rollouts), or use the same `--state`.',
    commands: ['breakwater artifact upload FILE --region us'],
  },
};
