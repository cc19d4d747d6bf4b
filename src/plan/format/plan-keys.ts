/** The keys of a plan, and of its `rollback`. */
import { UNKNOWN_ARTIFACT } from '../collect-artifacts.ts';
import type { ArtifactUuids } from '../collect-artifacts.ts';
import type { RolloutName, Serial, ArtifactUuid } from '../identifiers.ts';
import type { RolloutPlanDocument } from '../plan-document.ts';
import { PLAN_DEFAULTS } from '../rollout-plan.ts';
import type { Rollback, RolloutPlan, Wave } from '../rollout-plan.ts';
import { listHooks, readHooks } from './commands.ts';
import { leftOut, required, resolveKeys, listNested } from './key.ts';
import type { Bounds, Key, OfPlanOnceBegun, Entry, Setting } from './key.ts';
import {
  listBatch,
  readBatch,
  listDuration,
  listText,
  listThreshold,
  readDuration,
  readPercentage,
  readThreshold,
  listArguments,
} from './values.ts';
import { WAVE_KEYS } from './wave-keys.ts';
import type { WrittenWave } from './wave-keys.ts';
import { TIMEOUT_MS_MIN } from '../limits.ts';

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
    listedBefore: 'arguments',
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
    read: ({ rollback }) => readBatch(rollback.batch),
    unlessGiven: leftOut,
    entries: listBatch,
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

function listRollback(rollback: Rollback | undefined): readonly Entry[] {
  return rollback === undefined ? [] : listNested<Rollback>(ROLLBACK_KEYS, rollback);
}

export type WrittenPlan = {
  readonly document: RolloutPlanDocument;
  /** The devices of each wave. */
  readonly devices: readonly (readonly Serial[])[];
  readonly uuids: ArtifactUuids;
};

/** `limit` is only for this key, because `rollout/merge-plans.ts` must know which value is stricter. */
type RuleFor<Name> = Name extends 'maxFailures' ? OfPlanOnceBegun : Exclude<OfPlanOnceBegun, 'limit'>;

export const PLAN_KEYS: {
  readonly [Name in keyof RolloutPlan]-?: Key<WrittenPlan, RolloutPlan[Name], RuleFor<Name>> &
    Bounds<Name, RolloutPlanDocument>;
} = {
  name: {
    name: 'name',
    scope: 'plan',
    read: ({ document }) => document.name as RolloutName,
    unlessGiven: required,
    onceBegun: 'refused',
    entries: 'paired',
  },
  description: {
    name: 'description',
    scope: 'plan',
    read: ({ document }) => document.description,
    unlessGiven: () => null,
    onceBegun: 'taken',
    entries: listText,
  },
  region: {
    name: 'region',
    scope: 'plan',
    read: ({ document }) => document.region,
    unlessGiven: required,
    onceBegun: 'refused',
    entries: listText,
  },
  artifact: {
    name: 'artifact',
    scope: 'plan',
    read: ({ uuids }) => ({ uuid: uuids.artifact }),
    unlessGiven: required,
    onceBegun: 'refused',
    entries: ({ uuid }) => listText(uuid === UNKNOWN_ARTIFACT ? null : uuid),
  },
  maxFailures: {
    name: 'maxFailures',
    scope: 'plan',
    read: ({ document }) => readThreshold(document.maxFailures),
    unlessGiven: () => null,
    onceBegun: 'limit',
    entries: listThreshold,
  },
  haltGraceMs: {
    name: 'haltGrace',
    scope: 'plan',
    leastMs: 0,
    textIn: ({ haltGrace }) => haltGrace,
    read: ({ document }) => readDuration(document.haltGrace),
    unlessGiven: () => PLAN_DEFAULTS.haltGraceMs,
    onceBegun: 'taken',
    entries: listDuration,
  },
  whenInDoubt: {
    name: 'whenInDoubt',
    scope: 'plan',
    read: ({ document }) => document.whenInDoubt,
    unlessGiven: () => PLAN_DEFAULTS.whenInDoubt,
    onceBegun: 'refused',
    entries: listText,
  },
  rollback: {
    name: 'rollback',
    scope: 'plan',
    read: ({ document: { rollback }, uuids }) =>
      rollback === undefined
        ? undefined
        : resolveKeys<Rollback, WrittenRollback>(ROLLBACK_KEYS, { rollback, uuid: uuids.rollback }),
    unlessGiven: leftOut,
    onceBegun: 'taken',
    entries: listRollback,
  },
  rollbackOf: {
    name: 'rollbackOf',
    scope: 'nowhere',
    read: leftOut,
    unlessGiven: leftOut,
    onceBegun: 'refused',
    entries: (origin) => listText(origin === undefined ? null : `${origin.name} of ${origin.startedAt}`),
  },
  preflight: {
    name: 'preflight',
    listedBefore: 'rollback',
    scope: 'plan',
    read: ({ document: { preflight } }) =>
      preflight === undefined ? undefined : { minOnline: readPercentage(preflight.minOnline) },
    unlessGiven: leftOut,
    onceBegun: 'taken',
    entries: (preflight) => listThreshold(preflight?.minOnline).map(([, text]) => ['.minOnline', text]),
  },
  hooks: {
    name: 'hooks',
    scope: 'plan',
    read: ({ document }) => readHooks(document.hooks),
    unlessGiven: leftOut,
    onceBegun: 'taken',
    entries: listHooks,
  },
  waves: {
    name: 'waves',
    scope: 'plan',
    read: ({ document: plan, devices }) =>
      plan.waves.map((wave, index) =>
        resolveKeys<Wave, WrittenWave>(WAVE_KEYS, {
          plan,
          defaults: plan.defaults ?? {},
          wave,
          devices: devices[index] ?? [],
        }),
      ),
    unlessGiven: required,
    onceBegun: 'refused',
    entries: 'paired',
  },
};
