/** The fleet of the plan, and the devices that its waves draw from it. */
import { present } from '../base/assert.ts';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { FINDINGS_PER_CODE_MAX, noteLeftOut, makeError, makeWarning } from '../findings/findings.ts';
import type { DeviceList, DeviceTable } from './device-list.ts';
import { drawWaves, orderOf, readWish } from './draw-waves.ts';
import type { Draw, Wish } from './draw-waves.ts';
import { createColumns } from './device-list.ts';
import type { Serial } from './identifiers.ts';
import type { RolloutPlanDocument } from './plan-document.ts';
import { readDeviceFile } from './device-file.ts';
import type { DeviceFileContext } from './device-file.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type CollectedFleet = {
  /** The devices of all waves; `null` where they are unknown. */
  readonly lists: readonly (DeviceList | null)[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: readonly SourceFile[];
  /** The fleet, where it could be read. */
  readonly table: DeviceTable | null;
  /** The same with waves that hold devices already. */
  readonly redraw: RedrawLists;
};

/** `held`: the devices that each wave already has, or `null`. Returns the lists of all waves, and the devices in no wave. */
export type RedrawLists = (held: readonly (readonly Serial[] | null)[]) => {
  readonly lists: readonly (readonly Serial[])[];
  readonly left: readonly Serial[];
};

type Fleet = NonNullable<RolloutPlanDocument['fleet']>;

/** The devices that a wave lists; `null` if they could not be read; `drawn` if it lists none. */
type NamedList = DeviceList | null | 'drawn';

export function collectFleet(
  document: RolloutPlanDocument,
  named: readonly NamedList[],
  context: DeviceFileContext,
): CollectedFleet {
  const { placeOf } = context;
  const unread = named.map((list) => (list === 'drawn' ? null : list));
  const mistaken = checkWays(document, context);
  const { fleet } = document;
  const redraw: RedrawLists = (held) => ({ lists: withoutHeld(named, held), left: [] });
  if (fleet === undefined) return { lists: unread, diagnostics: mistaken, sources: [], table: null, redraw };
  const { list: table, diagnostics, source } = readDeviceFile(fleet, ['fleet'], context);
  const sources = source === null ? [] : [source];
  const findings = [...mistaken, ...diagnostics, ...checkOrder(fleet, context)];
  const place = placeOf(['fleet', 'file']);
  if (table !== null && table.serials.length === 0) {
    findings.push(makeError({ code: 'fleet-has-no-device', place, facts: { file: table.file } }));
  } else if (table !== null) {
    findings.push(...describeRepeated(table));
    const columnAt = createColumns(table);
    const wishes = document.waves.flatMap((wave, index) =>
      wave.take === undefined ? [] : [readWish(wave, { index, table, columnAt, context })],
    );
    findings.push(...wishes.flatMap((wish) => wish.diagnostics));
    const isSure = !findings.some(({ severity }) => severity === 'error') && !named.includes(null);
    if (isSure) {
      const drawing = { document, table, named, wishes: wishes.flatMap(({ wish }) => wish ?? []) };
      const drawn = draw(drawing, context);
      return {
        lists: drawn.lists,
        diagnostics: [...findings, ...drawn.diagnostics],
        sources,
        table,
        redraw: (held) => redrawAround(drawing, held),
      };
    }
  }
  return { lists: unread, diagnostics: findings, sources, table, redraw };
}

/** Checks that each wave names its devices in exactly one way. */
function checkWays(
  { waves, fleet }: RolloutPlanDocument,
  { placeOf }: DeviceFileContext,
): readonly Diagnostic[] {
  const findings = waves.flatMap(({ name, devices, take, where }, index): readonly Diagnostic[] => {
    const facts = { wave: name };
    const at = (key: string) => placeOf(['waves', index, key]);
    if (take === undefined && where !== undefined)
      return [makeError({ code: 'where-without-take', place: at('where'), facts })];
    if (take === undefined)
      return devices === undefined
        ? [makeError({ code: 'wave-without-devices', place: placeOf(['waves', index]), facts })]
        : [];
    if (devices !== undefined)
      return [makeError({ code: 'wave-devices-and-take', place: at('take'), facts })];
    return fleet === undefined ? [makeError({ code: 'take-without-fleet', place: at('take'), facts })] : [];
  });
  const isIdle = fleet !== undefined && waves.every(({ take }) => take === undefined);
  return isIdle
    ? [...findings, makeWarning({ code: 'fleet-unused', place: placeOf(['fleet', 'file']), facts: null })]
    : findings;
}

function checkOrder({ order, seed }: Fleet, { placeOf }: DeviceFileContext): readonly Diagnostic[] {
  const isShuffled = order === 'shuffled';
  if (isShuffled === (seed !== undefined)) return [];
  return isShuffled
    ? [makeError({ code: 'fleet-seed-missing', place: placeOf(['fleet', 'order']), facts: null })]
    : [makeWarning({ code: 'fleet-seed-unused', place: placeOf(['fleet', 'seed']), facts: null })];
}

