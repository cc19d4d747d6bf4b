/** How many devices are where, as text and as sums. */
import { colourOf } from '../../base/colour.ts';
import { renderNumber } from '../../base/text.ts';
import {
  addTallies,
  DEVICE_OUTCOMES,
  EMPTY_TALLY,
  inFlightOf,
  DEVICE_STATUSES,
} from '../../rollout/device-status.ts';
import type { DeviceOutcome, Tally } from '../../rollout/device-status.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { joined, tinted } from '../blocks/block.ts';
import type { Inline } from '../blocks/block.ts';

/** The outcomes that are failures, in the order in which they are told. */
export const FAILURES = DEVICE_OUTCOMES.filter((deviceOutcome) => deviceOutcome !== 'success');

export type FailureOutcome = Exclude<DeviceOutcome, 'success'>;

/**
 * `38 of 40 success, 1 failed, 1 in flight`; `40 waiting` where nothing has been posted. Zeros are left out. Of the
 * failures, those that were acknowledged are told where `acknowledged` is given: `3 failed (2 acknowledged)`.
 */
export function describeTally(tally: Tally, colours = colourOf(false), acknowledged = EMPTY_TALLY): string {
  return tallyPhrases(tally, acknowledged)
    .map(({ text, isFailure }) => (isFailure ? colours.red(text) : text))
    .join(', ');
}

/** The same, for a block. */
export function tallyInline(tally: Tally, acknowledged = EMPTY_TALLY): Inline {
  const phrases = tallyPhrases(tally, acknowledged);
  return joined(
    phrases.map(({ text, isFailure }) => tinted(isFailure ? 'red' : null, text)),
    ', ',
  );
}

type TallyPhrase = { readonly text: string; readonly isFailure: boolean };

function tallyPhrases(tally: Tally, acknowledged: Tally): readonly TallyPhrase[] {
  const total = sizeOf(tally);
  const plain = (text: string): TallyPhrase => ({ text, isFailure: false });
  const waiting = plain(`${renderNumber(tally.waiting)} waiting`);
  if (tally.waiting === total) return [waiting];
  return [
    plain(`${renderNumber(tally.success)} of ${renderNumber(total)} success`),
    ...FAILURES.filter((deviceOutcome) => tally[deviceOutcome] > 0).map((deviceOutcome) => ({
      text: `${renderNumber(tally[deviceOutcome])} ${deviceOutcome}${describeAcknowledged(acknowledged[deviceOutcome])}`,
      isFailure: true,
    })),
    ...(inFlightOf(tally) > 0 ? [plain(`${renderNumber(inFlightOf(tally))} in flight`)] : []),
    ...(tally.waiting > 0 ? [waiting] : []),
  ];
}

/** ` (2 acknowledged)`; nothing for none. */
export function describeAcknowledged(n: number): string {
  return n === 0 ? '' : ` (${renderNumber(n)} acknowledged)`;
}

/** How many devices a tally is of. */
function sizeOf(tally: Tally): number {
  return DEVICE_STATUSES.reduce((sum, deviceStatus) => sum + tally[deviceStatus], 0);
}

/** Devices in a outcome that is a failure, ignored rejections among them. */
export function failuresOf(tally: Tally): number {
  return FAILURES.reduce((sum, deviceOutcome) => sum + tally[deviceOutcome], 0);
}

export function totalTally(state: RolloutState): Tally {
  return state.waves.reduce((sum, { tally }) => addTallies(sum, tally), EMPTY_TALLY);
}

/** Of the failures of all waves, those that were acknowledged. */
export function acknowledgedTally(state: RolloutState): Tally {
  return state.waves.reduce((sum, { acknowledged }) => addTallies(sum, acknowledged), EMPTY_TALLY);
}
