/** Checks that each device is in one wave, and only once. */
import { FINDINGS_PER_CODE_MAX, noteLeftOut, makeError } from '../../findings/findings.ts';
import type { DeviceList } from '../device-list.ts';
import { DEVICES_MAX } from '../limits.ts';
import type { PlanSubject } from '../plan-subject.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

export function checkDevices(subject: PlanSubject): readonly Diagnostic[] {
  const lists = subject.lists.filter((list) => list !== null);
  const devices = lists.reduce((sum, { serials }) => sum + serials.length, 0);
  if (devices > DEVICES_MAX) {
    const place = subject.placeOf(['waves']);
    return [makeError({ code: 'too-many-devices', place, facts: { max: DEVICES_MAX } })];
  }
  return isEachOnce(lists, devices) ? [] : describeRepeated(subject);
}

/**
 * The fast path for a plan without duplicates, also with many devices: one set of one list. `concat` makes the list many times
 * faster than `flatMap`.
 */
function isEachOnce(lists: readonly DeviceList[], devices: number): boolean {
  const none: readonly string[] = [];
  return new Set(none.concat(...lists.map(({ serials }) => serials))).size === devices;
}

type ListedAt = { readonly wave: number; readonly index: number };

function describeRepeated(subject: PlanSubject): readonly Diagnostic[] {
  const firsts = new Map<string, ListedAt>();
  const shown: Diagnostic[] = [];
  let found = 0;
  for (const [wave, list] of subject.lists.entries()) {
    for (const [index, serial] of (list?.serials ?? []).entries()) {
      const first = firsts.get(serial);
      if (first === undefined) firsts.set(serial, { wave, index });
      else if (++found <= FINDINGS_PER_CODE_MAX) shown.push(describe(subject, first, { wave, index }));
    }
  }
  return [...shown, ...noteLeftOut(shown.at(-1), found)];
}

function describe({ plan, lists }: PlanSubject, first: ListedAt, second: ListedAt): Diagnostic {
  const nameOf = ({ wave }: ListedAt): string => plan.waves[wave]?.name ?? '';
  const placeOf = ({ wave, index }: ListedAt) => lists[wave]?.placeOf(index) ?? { path: '', range: null };
  return makeError({
    code: 'duplicate-device',
    place: placeOf(second),
    facts: {
      serial: lists[second.wave]?.serials[second.index] ?? '',
      wave: nameOf(second),
      otherWave: nameOf(first),
    },
    related: [{ ...placeOf(first), label: 'it is first listed here' }],
  });
}
