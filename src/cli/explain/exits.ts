/** With which code a command ends, and why a run ends before it begins. */
import { CAUSES_OF_UNFINISHED } from '../../views/tables/situation-table.ts';
import type { Outcome } from '../../views/tables/outcomes.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { RunEnd } from '../../run/session/run-result.ts';
import type { StartBar } from '../../run/session/start-bar.ts';
import type { Refusal } from '../../rollout/entry.ts';

export const exitExplanations: Readonly<Record<Outcome, Explanation>> = {
  completed: {
    meaning: 'Done: the plan is valid, the rollout is complete, or the question is answered.',
    why: 'CI may go on. A rollout that is complete may still have devices that failed, within what its plan tolerates.',
    next: 'Nothing. `breakwater report` tells what happened to every device.',
    commands: ['breakwater report NAME'],
  },
  halted: {
    meaning: 'The rollout has halted or was aborted.',
    why: 'Nothing further is posted until a person decides. Running the plan again posts nothing either: it only watches what is in flight.',
    next: 'The status says why, and the ways on with their commands.',
    commands: ['breakwater status NAME'],
  },
  refused: {
    meaning: 'The plan, the settings or the command line is wrong.',
    why: 'Nothing was done. Running the same again ends the same.',
    next: 'Mend what the message says, and run it again.',
    commands: ['breakwater validate PLAN'],
  },
  unfinished: {
    meaning: 'Not finished: running it again continues.',
    why: `It has one of these causes. ${CAUSES_OF_UNFINISHED} Nothing is lost: what was posted is on record.`,
    next: 'Run the plan again, from CI on a schedule for example. Where it waits for a person, approve the wave or resume it first. After `follow-up`, ask again later, or close the open devices with a reason. Repeat any other command that was interrupted.',
    commands: [
      'breakwater status NAME',
      'breakwater run PLAN',
      'breakwater follow-up NAME',
      'breakwater follow-up NAME --accept-open --reason TEXT',
    ],
  },
  environment: {
    meaning: 'The environment is not as it should be: the API, the credentials or the record.',
    why: 'The API cannot be reached or refuses the key, or the record cannot be read or written. The rollout itself is neither halted nor finished.',
    next: 'Mend what the message says, and run it again: it goes on where its record stands.',
    commands: ['breakwater settings', 'breakwater run PLAN'],
  },
  held: {
    meaning: 'Another runner holds this rollout.',
    why: 'Two runners at one rollout would deploy to devices twice. One that is certainly dead holds nothing; in doubt, a person decides.',
    next: 'Wait for it (`--wait-lock 10m`), or stop it. If it is gone for good, on a machine that is no more, end its hold by the id that is shown.',
    commands: ['breakwater status NAME', 'breakwater unlock NAME --holder ID'],
  },
  'in-doubt': {
    meaning: 'A deployment is in doubt: nobody can tell whether it was made.',
    why: 'Its POST was sent and the answer was lost. The API can neither list deployments nor take one back, so posting it again could deploy to its devices twice.',
    next: 'Look for it in the Allxon portal; the status says by what to know it. Then settle it, and run the plan again.',
    commands: [
      'breakwater status NAME',
      'breakwater settle NAME --deployment KEY --adopt ID',
      'breakwater settle NAME --deployment KEY --not-created',
      'breakwater run PLAN',
    ],
  },
  different: {
    meaning: 'The plans differ.',
    why: 'Only `breakwater diff --exit-code` ends so, for scripts that go another way where nothing changes. It is no failure: without the flag it ends with 0.',
    next: 'What differs is told by `breakwater diff`.',
    commands: ['breakwater diff OLD NEW'],
  },
  bug: {
    meaning: 'A bug in Breakwater.',
    why: 'It broke a rule of its own and stopped, rather than go on with something that it does not understand. What was posted is on record.',
    next: 'Please report it, with the lines that it printed. See where the rollout stands before you run it again.',
    commands: ['breakwater status NAME'],
  },
};

export type RefusalCode =
  | Refusal['kind']
  | Extract<RunEnd['kind'], 'neighbours' | 'open-deployments'>
  | StartBar['kind']
  | 'two-records';

const NEW_NAME =
  'To deploy to all its devices again, give the plan a new name, or archive the record and start over (`--again`).';

