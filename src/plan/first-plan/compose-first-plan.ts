/** Writes a first plan as text. Each part has a comment that explains it and names alternatives. */
import type { CommentedEntry, CommentedItem } from '../../document/commented-yaml.ts';
import { renderCommentedYaml } from '../../document/commented-yaml.ts';
import { count } from '../../base/text.ts';
import { renderMinute } from '../window.ts';
import { DAYS } from '../rollout-plan.ts';
import type { Window } from '../rollout-plan.ts';
import type { DrawnDevices, FirstFleet, FirstPlan, FirstWave } from './first-plan.ts';

/** In a smaller wave, 5% is less than one device. */
const SOME_MAY_FAIL_FROM = 20;

/** From this many devices on, a wave has batches. */
const BATCHES_FROM = 100;

export function composeFirstPlan(plan: FirstPlan): string {
  return renderCommentedYaml({
    head: composeHead(plan.schema),
    entries: [
      { key: 'version', value: 1 },
      ...composeIdentity(plan),
      composeArtifact(plan.artifact),
      ...(plan.fleet === null ? [] : [composeFleet(plan.fleet)]),
      composeDefaults(plan),
      composeWaves(plan),
    ],
    foot: FOOT,
  });
}

/** Comment lines fit a terminal. */
function composeHead(schema: string | null): readonly string[] {
  const first = schema === null ? [] : [`yaml-language-server: $schema=${schema}`, ''];
  return [
    ...first,
    '`breakwater init` wrote this file; you can change it. `breakwater validate`',
    'checks it. `breakwater plan` shows what a run would do, and deploys nothing.',
    ...(schema === null ? NO_SCHEMA : []),
  ];
}

const NO_SCHEMA = [
  '',
  'To let an editor complete and check this file, save the schema beside it:',
  '  breakwater schema > rollout-plan.schema.json',
  'Then make this the first line:',
  '  # yaml-language-server: $schema=rollout-plan.schema.json',
];

function composeIdentity({ name, region }: FirstPlan): readonly CommentedEntry[] {
  return [
    {
      key: 'name',
      value: name,
      isApart: true,
      comment: [
        'The name of the rollout and of its record. Use a name once, and another one',
        'for the next rollout. You can add a `description` for reviewers.',
      ],
    },
    {
      key: 'region',
      value: region,
      isApart: true,
      comment: ["The region of the devices' account: `us` or `eu`."],
    },
  ];
}

function composeArtifact(artifact: FirstPlan['artifact']): CommentedEntry {
  return {
    key: 'artifact',
    isApart: true,
    comment: [
      'What to deploy: the `uuid` of an artifact, or a `file` that you uploaded with',
      '`breakwater artifact upload`. To add arguments for its script, write',
      '`arguments: { channel: stable }` at the top of the plan, or in a wave.',
    ],
    value: {
      kind: 'map',
      entries: [
        'file' in artifact ? { key: 'file', value: artifact.file } : { key: 'uuid', value: artifact.uuid },
      ],
    },
  };
}

function composeFleet({ file, serialColumn }: FirstFleet): CommentedEntry {
  return {
    key: 'fleet',
    isApart: true,
    comment: [
      'Waves draw their devices from this file, in its order. The path is relative',
      'to this plan. `order: shuffled` with `seed: 1` mixes the devices, in the same',
      'way each time.',
    ],
    value: {
      kind: 'map',
      entries: [
        { key: 'file', value: file },
        ...(serialColumn === null ? [] : [{ key: 'serialColumn', value: serialColumn }]),
      ],
    },
  };
}

function composeDefaults({ soak, window }: FirstPlan): CommentedEntry {
  return {
    key: 'defaults',
    isApart: true,
    comment: ['Settings of each wave that does not have its own.'],
    value: {
      kind: 'map',
      entries: [
        {
          key: 'maxFailures',
          value: 0,
          comment: ['How many failures are tolerated, such as 3 or 5%. The next one halts.'],
        },
        {
          key: 'timeout',
          value: '1h',
          comment: ['Time limit of a deployment. A device that takes longer has failed.'],
        },
        ...(soak === null ? [] : [composeSoak(soak)]),
        ...(window === null ? [] : [composeWindow(window)]),
      ],
    },
  };
}

