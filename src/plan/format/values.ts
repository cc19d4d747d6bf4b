/** Reads and shows values of plan files, which are valid by the schema. */
import { present } from '../../base/assert.ts';
import { parseDuration, renderDuration } from '../../base/duration.ts';
import type { WaveSettings, WindowDocument } from '../plan-document.ts';
import { DAYS } from '../rollout-plan.ts';
import type { Wave, Window } from '../rollout-plan.ts';
import { parsePercentage, renderThreshold } from '../threshold.ts';
import type { Percentage, Threshold } from '../threshold.ts';
import type { Entry } from './key.ts';

export function readThreshold(written: number | string | undefined): Threshold | undefined {
  if (written === undefined) return undefined;
  return typeof written === 'number' ? { count: written } : readPercentage(written);
}

export function readPercentage(written: string): Percentage {
  return present(parsePercentage(written), 'a percentage');
}

export function readDuration(written: string | undefined): number | undefined {
  return written === undefined ? undefined : present(parseDuration(written), 'a duration');
}

export function readWindow({ days = [...DAYS], from, to, timeZone }: WindowDocument): Window {
  return {
    days: DAYS.flatMap((day, index) => (days.includes(day) ? [index + 1] : [])),
    from: minuteOf(from),
    to: minuteOf(to),
    timeZone,
  };
}

/** `01:30` is 90. */
function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** A value with one text. */
export function listText(text: string | null | undefined): readonly Entry[] {
  return [['', text ?? null]];
}

export function listThreshold(threshold: Threshold | null | undefined): readonly Entry[] {
  return listText(threshold === null || threshold === undefined ? null : renderThreshold(threshold));
}

export function listDuration(ms: number | undefined): readonly Entry[] {
  return listText(ms === undefined ? null : renderDuration(ms));
}

export function listArguments(values: Readonly<Record<string, string>>): readonly Entry[] {
  return Object.entries(values).map(([name, value]) => [`.${name}`, value]);
}

type Batch = Wave['batch'];

type WrittenBatch = NonNullable<WaveSettings['batch']>;

export function readBatch(written: WrittenBatch | undefined): Batch | undefined {
  return written === undefined ? undefined : { size: written.size, parallel: written.parallel ?? 1 };
}

/** A size of `null`: the plan has none, and all devices are one batch. */
export function listBatch(
  batch: (Omit<Batch, 'size'> & { readonly size: number | null }) | undefined,
): readonly Entry[] {
  const { size = null, parallel = null } = batch ?? {};
  return [
    ['.size', size === null ? null : String(size)],
    ['.parallel', parallel === null ? null : String(parallel)],
  ];
}
