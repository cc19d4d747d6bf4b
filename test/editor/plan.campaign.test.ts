/** What an editor makes of plans: the language server that editors use for YAML is asked what they would ask. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLanguageServer } from '../kit/language-server.ts';
import type { LanguageServer, OpenDocument } from '../kit/language-server.ts';
import { UUID } from '../plan/files.ts';

/** As in a plan: nothing needs to be set up in the editor. */
const MODELINE = '# yaml-language-server: $schema=../schemas/rollout-plan.schema.json\n';

/** With every section, and most of what may stand in each. */
const PLAN = `version: 1
name: camera-2.14
description: Camera firmware 2.14
region: us
artifact:
  uuid: ${UUID}
arguments:
  channel: stable
fleet:
  file: fleet/cameras.csv
  serialColumn: sn
  order: shuffled
  seed: 7
maxFailures: 2%
haltGrace: 10m
whenInDoubt: stop
preflight:
  minOnline: 90%
hooks:
  beforeRollout:
    name: freeze
    run: [./checks/freeze.sh]
    timeout: 1m
  onHalt:
    - name: chat
      run: [./hooks/tell-chat.sh]
rollback:
  artifact:
    file: build/before.tar.gz
  automatic: true
defaults:
  timeout: 1h30m
  rejected: ignore
waves:
  - name: 金絲雀
    devices:
      - a41c03c45e1c11ec9389bba7faa790bc
      - 12345678901234567890123456789012
    maxFailures: 5%
    soak: 1h
    gates:
      - name: error rate
        run: [./checks/error-rate.sh, --max, '2']
        retries: 3
        interval: 5m
  - name: berlin
    devices:
      file: fleet/berlin.txt
    minSuccess: 95%
  - name: everyone else
    take: rest
    where:
      site: taipei
    batch:
      size: 50
      parallel: 2
    approval: required
    window:
      days: [mon, tue]
      from: '01:00'
      to: '05:00'
      timeZone: Asia/Taipei
`;

let server: LanguageServer;
let opened = 0;

beforeAll(async () => {
  server = await openLanguageServer();
});

afterAll(() => {
  server.close();
});

function open(text: string): Promise<OpenDocument> {
  opened += 1;
  return server.open(`examples/plan-${opened}.yaml`, MODELINE + text);
}

/** The plan with another text for a piece of it, as while somebody writes there. */
function write(piece: string, text: string): string {
  expect(PLAN.split(piece)).toHaveLength(2);
  return PLAN.replace(piece, text);
}

test('a sound plan has no findings, with serials that YAML reads as numbers and names of any script', async () => {
  expect((await open(PLAN)).findings).toEqual([]);
});

