/**
 * What is known of one key of a plan, in one place: how a file writes it, what holds where no file says it, how it is
 * listed where two plans are compared, and what a change of it means. The records of these (`plan-keys.ts`,
 * `wave-keys.ts`) are typed over the resolved plan, so that a key without its entry does not compile.
 */
import { assert } from '../../base/assert.ts';

/** A value as text, under the key's name and what follows it (`''`, `.size`, `[0]`); `null` for what is not said. */
export type Entry = readonly [suffix: string, text: string | null];

/** `Written` is what a file says of the key and of what surrounds it. */
export type Setting<Written, Value, Listed = Value> = {
  /** As a plan file writes it. */
  readonly name: string;
  /** `undefined` where the file does not say it. */
  readonly read: (written: Written) => Value | undefined;
  /** What holds then; `undefined` leaves it out of the plan. */
  readonly unlessGiven: (written: Written) => Value;
  /** One text for each part that can differ; `paired` for what is paired and compared before the settings are. */
  readonly entries: ((value: Listed) => readonly Entry[]) | 'paired';
  /** Where two plans are compared, it is listed before the key of this name, and not where it is in a record. */
  readonly listedBefore?: string;
};

export type Key<Written, Value, Rule extends OnceBegun, Listed = Value> = Setting<Written, Value, Listed> & {
  readonly scope: Scope;
  readonly onceBegun: Rule;
};

/** The settings of `Whole`, one for each of its keys. A record of a plan has its keys in this order. */
export type SettingsOf<Whole, Written> = {
  readonly [Name in keyof Whole]-?: Setting<Written, Whole[Name]>;
};

/**
 * Where a file may say it: at the top of the plan; in each wave; in a wave or under `defaults`; or nowhere, because
 * Breakwater sets it.
 */
export type Scope = 'plan' | 'wave' | 'wave-or-defaults' | 'nowhere';

/**
 * What a changed plan means for the key once a wave has begun. `taken`: the new value holds. `kept`: the recorded one does.
 * `kept-program`: the same for what names programs, which a record that is not trusted may not. `limit`: the new one holds
 * if it is stricter. `refused`: the run is refused.
 */
export type OnceBegun = OfPlanOnceBegun | OfWaveOnceBegun;

/** A plan's own keys hold for what is to come, so none of them stays as it is on record. */
export type OfPlanOnceBegun = 'taken' | 'limit' | 'refused';

/** Of a wave that has begun nothing is taken from a changed plan but stricter limits. */
export type OfWaveOnceBegun = 'kept' | 'kept-program' | 'limit' | 'refused';

/** By convention the resolved name of a duration ends in `Ms`. `Said` is the part of a file that may say it. */
export type Bounds<Name, Said> = Name extends `${string}Ms` ? Duration<Said> : unknown;

export type Duration<Said> = {
  readonly name: string;
  /** The shortest that makes sense. */
  readonly leastMs: number;
  readonly textIn: (said: Said) => string | undefined;
};

/** For what the schema requires. */
export function required(): never {
  assert(false, 'a required key is in every plan that has passed the schema');
}

export const leftOut = (): undefined => undefined;

export function namesOf<Keys extends object>(keys: Keys): readonly (keyof Keys & string)[] {
  return Object.keys(keys) as (keyof Keys & string)[];
}

/** What is listed of each key of `Whole`. */
export type Listed<Whole> = {
  readonly [Name in keyof Whole]-?: Pick<
    Setting<never, unknown, Whole[Name]>,
    'name' | 'entries' | 'listedBefore'
  >;
};

/** The names of the keys in the order in which their differences are listed: that of a record, unless a key says another. */
export function listedNamesOf<Whole>(keys: Listed<Whole>): readonly (keyof Whole & string)[] {
  const names = namesOf(keys);
  return names
    .filter((name) => keys[name].listedBefore === undefined)
    .flatMap((name) => [...names.filter((other) => keys[other].listedBefore === name), name]);
}

/** The entries of all keys of a value that is itself the value of a key. */
export function listNested<Whole>(keys: Listed<Whole>, whole: Whole): readonly Entry[] {
  return listedNamesOf(keys).flatMap((key) => {
    const { name, entries } = keys[key];
    return entries === 'paired'
      ? []
      : entries(whole[key]).map(([suffix, text]): Entry => [`.${name}${suffix}`, text]);
  });
}

/** Every key read or defaulted; what is `undefined` is left out. */
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
