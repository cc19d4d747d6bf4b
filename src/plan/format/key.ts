/**
 * All facts about one key of a plan: how a file writes it, its default, how a comparison of two plans lists it, and what a
 * change of it means. The records of these (`plan-keys.ts`, `wave-keys.ts`) are typed over the resolved plan, so that a key
 * without an entry does not compile.
 */
import { assert } from '../../base/assert.ts';

/** A value as text, with the suffix of the key's name (`''`, `.size`, `[0]`); `null` if the plan does not have it. */
export type Entry = readonly [suffix: string, text: string | null];

/** `Written` is the part of a file with the key and its context. */
export type Setting<Written, Value, Listed = Value> = {
  /** As in a plan file. */
  readonly name: string;
  /** `undefined` if the file does not have it. */
  readonly read: (written: Written) => Value | undefined;
  /** The default; `undefined` leaves it out of the plan. */
  readonly unlessGiven: (written: Written) => Value;
  /** One text for each part that can differ; `paired` for values that are compared separately. */
  readonly entries: ((value: Listed) => readonly Entry[]) | 'paired';
  /** A comparison of two plans lists it before the key with this name, and not at its place in a record. */
  readonly listedBefore?: string;
};

export type Key<Written, Value, Rule extends OnceBegun, Listed = Value> = Setting<Written, Value, Listed> & {
  readonly scope: Scope;
  readonly onceBegun: Rule;
};

/** The settings of `Whole`, one for each key. A resolved plan has its keys in this order. */
export type SettingsOf<Whole, Written> = {
  readonly [Name in keyof Whole]-?: Setting<Written, Whole[Name]>;
};

/**
 * Where a file may have it: at the top of the plan; in each wave; in a wave or under `defaults`; or nowhere, because
 * Breakwater sets it.
 */
export type Scope = 'plan' | 'wave' | 'wave-or-defaults' | 'nowhere';

/**
 * The effect of a changed value after a wave has started. `taken`: the new value applies. `kept`: the recorded value applies.
 * `kept-program`: the same for a value that names programs, which an untrusted record must not do. `limit`: the new value
 * applies if it is stricter. `refused`: the run is refused.
 */
export type OnceBegun = OfPlanOnceBegun | OfWaveOnceBegun;

/** Keys of the plan affect what comes next, so none keeps its recorded value. */
export type OfPlanOnceBegun = 'taken' | 'limit' | 'refused';

/** A started wave takes only stricter limits from a changed plan. */
export type OfWaveOnceBegun = 'kept' | 'kept-program' | 'limit' | 'refused';

/** By convention, the resolved name of a duration ends with `Ms`. `Said` is the part of a file that may have it. */
export type Bounds<Name, Said> = Name extends `${string}Ms` ? Duration<Said> : unknown;

export type Duration<Said> = {
  readonly name: string;
  /** The minimum. */
  readonly leastMs: number;
  readonly textIn: (said: Said) => string | undefined;
};

/** The default of a key that the schema requires. */
export function required(): never {
  assert(false, 'a required key is in every plan that has passed the schema');
}

export const leftOut = (): undefined => undefined;

export function namesOf<Keys extends object>(keys: Keys): readonly (keyof Keys & string)[] {
  return Object.keys(keys) as (keyof Keys & string)[];
}

/** How each key of `Whole` is listed. */
export type Listed<Whole> = {
  readonly [Name in keyof Whole]-?: Pick<
    Setting<never, unknown, Whole[Name]>,
    'name' | 'entries' | 'listedBefore'
  >;
};

/** The keys in the order of a comparison: as in a resolved plan, except keys with `listedBefore`. */
export function listedNamesOf<Whole>(keys: Listed<Whole>): readonly (keyof Whole & string)[] {
  const names = namesOf(keys);
  return names
    .filter((name) => keys[name].listedBefore === undefined)
    .flatMap((name) => [...names.filter((other) => keys[other].listedBefore === name), name]);
}

/** The entries of all keys of a nested value. */
export function listNested<Whole>(keys: Listed<Whole>, whole: Whole): readonly Entry[] {
  return listedNamesOf(keys).flatMap((key) => {
    const { name, entries } = keys[key];
    return entries === 'paired'
      ? []
      : entries(whole[key]).map(([suffix, text]): Entry => [`.${name}${suffix}`, text]);
  });
}

/** Reads every key, or takes its default; leaves out `undefined`. */
export function resolveKeys<Whole, Written>(keys: SettingsOf<Whole, Written>, written: Written): Whole {
  const entries = namesOf(keys).flatMap((name) => {
    const { read, unlessGiven } = keys[name];
    const said = read(written);
    const value = said === undefined ? unlessGiven(written) : said;
    return value === undefined ? [] : [[name, value] as const];
  });
  // The type of `keys` holds each value to the type of its key.
  return Object.fromEntries(entries) as Whole;
}