describe('completion offers', () => {
  test.each([
    ['the keys of a plan', 'haltGrace: 10m', '‸', ['haltGrace']],
    ['the keys of a plan that are not there yet', 'maxFailures: 2%\n', '‸\n', ['maxFailures']],
    ['regions', 'region: us', 'region: ‸', ['eu', 'us']],
    ['what is done in doubt', 'whenInDoubt: stop', 'whenInDoubt: ‸', ['post-again', 'stop']],
    [
      'the keys of an artifact',
      `uuid: ${UUID}\nargu`,
      '‸\nargu',
      ['by its UUID', 'by its file', 'file', 'uuid'],
    ],
    ['orders of a fleet', 'order: shuffled', 'order: ‸', ['listed', 'shuffled']],
    [
      'occasions',
      '  onHalt:\n    - name: chat\n      run: [./hooks/tell-chat.sh]\n',
      '  ‸\n',
      [
        'afterRollout',
        'afterWave',
        'beforeWave',
        'notify of a halt',
        'onDoubt',
        'onHalt',
        'onStop',
        'onWait',
      ],
    ],
    ['the keys of a hook', '    timeout: 1m\n', '    ‸\n', ['timeout']],
    ['yes and no', 'automatic: true', 'automatic: ‸', ['false', 'true']],
    ['a grace', 'haltGrace: 10m', 'haltGrace: ‸', ['10m']],
    ['a soak', 'soak: 1h', 'soak: ‸', ['0s', '1h']],
    ['a timeout', 'timeout: 1h30m', 'timeout: ‸', ['1h', '30m']],
    ['thresholds', 'maxFailures: 5%', 'maxFailures: ‸', ['0', '3', '5%']],
    ['how many are drawn', 'take: rest', 'take: ‸', ['10%', '50', 'rest']],
    ['an approval', 'approval: required', 'approval: ‸', ['none', 'required']],
    ['columns', '      site: taipei\n', '      ‸\n', ['one of several values', 'one value']],
    [
      'batches',
      '      size: 50\n      parallel: 2\n',
      '      ‸\n',
      ['Batches', 'batches of 50, two at once', 'parallel', 'size'],
    ],
    ['the keys of a gate', '        retries: 3\n', '        ‸\n', ['a gate', 'retries', 'timeout']],
    [
      'the keys of a window',
      "      to: '05:00'\n",
      '      ‸\n',
      ['Window', 'at night, on working days', 'to'],
    ],
    ['days', '[mon, tue]', '[‸]', ['fri', 'mon', 'sat', 'sun', 'thu', 'tue', 'wed']],
    ['time zones', 'timeZone: Asia/Taipei', 'timeZone: ‸', ['Asia/Taipei', 'UTC']],
    [
      'a file of devices',
      '      file: fleet/berlin.txt\n',
      '      ‸\n',
      ['File of devices', 'a file of serials', 'delimiter', 'file', 'serialColumn'],
    ],
  ])('%s', async (_, piece, text, labels) => {
    const offered = await (await open(write(piece, text))).complete();
    expect(offered.map(({ label }) => label).sort()).toEqual(labels);
  });

  test('the keys that a wave does not have yet, explained', async () => {
    const offered = await (await open(write('    minSuccess: 95%\n', '    ‸\n'))).complete();
    expect(offered.map(({ label }) => label).sort()).toEqual([
      'approval',
      'arguments',
      'batch',
      'gates',
      'maxFailures',
      'minSuccess',
      'rejected',
      'soak',
      'take',
      'timeout',
      'where',
      'window',
    ]);
    for (const { label, explanation } of offered)
      expect([label, explanation]).toEqual([label, expect.stringMatching(/\w{3}/)]);
  });

  test.each([
    [
      'a window',
      'window: ‸',
      'at night, on working days',
      '\n  days:\n    - mon\n    - tue\n    - wed\n    - thu\n  from: ${1:01:00}\n  to: ${2:05:00}\n  timeZone: ${3:Asia/Taipei}',
    ],
    ['a window that is always open', 'window: ‸', 'always', 'always'],
    ['a file of devices', 'devices: ‸', 'a file of serials', '\n  file: ${1:fleet/taipei.txt}'],
    [
      'a gate',
      'gates:\n      ‸',
      'a gate',
      '- name: ${1:error rate}\n  run:\n    - ${2:./checks/error-rate.sh}\n  timeout: ${3:2m}',
    ],
  ])('%s as a whole', async (_, text, label, inserted) => {
    const offered = await (await open(write('    minSuccess: 95%\n', `    ${text}\n`))).complete();
    expect(offered.find((one) => one.label === label)?.inserted).toBe(inserted);
  });

  test('a first plan', async () => {
    const [first] = await (await open('‸\n')).complete();
    expect(first).toMatchObject({
      label: 'a first plan',
      inserted: expect.stringMatching(/^version: 1\nname: [^]*take: rest\n/) as string,
    });
  });
});

/** Each line of the plan that has a key, by its number. */
const LINES = PLAN.split('\n').flatMap((line, index) => {
  const found = /^(?<before>[ -]*)(?<key>\w+): ?(?<value>.*)$/.exec(line)?.groups;
  return found === undefined
    ? []
    : [{ index, before: found['before'] ?? '', key: found['key'] ?? '', value: found['value'] ?? '' }];
});

function withLine(index: number, line: string): string {
  return PLAN.split('\n').with(index, line).join('\n');
}

/** What only the writer knows. */
const FREE = ['channel', 'site'];

