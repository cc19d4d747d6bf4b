import type { deviceSentences, fleetSentences } from './devices.ts';
import type { Explanation } from '../explanation.ts';

export const deviceExplanations: Readonly<Record<keyof typeof deviceSentences, Explanation>> = {
  'wave-has-no-device': {
    meaning: 'The device file of a wave contains no serials.',
    why: 'A wave without devices would pass at once and protect nothing. The file may have been cut off.',
    next: 'Add serials to the file, or remove the wave.',
  },
  'duplicate-device': {
    meaning: 'A serial is listed twice, in one wave or in two waves.',
    why: 'Breakwater deploys to a device once, in one wave. It does not guess which wave you mean.',
    next: 'Keep the serial in the right wave. The finding shows both places.',
  },
  'duplicate-device-file': {
    meaning: 'Two waves name the same device file.',
    why: 'Every device in it would get the deployment twice.',
    next: 'Split the file, or remove one of the waves. To split a fleet by numbers, give the plan a `fleet` and the waves `take`.',
  },
  'too-many-devices': {
    meaning: 'The plan has more devices than one rollout accepts.',
    why: 'Memory and time are measured only up to this limit.',
    next: 'Split it into several plans.',
  },
};

export const fleetExplanations: Readonly<Record<keyof typeof fleetSentences, Explanation>> = {
  'wave-without-devices': {
    meaning: 'A wave does not say which devices it has.',
    why: 'It has neither `devices` nor `take`, and Breakwater does not choose devices itself.',
    next: 'List its devices, name a device file, or draw devices from the fleet: `take: 10%`.',
  },
  'wave-devices-and-take': {
    meaning: 'A wave has both `devices` and `take`.',
    why: 'Breakwater cannot know whether you want both groups of devices or one of them.',
    next: 'Keep one of them. Other waves do not draw the devices that a wave lists under `devices`.',
  },
  'where-without-take': {
    meaning: 'A wave has `where`, but it draws no devices from the fleet.',
    why: '`where` filters the devices of the fleet. It does not filter a list of devices.',
    next: 'Add `take`, or remove `where`. `take: rest` draws all devices that match.',
  },
  'take-without-fleet': {
    meaning: 'A wave draws devices from a fleet, but the plan has no fleet.',
    why: 'There are no devices to draw.',
    next: 'Add `fleet: { file: fleet/devices.csv }` to the plan.',
  },
  'fleet-unused': {
    meaning: 'The plan has a fleet, but no wave draws devices from it.',
    why: 'The devices of the fleet get no deployment, which is probably not intended.',
    next: 'Add `take` to a wave, or remove `fleet`.',
  },
  'fleet-seed-missing': {
    meaning: 'The order of the fleet is shuffled, but there is no seed.',
    why: 'Without a seed, the devices of each wave would change from run to run. A review would have shown other waves.',
    next: 'Add `seed: 1`, or any other seed. The same seed gives the same waves on every machine.',
  },
  'fleet-seed-unused': {
    meaning: 'The plan gives a seed, but the fleet keeps the order of its file.',
    why: 'The seed has no effect, so the devices are not mixed. You may have expected that they are.',
    next: 'Add `order: shuffled`, or remove `seed`.',
  },
  'fleet-has-no-device': {
    meaning: 'The file of the fleet contains no serials.',
    why: 'Waves can draw no devices from it. The file may have been cut off.',
    next: 'Add serials to the file.',
  },
  'duplicate-fleet-device': {
    meaning: 'A serial is listed twice in the file of the fleet.',
    why: 'Two waves could draw it, and percentages would count it twice.',
    next: 'Keep one of the two rows. The finding shows both.',
  },
  'where-without-columns': {
    meaning: 'A wave has `where`, but the file of the fleet has no columns.',
    why: '`where` filters by columns. A `.txt` file contains only serials.',
    next: 'Make the fleet a `.csv` file with a header, or remove `where`.',
  },
  'fleet-column-unknown': {
    meaning: '`where` names a column that the file of the fleet does not have.',
    why: 'With a misspelled column, a wave would draw none of the intended devices.',
    next: 'Use the column that the finding suggests. Upper and lower case matter.',
  },
  'where-value-unknown': {
    meaning: 'No device of the fleet has the value that `where` asks for.',
    why: 'Breakwater compares values exactly. A value that the column does not contain is probably misspelled.',
    next: 'Use the value that the finding suggests, or remove the value.',
  },
  'wave-draws-nothing': {
    meaning: 'A wave draws from the fleet and gets no device.',
    why: 'Waves draw in their order: earlier waves may have left no devices, or no device matches the `where` of this wave. A wave without devices protects nothing.',
    next: 'Reduce `take` of other waves, choose other values, or remove the wave.',
    commands: ['breakwater plan PLAN --devices'],
  },
  'take-falls-short': {
    meaning: 'A wave asks for more devices than are left for it.',
    why: 'It gets the devices that are left. Later waves and percentages then differ from the numbers in the plan.',
    next: 'If you want all devices that are left, write `take: rest`.',
  },
  'fleet-devices-left': {
    meaning: 'Some devices of the fleet are in no wave.',
    why: 'They keep their current artifact. This can be intended, for a rollout to a part of the fleet.',
    next: 'To include all devices, add a last wave with `take: rest`.',
    commands: ['breakwater plan PLAN --devices'],
  },
};
