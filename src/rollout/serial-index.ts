/**
 * From a device's serial to its place in a deployment. Devices are mostly asked for again at once, or in the order in which
 * they were posted, which is how the API lists them: so a few places are looked at from where the last one was found, and
 * the map, which takes long to build for a million devices, is built when that first fails.
 */
import type { Serial } from '../plan/identifiers.ts';

const LOOK_AHEAD = 8;

/** The index of a list that many ask about: it is kept as long as the list. */
export function indexOf(serials: readonly Serial[]): SerialIndex {
  const index = INDEXES.get(serials) ?? new SerialIndex(serials);
  INDEXES.set(serials, index);
  return index;
}

const INDEXES = new WeakMap<readonly Serial[], SerialIndex>();

export class SerialIndex {
  private readonly serials: readonly Serial[];
  private places: ReadonlyMap<Serial, number> | null = null;
  private last = 0;

  /** `serials` are all different, and are not copied. */
  constructor(serials: readonly Serial[]) {
    this.serials = serials;
  }

  /** `null` for a serial that is not among them. */
  find(serial: Serial): number | null {
    const place = this.lookAhead(serial) ?? this.lookUp(serial);
    if (place !== null) this.last = place;
    return place;
  }

  has(serial: Serial): boolean {
    return this.find(serial) !== null;
  }

  private lookAhead(serial: Serial): number | null {
    const end = Math.min(this.last + LOOK_AHEAD, this.serials.length);
    for (let place = this.last; place < end; place++) if (this.serials[place] === serial) return place;
    return null;
  }

  private lookUp(serial: Serial): number | null {
    this.places ??= new Map(this.serials.map((one, place) => [one, place]));
    return this.places.get(serial) ?? null;
  }
}
