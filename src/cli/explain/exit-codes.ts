import { CAUSES_OF_UNFINISHED } from '../../views/tables/exit-meaning.ts';
import type { Outcome } from '../../views/tables/outcomes.ts';
import type { Explanation } from '../../findings/explanation.ts';

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