export const refusalExplanations: Readonly<Record<RefusalCode, Explanation>> = {
  finished: {
    meaning: 'The rollout has already ended, with this very plan.',
    why: 'A name is used once, so that a job that runs twice does not deploy twice. The exit code is the one with which it had ended.',
    next: `Nothing, if that was known. ${NEW_NAME}`,
    commands: ['breakwater status NAME', 'breakwater run PLAN --again'],
  },
  'finished-otherwise': {
    meaning: 'The rollout has already ended, with another plan.',
    why: 'Whether the changed plan is a new rollout or an old one that was edited by mistake, only you know.',
    next: NEW_NAME,
    commands: ['breakwater status NAME', 'breakwater run PLAN --again'],
  },
  'plan-changed': {
    meaning: 'The plan differs in something that has already been begun.',
    why: 'Devices were deployed to by the plan on record. Waves that have begun keep their devices and settings, and their limits may become stricter. Another region, artifact, `whenInDoubt` or other arguments are refused, and so are looser limits and another order of what has begun.',
    next: 'Continue by the plan on record, or restore in the plan what has begun. If what has begun is wrong, abort the rollout, and give the changed plan a new name.',
    commands: ['breakwater run NAME', 'breakwater abort NAME --reason TEXT'],
  },
  'plan-unclear': {
    meaning: 'The plan on record and its digest do not belong together.',
    why: 'What a digest says of two plans and what a comparison of them says must agree. Where they do not, it is not known what would be deployed.',
    next: 'If a later release of Breakwater wrote the record, use that release. If the record was changed by hand, restore it.',
    commands: ['breakwater report NAME'],
  },
  'not-as-recorded': {
    meaning:
      'The rollout was to be continued or taken back by the plan on record, and the plan file says something else.',
    why: 'A record is data. In CI, and where the record is in a database, only a plan file that was reviewed may name programs and artifacts.',
    next: 'Compare the two. If the plan file is right, run it by its path. If the record is right, restore the plan file.',
    commands: ['breakwater status NAME', 'breakwater run PLAN'],
  },
  unfinished: {
    meaning: 'A rollout that is not finished is not started over.',
    why: '`--again` archives the record, and what is in flight would no longer be watched by anybody.',
    next: 'Leave `--again` out to go on with it, or end it for good first.',
    commands: ['breakwater run PLAN', 'breakwater abort NAME --reason TEXT'],
  },
  'other-world': {
    meaning: 'One of the two is simulated and the other is real: the run, or the record under its name.',
    why: 'A real rollout that went on from a simulated one would take devices for deployed that were never reached.',
    next: 'Use another `--state` for one of them. `run --simulate` without `--state` has a folder of its own.',
    commands: ['breakwater status NAME', 'breakwater run PLAN --simulate'],
  },
  'record-elsewhere': {
    meaning:
      'The rollout is on record in a folder `.breakwater` near the plan, and not in the place that is named.',
    why: 'Starting it in the named place would deploy to every device again. The place may be misspelt, or the record was not moved.',
    next: 'Continue it where it is on record, by `--state`; or move its folder to the named place.',
    commands: ['breakwater settings', 'breakwater status NAME --state PLACE'],
  },
  'two-records': {
    meaning:
      'The rollout is on record in more than one folder `.breakwater` near the plan, or only in one of another user.',
    why: 'Only one of the records tells what was done. Going by the other one would deploy to devices again.',
    next: 'See which of them is right, and name it by `--state`; or move the other one away.',
    commands: ['breakwater status NAME --state PLACE'],
  },
  'settings-above': {
    meaning:
      'A rollout would be started, and a settings file above its plan may name another place for the record.',
    why: 'Settings are looked for up to the root of the repository. Without a `.git`, only those in the folder of the plan hold. Where a `.git` has vanished, the settings that named the record would be passed over, and every device deployed to again.',
    next: 'Restore the `.git` beside the settings file. If the file is not for this plan, name the place of the record by `--state` or `BREAKWATER_STATE`.',
    commands: ['breakwater settings PLAN', 'breakwater run PLAN --state PLACE'],
  },
  'place-gone': {
    meaning: 'A saved plan names the place of its record, and the folder of that place is not there.',
    why: 'A repository or a folder was moved, and the record with it. Started in the old place, the rollout would begin anew.',
    next: 'Name the place where the record is by `--state`, or save the plan again where it is now.',
    commands: ['breakwater run PLAN --state PLACE', 'breakwater plan PLAN --out FILE'],
  },
  'nothing-on-record': {
    meaning: 'The run may only continue a rollout, and nothing of it is on record.',
    why: 'A job on a schedule starts nothing. A record that was moved or emptied looks like a rollout that was never started, and every device would be deployed to again.',
    next: 'See where the record is: `BREAKWATER_STATE` or `--state` may name another place. If the rollout is new, start it without `--continue-only`.',
    commands: ['breakwater settings', 'breakwater status', 'breakwater run PLAN'],
  },
  'place-ends-with-job': {
    meaning: 'In CI, the record of a new rollout would be in a place that ends with the job.',
    why: 'A workspace is thrown away. The next job would find nothing on record, and deploy to every device again.',
    next: 'Set `BREAKWATER_STATE` to a `postgres://` URL, or to a folder outside the workspace that is kept from job to job. If the place is kept although it does not look so, say `--start`.',
    commands: ['breakwater settings', 'breakwater run PLAN --start'],
  },
  'open-deployments': {
    meaning: 'Earlier rollouts of the same store left devices open that this one holds.',
    why: 'These devices timed out, never reported, or belong to a deployment in doubt. One that comes online later gets both artifacts, in an order that nobody decides. `--yes` does not agree to that.',
    next: 'Follow the earlier rollout up: devices that have ended since are no longer open. Close the others with a reason, or agree with `--allow-overlap`.',
    commands: [
      'breakwater follow-up NAME',
      'breakwater follow-up NAME --accept-open --reason TEXT',
      'breakwater run PLAN --allow-overlap',
    ],
  },
  neighbours: {
    meaning: 'Another unfinished rollout of the same store shares devices with this one.',
    why: 'Both would deploy to those devices, in turns, and each would judge what the other one did.',
    next: 'Let the other one end first, or abort it. One that has halted is watched to its end by running its plan once more. If both are meant, `--allow-overlap` says so.',
    commands: ['breakwater status', 'breakwater run PLAN --allow-overlap'],
  },
};
