/** The devices of one wave, and where each is named. */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { Serial } from './identifiers.ts';

export type DeviceList = {
  readonly serials: readonly Serial[];
  /** Where the serial with that index stands. Finding it may cost a walk through the file: for findings only. */
  readonly placeOf: (index: number) => Place;
  /** The device file that they come from; `null` for a list in the plan. */
  readonly file: string | null;
};
