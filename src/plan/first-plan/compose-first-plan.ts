/** A first plan as text: each part of it with a comment that says what it does and what else could be said there. */
import type { CommentedEntry, CommentedItem } from '../../document/commented-yaml.ts';
import { renderCommentedYaml } from '../../document/commented-yaml.ts';
import { count } from '../../base/text.ts';
import { renderMinute } from '../window.ts';
import { DAYS } from '../rollout-plan.ts';
import type { Window } from '../rollout-plan.ts';
import type { DrawnDevices, FirstFleet, FirstPlan, FirstWave } from './first-plan.ts';

/** In a smaller wave, 5 % is no device. */
const SOME_MAY_FAIL_FROM = 20;

/** From so many devices on, a wave is posted in parts. */
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

/** Lines of comments are kept to a terminal's width. */
function composeHead(schema: string | null): readonly string[] {
  const first = schema === null ? [] : [`yaml-language-server: $schema=${schema}`, ''];
  return [
    ...first,
    'Written by `breakwater init`, and yours to change. `breakwater validate`',
    'checks it; `breakwater plan` shows what it would do, and posts nothing.',
    ...(schema === null ? NO_SCHEMA : []),
  ];
}

const NO_SCHEMA = [
  '',
  'To have it completed and checked in an editor, put the schema beside it,',
  '  breakwater schema > rollout-plan.schema.json',
  'and make this its first line:',
  '  # yaml-language-server: $schema=rollout-plan.schema.json',
];

function composeIdentity({ name, region }: FirstPlan): readonly CommentedEntry[] {
  return [
    {
      key: 'name',
      value: name,
      isApart: true,
      comment: [
        'Names the rollout and its record. A name is used once: the next rollout gets',
        'another one. A `description` beside it is for the people who review the plan.',
      ],
    },
    {
      key: 'region',
      value: region,
      isApart: true,
      comment: ["Where the devices' account is: `us` or `eu`."],
    },
  ];
}

function composeArtifact(artifact: FirstPlan['artifact']): CommentedEntry {
  return {
    key: 'artifact',
    isApart: true,
    comment: [
      'What is deployed: the `uuid` of an artifact, or the `file` of one that',
      '`breakwater artifact upload` has uploaded. Arguments for its script stand',
      'beside it, `arguments: { channel: stable }`; a wave may have some of its own.',
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
      'The devices that the waves draw from, in the order of the file, whose path is',
      'relative to this plan. `order: shuffled` with `seed: 1` makes each wave a',
      'mixture, the same one each time.',
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
    comment: ['What holds for each wave that does not say otherwise.'],
    value: {
      kind: 'map',
      entries: [
        {
          key: 'maxFailures',
          value: 0,
          comment: ['Failures that are tolerated, such as 3 or 5%. The next one halts.'],
        },
        {
          key: 'timeout',
          value: '1h',
          comment: ['How long a deployment may take. A device that takes longer has failed.'],
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
      'How long a wave that has passed is left alone before the next one starts. A',
      'device that fails meanwhile counts.',
    ],
  };
}

function composeWindow({ days, from, to, timeZone }: Window): CommentedEntry {
  const names = days.map((day) => DAYS[day - 1] ?? '');
  const isEveryDay = names.length === DAYS.length;
  return {
    key: 'window',
    comment: [
      'When a wave may be posted. What is in flight at its end is still followed.',
      ...(to <= from ? ['It closes on the day after the one on which it opens.'] : []),
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
      'One after the other. Each is deployed, followed to its end and judged before',
      'the next one starts.',
      ...(isMade ? [`When this was written, there were ${total} in the file.`] : []),
    ],
    value: { kind: 'list', items: waves.map((wave, index) => composeWave(wave, { index, isMade })) },
  };
}

type LineContext = {
  readonly index: number;
  /** Whether the sizes of waves cannot be seen in the plan. */
  readonly isMade: boolean;
};

function composeWave({ name, size, devices }: FirstWave, { index, isMade }: LineContext): CommentedItem {
  return {
    isApart: index > 0,
    comment: isMade
      ? [`${count(size, 'device')}.${index === 0 ? ' If the artifact is bad, nobody else gets it.' : ''}`]
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
    comment: ['Posted in parts: a halt spares those that have not been posted.'],
    value: {
      kind: 'map',
      entries: [
        // A tenth of the wave, as a round number.
        { key: 'size', value: Math.ceil(size / 100) * 10 },
        { key: 'parallel', value: 2 },
      ],
    },
  };
}

const FOOT = [
  'A wave and `defaults` can also say `approval: required`, `gates`, `rejected`.',
  'And a plan, at its top:',
  '',
  'maxFailures: 2% # tolerated over the whole rollout',
  'preflight: { minOnline: 90% } # with fewer devices online, nothing is posted',
  'hooks: { onHalt: { run: [./hooks/tell.sh] } } # programs that are told',
  'rollback: # what `breakwater rollback` deploys',
  '  artifact: { uuid: 00000000-0000-4000-8000-000000000000 }',
];