/** Findings for devices that the file lists more than once. */
export function describeRepeated({ serials, placeOf, file }: DeviceTable): readonly Diagnostic[] {
  if (new Set(serials).size === serials.length) return [];
  const firsts = new Map<string, number>();
  const repeated: (readonly [first: number, again: number])[] = [];
  for (const [index, serial] of serials.entries()) {
    const first = firsts.get(serial);
    if (first === undefined) firsts.set(serial, index);
    else repeated.push([first, index]);
  }
  const shown = repeated.slice(0, FINDINGS_PER_CODE_MAX).map(([first, again]) =>
    makeError({
      code: 'duplicate-fleet-device',
      place: placeOf(again),
      facts: { serial: present(serials[again], 'a serial'), file },
      related: [{ ...placeOf(first), label: 'it is first listed here' }],
    }),
  );
  return [...shown, ...noteLeftOut(shown.at(-1), repeated.length)];
}

type Drawing = {
  readonly document: RolloutPlanDocument;
  readonly table: DeviceTable;
  readonly named: readonly NamedList[];
  /** One for each wave with `take`. */
  readonly wishes: readonly Wish[];
};

function draw(
  { document, table, named, wishes }: Drawing,
  { placeOf }: DeviceFileContext,
): Pick<CollectedFleet, 'lists' | 'diagnostics'> {
  const { order, seed = '' } = document.fleet ?? {};
  const { draws, left } = drawWaves(table, {
    order: orderOf(table, order === 'shuffled' ? String(seed) : null),
    wishes,
    named: new Set(
      named.flatMap((list): readonly Serial[] => (list === null || list === 'drawn' ? [] : list.serials)),
    ),
  });
  const findings: Diagnostic[] = [];
  const remaining = [...draws];
  const lists = named.map((list, index) => {
    if (list !== 'drawn') return list;
    const made = present(remaining.shift(), 'what the wave draws');
    const wave = present(document.waves[index], 'the wave');
    const place = placeOf(['waves', index, 'take']);
    findings.push(...checkDraw(made, { wave: wave.name, take: String(wave.take), place }));
    return made.indexes.length === 0 ? null : drawnList(table, made.indexes);
  });
  const isDrawn = wishes.length > 0 && lists.every((list) => list !== null);
  if (left.length > 0 && isDrawn) {
    const serials = left.map((index) => present(table.serials[index], 'a serial'));
    const facts = { left: serials, of: table.serials.length };
    findings.push(makeWarning({ code: 'fleet-devices-left', place: placeOf(['fleet', 'file']), facts }));
  }
  return { lists, diagnostics: findings };
}

/**
 * A percentage still counts all matching devices of the fleet, including those that waves already have. Devices that are no
 * longer in the fleet do not count.
 */
function redrawAround(
  { document, table, named, wishes }: Drawing,
  held: Parameters<RedrawLists>[0],
): ReturnType<RedrawLists> {
  const { order, seed = '' } = document.fleet ?? {};
  const drawnAt = named.flatMap((list, index) => (list === 'drawn' ? [index] : []));
  const isOpen = (wish: number) => (held[drawnAt[wish] ?? -1] ?? null) === null;
  const lists = [...withoutHeld(named, held)];
  const { draws, left } = drawWaves(table, {
    order: orderOf(table, order === 'shuffled' ? String(seed) : null),
    wishes: wishes.filter((_, index) => isOpen(index)),
    named: new Set(lists.flat()),
  });
  const serialAt = (index: number) => present(table.serials[index], 'a serial');
  drawnAt
    .filter((_, wish) => isOpen(wish))
    .forEach((wave, index) => {
      lists[wave] = present(draws[index], 'what the wave draws').indexes.map(serialAt);
    });
  return { lists, left: left.map(serialAt) };
}

/** The held devices; for other waves, their own lists without held devices. Drawn waves are still empty. */
function withoutHeld(
  named: readonly NamedList[],
  held: Parameters<RedrawLists>[0],
): readonly (readonly Serial[])[] {
  const taken = new Set(held.flatMap((serials) => serials ?? []));
  return named.map((list, index) => {
    const own = held[index] ?? null;
    if (own !== null) return own;
    return list === null || list === 'drawn' ? [] : list.serials.filter((serial) => !taken.has(serial));
  });
}

function checkDraw(
  { indexes, matching, wanted }: Draw,
  { wave, take, place }: { readonly wave: string; readonly take: string; readonly place: Place },
): readonly Diagnostic[] {
  if (indexes.length === 0) {
    const facts = { wave, take, matching, asksForNone: wanted === 0 && take !== 'rest' };
    return [makeError({ code: 'wave-draws-nothing', place, facts })];
  }
  if (indexes.length >= wanted) return [];
  const facts = { wave, take, wanted, drawn: indexes.length };
  return [makeWarning({ code: 'take-falls-short', place, facts })];
}

function drawnList({ serials, placeOf, file }: DeviceTable, indexes: readonly number[]): DeviceList {
  const indexOf = (drawn: number): number => present(indexes[drawn], 'a device that was drawn');
  return {
    serials: indexes.map((index) => present(serials[index], 'a serial')),
    placeOf: (drawn) => placeOf(indexOf(drawn)),
    file,
  };
}
