/** The keys of a plan's `rollback`. */
import type { ArtifactUuid } from '../identifiers.ts';
import { TIMEOUT_MS_MIN } from '../limits.ts';
import type { RolloutPlanDocument } from '../plan-document.ts';
import type { Rollback } from '../rollout-plan.ts';
import { leftOut, listNested, required } from './key.ts';
import type { Bounds, Entry, Setting } from './key.ts';
import {
  listArguments,
  listDuration,
  listText,
  listThreshold,
  readDuration,
  readThreshold,
} from './values.ts';

export type WrittenRollback = {
  readonly rollback: NonNullable<RolloutPlanDocument['rollback']>;
  readonly uuid: ArtifactUuid;
};

export const ROLLBACK_KEYS: {
  readonly [Name in keyof Rollback]-?: Setting<WrittenRollback, Rollback[Name]> &
    Bounds<Name, WrittenRollback['rollback']>;
} = {
  artifact: {
    name: 'artifact',
    read: ({ uuid }) => ({ uuid }),
    unlessGiven: required,
    entries: ({ uuid }) => listText(uuid),
  },
  arguments: {
    name: 'arguments',
    read: ({ rollback }) => rollback.arguments,
    unlessGiven: () => ({}),
    entries: listArguments,
  },
  automatic: {
    name: 'automatic',
    read: ({ rollback }) => rollback.automatic,
    unlessGiven: () => false,
    entries: (isAutomatic) => listText(String(isAutomatic)),
  },
  maxFailures: {
    name: 'maxFailures',
    read: ({ rollback }) => readThreshold(rollback.maxFailures),
    unlessGiven: leftOut,
    entries: listThreshold,
  },
  maxTimedOut: {
    name: 'maxTimedOut',
    read: ({ rollback }) => readThreshold(rollback.maxTimedOut),
    unlessGiven: leftOut,
    entries: listThreshold,
  },
  batch: {
    name: 'batch',
    read: ({ rollback: { batch } }) =>
      batch === undefined ? undefined : { size: batch.size, parallel: batch.parallel ?? 1 },
    unlessGiven: leftOut,
    entries: (batch) => [
      ['.size', batch === undefined ? null : String(batch.size)],
      ['.parallel', batch === undefined ? null : String(batch.parallel)],
    ],
  },
  timeoutMs: {
    name: 'timeout',
    leastMs: TIMEOUT_MS_MIN,
    textIn: ({ timeout }) => timeout,
    read: ({ rollback }) => readDuration(rollback.timeout),
    unlessGiven: leftOut,
    entries: listDuration,
  },
};

export function listRollback(rollback: Rollback | undefined): readonly Entry[] {
  return rollback === undefined ? [] : listNested<Rollback>(ROLLBACK_KEYS, rollback);
}