function composeSoak(soak: string): CommentedEntry {
  return {
    key: 'soak',
    value: soak,
    comment: [
      'How long to wait after a wave before the next one starts. A device that',
      'fails during this time counts.',
    ],
  };
}

function composeWindow({ days, from, to, timeZone }: Window): CommentedEntry {
  const names = days.map((day) => DAYS[day - 1] ?? '');
  const isEveryDay = names.length === DAYS.length;
  return {
    key: 'window',
    comment: [
      'When a wave may be deployed. Devices in flight are polled until they end.',
      ...(to <= from ? ['It closes on the day after it opens.'] : []),
    ],
    value: {
      kind: 'map',
      entries: [
        ...(isEveryDay ? [] : [{ key: 'days', value: { kind: 'words', words: names } } as const]),
        { key: 'from', value: renderMinute(from) },
        { key: 'to', value: renderMinute(to) },
        { key: 'timeZone', value: timeZone },
      ],
    },
  };
}

function composeWaves({ fleet, waves }: FirstPlan): CommentedEntry {
  const total = count(
    waves.reduce((sum, { size }) => sum + size, 0),
    'device',
  );
  const isMade = fleet !== null && waves.length > 1;
  return {
    key: 'waves',
    isApart: true,
    comment: [
      'Waves run one after the other. A wave starts when all devices of the wave',
      'before it have ended, and that wave has passed.',
      ...(isMade ? [`When this file was written, the fleet had ${total}.`] : []),
    ],
    value: { kind: 'list', items: waves.map((wave, index) => composeWave(wave, { index, isMade })) },
  };
}

type LineContext = {
  readonly index: number;
  /** Whether the plan itself does not show the sizes of the waves. */
  readonly isMade: boolean;
};

function composeWave({ name, size, devices }: FirstWave, { index, isMade }: LineContext): CommentedItem {
  return {
    isApart: index > 0,
    comment: isMade
      ? [`${count(size, 'device')}.${index === 0 ? ' If the artifact is bad, no other device gets it.' : ''}`]
      : [],
    entries: [
      { key: 'name', value: name },
      ...(devices.kind === 'listed'
        ? [{ key: 'devices', value: { kind: 'list', items: devices.serials } } as const]
        : composeDraw(devices)),
      ...(size < SOME_MAY_FAIL_FROM ? [] : [{ key: 'minSuccess', value: '95%' }]),
      ...(size < BATCHES_FROM ? [] : [composeBatch(size)]),
    ],
  };
}

function composeDraw({ take, where }: DrawnDevices): readonly CommentedEntry[] {
  if (where === null) return [{ key: 'take', value: take }];
  const { column, value } = where;
  return [
    { key: 'take', value: take },
    { key: 'where', value: { kind: 'map', entries: [{ key: column, value }] } },
  ];
}

function composeBatch(size: number): CommentedEntry {
  return {
    key: 'batch',
    comment: ['Deploy in batches: a halt stops those that are not deployed yet.'],
    value: {
      kind: 'map',
      entries: [
        // A tenth of the wave, rounded up to tens.
        { key: 'size', value: Math.ceil(size / 100) * 10 },
        { key: 'parallel', value: 2 },
      ],
    },
  };
}

const FOOT = [
  'A wave and `defaults` can also have `approval: required`, `gates`, `rejected`.',
  'At its top, a plan can also have:',
  '',
  'maxFailures: 2% # tolerated over the whole rollout',
  'preflight: { minOnline: 90% } # with fewer devices online, nothing is deployed',
  'hooks: { onHalt: { run: [./hooks/notify.sh] } } # runs after a halt',
  'rollback: # what `breakwater rollback` deploys',
  '  artifact: { uuid: 00000000-0000-4000-8000-000000000000 }',
];
