/** Devices in the order in which they are named, and where each is. */
import type { Place } from '../findings/source-place.ts';
import type { Serial } from './identifiers.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type ParsedDeviceFile = {
  /** `null` exactly when there is a diagnostic. It may be empty. */
  readonly list: DeviceTable | null;
  readonly diagnostics: readonly Diagnostic[];
};

export type DeviceList = {
  readonly serials: readonly Serial[];
  /** Where the serial with that index stands. Finding it may cost a walk through the file: for findings only. */
  readonly placeOf: (index: number) => Place;
  /** The device file that they come from; `null` for a list in the plan. */
  readonly file: string | null;
};

/** The devices of a device file, with all that it tells of them. */
export type DeviceTable = DeviceList & {
  readonly file: string;
  /** The columns' names; none for a file of bare serials. */
  readonly columns: readonly string[];
  /** One for each serial, a field for each column. */
  readonly rows: readonly (readonly string[])[];
};
