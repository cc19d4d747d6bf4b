/** What an editor makes of settings and scenarios, and of files that its own settings associate with a schema. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLanguageServer } from '../kit/language-server.ts';
import { FAULT_NAMES, UPLOAD_FAULT_NAMES } from '../../src/backend/simulator/scenario.ts';
import type { LanguageServer, OpenDocument } from '../kit/language-server.ts';

let server: LanguageServer;
let opened = 0;

beforeAll(async () => {
  // As the README says to set it up.
  server = await openLanguageServer({
    schemas: {
      './schemas/rollout-plan.schema.json': ['rollouts/*.yaml'],
      './schemas/settings.schema.json': ['.breakwaterrc', '.breakwaterrc.yaml', 'breakwater.config.yaml'],
    },
  });
});

afterAll(() => {
  server.close();
});

function openScenario(text: string): Promise<OpenDocument> {
  opened += 1;
  const modeline = '# yaml-language-server: $schema=../../schemas/scenario.schema.json\n';
  return server.open(`examples/scenarios/scenario-${opened}.yaml`, modeline + text);
}

/** Each in a folder of its own: the file is known by its name alone. */
function openSettings(text: string, name = '.breakwaterrc.yaml'): Promise<OpenDocument> {
  opened += 1;
  return server.open(`examples/settings-${opened}/${name}`, text);
}

async function labelsAt(document: Promise<OpenDocument>): Promise<readonly string[]> {
  return (await (await document).complete()).map(({ label }) => label).sort();
}

describe('a settings file, known by its name,', () => {
  test.each(['.breakwaterrc', '.breakwaterrc.yaml', 'breakwater.config.yaml'])(
    '%s is completed',
    async (name) => {
      expect(await labelsAt(openSettings('‸\n', name))).toEqual([
        '$schema',
        'apiOutage',
        'apiUrl',
        'credentials',
        'polling',
        'progress',
        'state',
      ]);
    },
  );

  test.each([
    ['progress: ‸', ['auto', 'json', 'live', 'plain']],
    ['polling:\n  ‸', ['maxInterval', 'minInterval']],
    ['polling:\n  minInterval: ‸', ['10s', '2s']],
    ['apiOutage: ‸', ['15m', '1h']],
    ['credentials: ‸', ['a command']],
    ['credentials:\n  command: [./key.sh]\n  ‸', ['timeout']],
    ['credentials:\n  timeout: ‸', ['1m', '30s']],
  ])('is offered, at %j, %j', async (text, labels) => {
    expect(await labelsAt(openSettings(text))).toEqual(labels);
  });

  test('is explained', async () => {
    expect(await (await openSettings('credentials: { com‸mand: [./key.sh] }\n')).hover()).toContain(
      'without a shell',
    );
    expect(await (await openSettings('api‸Url: https://allxon.example.com\n')).hover()).toContain(
      "instead of the region's host",
    );
  });

  test('is checked', async () => {
    const text = `apiUrl: 1
progres: live
progress: lively
polling: { minInterval: 5 }
credentials: { command: vault read, timeout: 0, secret: hush }
`;
    const { findings } = await openSettings(text);
    expect(findings.map(({ at, covers, message }) => `${at} ${covers}: ${message}`).sort()).toEqual([
      '1:9 1: Incorrect type. Expected "string".',
      '2:1 progres: Property progres is not allowed.',
      '3:11 lively: Value is not accepted. Valid values: "auto", "live", "plain", "json".',
      '4:25 5: a duration such as `90s`, `30m`, `1h30m` or `2d`',
      '5:25 vault read: a list of a program and its arguments, such as `[vault, kv, get, …]`',
      '5:46 0: a duration such as `90s`, `30m`, `1h30m` or `2d`',
      '5:49 secret: Property secret is not allowed.',
    ]);
  });
});

test('a plan without a first line is known by its folder, where the editor says so', async () => {
  const { findings } = await server.open('rollouts/plan.yaml', 'version: 2\n');
  expect(findings.map(({ message }) => message)).toContain('Value must be 1.');
});

describe('a scenario', () => {
  test.each([
    [
      'devices:\n  ‸',
      [
        'connection',
        'duration',
        'flipAfter',
        'lateAfter',
        'outcomes',
        'relapseAfter',
        'some fail',
        'vanishAfter',
        'word',
      ],
    ],
    [
      'devices:\n  outcomes:\n    ‸',
      [
        'contrary',
        'failed',
        'flip',
        'late',
        'odd',
        'offline',
        'rejected',
        'relapse',
        'some fail',
        'stuck',
        'unknown',
        'unlisted',
        'vanish',
      ],
    ],
    ['devices:\n  duration:\n    uniform:\n      from: ‸', ['1m']],
    ['rateLimit: ‸', ['few calls']],
    ['faults:\n  ‸', ['a lost answer']],
    ['overrides:\n  ‸', ['for some devices']],
    [
      'faults:\n  - fault: slow\n    call: ‸',
      ['any', 'artifact', 'connection', 'poll', 'post', 'upload', 'upload-url'],
    ],
  ])('is offered, at %j, %j', async (text, labels) => {
    expect(await labelsAt(openScenario(`version: 1\n${text}`))).toEqual(labels);
  });

  test('is offered each of the ways in which a duration may be told', async () => {
    const labels = await labelsAt(openScenario('version: 1\ndevices:\n  duration:\n    ‸'));
    expect(labels).toEqual(expect.arrayContaining(['a fixed time', 'around a median', 'between two times']));
  });

  test('is offered every fault, explained', async () => {
    const document = await openScenario('version: 1\nfaults:\n  - fault: ‸');
    expect(await document.complete()).toHaveLength(FAULT_NAMES.length + UPLOAD_FAULT_NAMES.length);
    expect(await (await openScenario('version: 1\nfaults:\n  - fa‸ult: slow')).hover()).toContain(
      'the right answer after',
    );
  });

  test('is checked', async () => {
    const { findings } = await openScenario(`version: 1
seed: -1
devices: { outcomes: { failed: 120% }, duration: { fixed: 1 } }
faults: [{ fault: explosion, call: post }, { call: poll }]
`);
    expect(findings.map(({ at, covers, message }) => `${at} ${covers}: ${message}`).sort()).toEqual([
      '3:7 -1: Value is below the minimum of 0.',
      '4:32 120%: a percentage from `0%` to `100%` such as `5%` or `0.5%`',
      '4:59 1: Incorrect type. Expected "string".',
      expect.stringMatching(/^5:19 explosion: Value is not accepted\. Valid values: "status-429", /),
      '5:44 {: Missing property "fault".',
    ]);
  });
});
