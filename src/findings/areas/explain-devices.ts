import type { deviceSentences, fleetSentences } from './devices.ts';
import type { Explanation } from '../explanation.ts';

export const deviceExplanations: Readonly<Record<keyof typeof deviceSentences, Explanation>> = {
  'wave-has-no-device': {
    meaning: 'The device file of a wave names no device.',
    why: 'A wave without devices would pass at once and guard nothing. The file may have been cut short.',
    next: 'Add serials to the file, or remove the wave.',
  },
  'duplicate-device': {
    meaning: 'A serial stands twice, in one wave or in two.',
    why: 'A device is deployed to once, in one wave. Which of the two is meant, Breakwater does not guess.',
    next: 'Keep it in the wave that is meant. The finding shows both places.',
  },
  'duplicate-device-file': {
    meaning: 'Two waves name the same device file.',
    why: 'Every device in it would be deployed to twice.',
    next: 'Split the file, or remove one of the waves. To split a fleet by numbers, give the plan a `fleet` and the waves `take`.',
  },
  'too-many-devices': {
    meaning: 'The plan names more devices than one rollout takes.',
    why: 'Up to there, memory and time are measured and known.',
    next: 'Split it into several plans.',
  },
};

export const fleetExplanations: Readonly<Record<keyof typeof fleetSentences, Explanation>> = {
  'wave-without-devices': {
    meaning: 'A wave does not say which devices it has.',
    why: 'It has neither `devices` nor `take`, and no devices are assumed.',
    next: 'List them, name a file of them, or draw them from the fleet: `take: 10%`.',
  },
  'wave-devices-and-take': {
    meaning: 'A wave has both `devices` and `take`.',
    why: 'Whether the one is to be added to the other cannot be told.',
    next: 'Keep one of them. What a wave names in `devices` is not drawn by others.',
  },
  'where-without-take': {
    meaning: 'A wave has `where`, and draws nothing that it could choose among.',
    why: '`where` chooses among the devices of the fleet. It does not filter a list of devices.',
    next: 'Add `take`, `take: rest` for all that match, or remove `where`.',
  },
  'take-without-fleet': {
    meaning: 'A wave draws from a fleet, and the plan has none.',
    why: 'There is nothing to draw from.',
    next: 'Add `fleet: { file: fleet/devices.csv }` to the plan.',
  },
  'fleet-unused': {
    meaning: 'The plan names a fleet, and no wave draws from it.',
    why: 'The devices of the fleet are not deployed to, which may not be meant.',
    next: 'Give a wave `take`, or remove `fleet`.',
  },
  'fleet-seed-missing': {
    meaning: 'The order is shuffled, and no seed is given.',
    why: 'Without one, who is in which wave would change from run to run, and a review would have seen something else.',
    next: 'Add `seed: 1`, or any other. The same seed gives the same waves on every machine.',
  },
  'fleet-seed-unused': {
    meaning: 'A seed is given, and the order is that of the file.',
    why: 'The seed changes nothing, so the devices are not mixed as may be meant.',
    next: 'Add `order: shuffled`, or remove `seed`.',
  },
  'fleet-has-no-device': {
    meaning: 'The file of the fleet names no device.',
    why: 'Nothing can be drawn from it. It may have been cut short.',
    next: 'Add serials to the file.',
  },
  'duplicate-fleet-device': {
    meaning: 'A serial stands twice in the file of the fleet.',
    why: 'It could be drawn twice, and percentages would count it twice.',
    next: 'Keep one of the two rows. The finding shows both.',
  },
  'where-without-columns': {
    meaning: 'A wave chooses by columns, and the file of the fleet has none.',
    why: 'A `.txt` file holds serials only.',
    next: 'Make the fleet a `.csv` file with a header, or remove `where`.',
  },
  'fleet-column-unknown': {
    meaning: '`where` names a column that the file of the fleet does not have.',
    why: 'With a slip in its name, a wave would draw none of the devices that are meant.',
    next: 'Take the column that the finding proposes. Upper and lower case count.',
  },
  'where-value-unknown': {
    meaning: 'No device of the fleet has the value that `where` asks for.',
    why: 'Values are compared exactly. One that is nowhere in the column is most likely a slip.',
    next: 'Take the value that the finding proposes, or remove it.',
  },
  'wave-draws-nothing': {
    meaning: 'A wave draws from the fleet and gets no device.',
    why: 'Waves draw in their order: those before it may have left nothing, or nothing matches its `where`. A wave without devices would guard nothing.',
    next: 'Let other waves take less, choose other values, or remove the wave.',
    commands: ['breakwater plan PLAN --devices'],
  },
  'take-falls-short': {
    meaning: 'A wave asks for more devices than are left for it.',
    why: 'It gets what is left. Later waves and percentages then differ from what the numbers say.',
    next: 'Write `take: rest` if all that are left are meant.',
  },
  'fleet-devices-left': {
    meaning: 'Some devices of the fleet are in no wave.',
    why: 'They keep what they have. That may be meant, for a rollout to a part of the fleet.',
    next: 'Add a last wave with `take: rest` if all of them are meant.',
    commands: ['breakwater plan PLAN --devices'],
  },
};