describe('wherever a value goes,', () => {
  test.each(LINES.filter(({ value, key }) => value !== '' && !FREE.includes(key)))(
    'something is offered, in words: line $index, $key',
    async ({ index, before, key }) => {
      const labels = (await (await open(withLine(index, `${before}${key}: ‸`))).complete()).map(
        ({ label }) => label,
      );
      expect(labels).not.toEqual([]);
      for (const label of labels) expect(label).not.toMatch(/object|\{|Default value/);
    },
  );
});

describe('hovering', () => {
  test.each(LINES)('explains each key: line $index, $key', async ({ index, before, key, value }) => {
    const text = withLine(index, `${before}${key.slice(0, 1)}‸${key.slice(1)}: ${value}`);
    expect(await (await open(text)).hover()).toMatch(/^#### [A-Z][\w ]+\n\n[A-Z][^]{15,}/);
  });

  test.each([
    ['name: camera-2.14', 'Use each name only once'],
    ['maxFailures: 5%', 'Limits failures of the wave'],
    ['timeout: 1h30m', 'Sets the time limit of a deployment'],
    ['devices:\n      file', 'serials, or a file of serials'],
    ['uuid', 'UUID of the artifact'],
    ['beforeRollout', 'Runs before anything else'],
    ['retries', 'Retries before the gate has failed'],
    ['timeZone', 'IANA name of the time zone'],
  ])('%s says what it means', async (piece, words) => {
    expect(await (await open(write(piece, `${piece.slice(0, 1)}‸${piece.slice(1)}`))).hover()).toContain(
      words,
    );
  });
});

describe('a mistake is underlined where it is, in words that help', () => {
  test.each([
    ['an unknown key', 'haltGrace: 10m', 'haltgrace: 10m', 'haltgrace', 'Property haltgrace is not allowed.'],
    [
      'a name',
      'camera-2.14',
      'Camera',
      'Camera',
      'a name of 1 to 64 lower-case letters, digits, `-` or `.`, the first a letter or a digit',
    ],
    ['a choice', 'region: us', 'region: usa', 'usa', 'Value is not accepted. Valid values: "us", "eu".'],
    ['a missing key', '      timeZone: Asia/Taipei\n', '', 'window', 'Missing property "timeZone".'],
    [
      'an argument that is no text',
      'channel: stable',
      'channel: 1.10',
      '1.10',
      'Incorrect type. Expected "string".',
    ],
    ['a duration', 'timeout: 1h30m', 'timeout: 90', '90', 'a duration such as `90s`, `30m`, `1h30m` or `2d`'],
    [
      'a threshold',
      'maxFailures: 5%',
      'maxFailures: 101%',
      '101%',
      'a count such as `3`, or a percentage from `0%` to `100%` such as `5%` or `0.5%`',
    ],
    [
      'a draw',
      'take: rest',
      'take: some',
      'some',
      'a count such as `50`, a percentage such as `10%`, or `rest`',
    ],
    [
      'a serial',
      'a41c03c45e1c11ec9389bba7faa790bc',
      '"a b"',
      '"a b"',
      'a serial of 1 to 128 letters, digits, `.`, `_`, `:` or `-`',
    ],
    ['a time of day', "'01:00'", "'1:00'", "'1:00'", 'a time of day from `00:00` to `23:59`'],
    ['a number', 'size: 50', 'size: 0', '0', 'Value is below the minimum of 1.'],
    ['an empty list', '[mon, tue]', '[]', '[]', 'Array has too few items. Expected 1 or more.'],
    [
      'two ways to name the devices',
      'take: rest',
      'take: rest\n    devices: [a]',
      'take',
      'a wave has either `devices` or `take`, not both',
    ],
    ['no way to name the devices', '    take: rest\n', '', 'n', 'a wave needs `devices` or `take`'],
    [
      'two ways to name an artifact',
      `uuid: ${UUID}`,
      `uuid: ${UUID}\n  file: a.tar.gz`,
      'file',
      'an artifact has either `uuid` or `file`, not both',
    ],
  ])('%s', async (_, piece, text, covers, message) => {
    const { findings } = await open(write(piece, text));
    expect(findings.map((one) => [one.covers, one.message])).toEqual([[covers, message]]);
  });

  test('all of them at once', async () => {
    const { findings } = await open(
      `version: 1
name: Camera
region: usa
artifact: { uuid: ${UUID} }
wave: 1
waves:
  - name: canary
    devices: []
    timeout: 30
    maxFailures: 101%
`,
    );
    expect(findings.map(({ at }) => at).sort()).toEqual(['10:14', '11:18', '3:7', '4:9', '6:1', '9:14']);
  });
});
