/** Exit codes, and why Breakwater refuses a run before it starts. */
import { CAUSES_OF_UNFINISHED } from '../../views/tables/situation-table.ts';
import type { Outcome } from '../../views/tables/outcomes.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { RunEnd } from '../../run/session/run-result.ts';
import type { StartBar } from '../../run/session/start-bar.ts';
import type { Refusal } from '../../rollout/entry.ts';

export const exitExplanations: Readonly<Record<Outcome, Explanation>> = {
  completed: {
    meaning: 'Done: the plan is valid, the rollout is complete, or the command printed what you asked for.',
    why: 'CI can continue. A complete rollout may still have failed devices, within the tolerance of its plan.',
    next: 'Nothing. `breakwater report` shows the result of every device.',
    commands: ['breakwater report NAME'],
  },
  halted: {
    meaning: 'The rollout halted or was aborted.',
    why: 'Nothing more is deployed until a person decides. If you run the plan again, Breakwater only polls the devices in flight.',
    next: 'The status shows the reason, and the commands to continue.',
    commands: ['breakwater status NAME'],
  },
  refused: {
    meaning: 'The plan, the settings or the command line is wrong.',
    why: 'Breakwater did nothing. If you run the same again, it ends the same way.',
    next: 'Fix what the message reports, and run it again.',
    commands: ['breakwater validate PLAN'],
  },
  unfinished: {
    meaning: 'Not finished: run it again to continue.',
    why: `It has one of these causes. ${CAUSES_OF_UNFINISHED} Nothing is lost: every deployment is on record.`,
    next: 'Run the plan again, for example on a schedule in CI. If it waits for a person, approve the wave or resume the rollout first. After `follow-up`, run it again later, or close the open devices with a reason. Repeat any other command that was interrupted.',
    commands: [
      'breakwater status NAME',
      'breakwater run PLAN',
      'breakwater follow-up NAME',
      'breakwater follow-up NAME --accept-open --reason TEXT',
    ],
  },
  environment: {
    meaning: 'The API, the credentials or the record failed.',
    why: 'The API is unreachable or refuses the key, or Breakwater cannot read or write the record. The rollout is neither halted nor finished.',
    next: 'Fix what the message reports, and run it again. The rollout continues from its record.',
    commands: ['breakwater settings', 'breakwater run PLAN'],
  },
  held: {
    meaning: 'Another runner has locked this rollout.',
    why: 'Two runners would deploy to devices twice. Breakwater ignores the lock of a runner that is certainly dead. If this is not certain, a person decides.',
    next: 'Wait for the other runner (`--wait-lock 10m`), or stop it. If its machine no longer exists, remove its lock with the ID that the message shows.',
    commands: ['breakwater status NAME', 'breakwater unlock NAME --holder ID'],
  },
  'in-doubt': {
    meaning: 'A deployment is in doubt: Breakwater does not know whether it exists.',
    why: 'Its POST request was sent, but the answer was lost. The API cannot list or cancel deployments. A second POST could deploy to its devices twice.',
    next: 'Look for it in the Allxon portal; the status shows how to find it. Then settle it, and run the plan again.',
    commands: [
      'breakwater status NAME',
      'breakwater settle NAME --deployment KEY --adopt ID',
      'breakwater settle NAME --deployment KEY --not-created',
      'breakwater run PLAN',
    ],
  },
  different: {
    meaning: 'The plans differ.',
    why: 'Only `breakwater diff --exit-code` ends this way, for scripts that act on a difference. It is not a failure: without the flag, the exit code is 0.',
    next: 'To see the differences, run `breakwater diff`.',
    commands: ['breakwater diff OLD NEW'],
  },
  bug: {
    meaning: 'A bug in Breakwater.',
    why: 'It broke one of its own rules, and stopped to be safe. Every deployment is on record.',
    next: 'Report the bug, with the lines that Breakwater printed. Check the status of the rollout before you run it again.',
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
    meaning: 'The rollout has already ended, with the same plan.',
    why: 'A name is used once, so that a job that runs twice does not deploy twice. The exit code is the same as at its end.',
    next: `If you expected this, do nothing. ${NEW_NAME}`,
    commands: ['breakwater status NAME', 'breakwater run PLAN --again'],
  },
  'finished-otherwise': {
    meaning: 'The rollout has already ended, with another plan.',
    why: 'The changed plan may be a new rollout, or an old plan that was edited by mistake. Only you know which.',
    next: NEW_NAME,
    commands: ['breakwater status NAME', 'breakwater run PLAN --again'],
  },
  'plan-changed': {
    meaning: 'The plan differs in a part that has already started.',
    why: 'Breakwater deployed to devices by the plan on record. Waves that have started keep their devices and settings, and their limits may only become stricter. A run is refused if the region, the artifact, the arguments, `whenInDoubt` or the order of started waves changed, or if a limit became looser.',
    next: 'Continue with the plan on record, or undo the changes to what has started. If what has started is wrong, abort the rollout, and give the changed plan a new name.',
    commands: ['breakwater run NAME', 'breakwater abort NAME --reason TEXT'],
  },
  'plan-unclear': {
    meaning: 'The plan on record does not match its digest.',
    why: 'The digests of two plans and a comparison of the plans must agree. If they do not, Breakwater does not know what it would deploy.',
    next: 'If a later release of Breakwater wrote the record, use that release. If someone edited the record, restore it.',
    commands: ['breakwater report NAME'],
  },
  'not-as-recorded': {
    meaning: 'You continue or roll back by the plan on record, but the plan file is different.',
    why: 'A record is not reviewed. In CI, or with the record in a database, programs and artifacts may come only from a plan file that was reviewed.',
    next: 'Compare the two. If the plan file is right, run it by its path. If the record is right, restore the plan file.',
    commands: ['breakwater status NAME', 'breakwater run PLAN'],
  },
  unfinished: {
    meaning: 'A rollout that is not finished cannot start over.',
    why: '`--again` archives the record. Then no run would poll the devices in flight.',
    next: 'To continue, run it without `--again`. To start over, abort the rollout first.',
    commands: ['breakwater run PLAN', 'breakwater abort NAME --reason TEXT'],
  },
  'other-world': {
    meaning: 'Either the run or the record under its name is simulated, and the other one is real.',
    why: 'If a real rollout continued a simulated one, it would skip devices that were never deployed to.',
    next: 'Use another `--state` for one of them. `run --simulate` without `--state` uses a separate folder.',
    commands: ['breakwater status NAME', 'breakwater run PLAN --simulate'],
  },
  'record-elsewhere': {
    meaning:
      'The rollout is on record in a folder `.breakwater` near the plan, but not in the place that you named.',
    why: 'A start in the named place would deploy to every device again. The place may be misspelled, or the record was not moved.',
    next: 'Continue it where it is on record, with `--state`, or move its folder to the named place.',
    commands: ['breakwater settings', 'breakwater status NAME --state PLACE'],
  },
  'two-records': {
    meaning:
      'Several folders `.breakwater` near the plan have a record of the rollout, or only one of another user.',
    why: 'Only one record says what was done. With the wrong record, Breakwater would deploy to devices again.',
    next: 'Find out which record is right, and name it with `--state`, or move the other one away.',
    commands: ['breakwater status NAME --state PLACE'],
  },
  'settings-above': {
    meaning:
      'The rollout would start, but a settings file above its plan may name another place for the record.',
    why: 'Breakwater searches for settings up to the root of the repository. Without a `.git`, it searches only the folder of the plan. If the `.git` was removed, Breakwater would ignore the settings that name the record, and deploy to every device again.',
    next: 'Restore the `.git` beside the settings file. If the file is not for this plan, name the place of the record with `--state` or `BREAKWATER_STATE`.',
    commands: ['breakwater settings PLAN', 'breakwater run PLAN --state PLACE'],
  },
  'place-gone': {
    meaning: 'A saved plan names the place of its record, but the folder of that place does not exist.',
    why: 'A repository or a folder was moved, and the record with it. In the old place, the rollout would start again from the beginning.',
    next: 'Name the place of the record with `--state`, or save the plan again where it is now.',
    commands: ['breakwater run PLAN --state PLACE', 'breakwater plan PLAN --out FILE'],
  },
  'nothing-on-record': {
    meaning: 'The run may only continue a rollout, but there is no record of it.',
    why: 'A job on a schedule must not start a rollout. If the record was moved or deleted, the rollout looks new, and Breakwater would deploy to every device again.',
    next: 'Find the record: `BREAKWATER_STATE` or `--state` may name another place. If the rollout is new, start it without `--continue-only`.',
    commands: ['breakwater settings', 'breakwater status', 'breakwater run PLAN'],
  },
  'place-ends-with-job': {
    meaning: 'In CI, the record of a new rollout would be in a place that is deleted after the job.',
    why: 'The CI service deletes a workspace. The next job would find no record, and deploy to every device again.',
    next: 'Set `BREAKWATER_STATE` to a `postgres://` URL, or to a folder outside the workspace that is kept between jobs. If the place is kept anyway, add `--start`.',
    commands: ['breakwater settings', 'breakwater run PLAN --start'],
  },
  'open-deployments': {
    meaning: 'Earlier rollouts in the same store have open devices that are also in this rollout.',
    why: 'These devices timed out, never reported, or belong to a deployment in doubt. If such a device comes online later, it gets both artifacts in an unknown order. `--yes` does not accept this.',
    next: 'Follow up the earlier rollout: devices that have ended since are no longer open. Close the others with a reason, or accept the overlap with `--allow-overlap`.',
    commands: [
      'breakwater follow-up NAME',
      'breakwater follow-up NAME --accept-open --reason TEXT',
      'breakwater run PLAN --allow-overlap',
    ],
  },
  neighbours: {
    meaning: 'Another unfinished rollout in the same store shares devices with this one.',
    why: 'Both would deploy to these devices, one after the other. Each rollout would count the results of the other one.',
    next: 'Wait until the other rollout ends, or abort it. If it has halted, run its plan again, to poll its devices until they end. If you want both, add `--allow-overlap`.',
    commands: ['breakwater status', 'breakwater run PLAN --allow-overlap'],
  },
};
