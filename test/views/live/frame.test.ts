import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { colourOf } from '../../../src/base/colour.ts';
import { present } from '../../../src/base/assert.ts';
import type { DeploymentId } from '../../../src/plan/identifiers.ts';
import { renderFrame } from '../../../src/views/live/frame.ts';
import type { FrameOptions } from '../../../src/views/live/frame.ts';
import { EMPTY_VIEW, viewAfterEvent, viewAfterNotice } from '../../../src/views/live/view.ts';
import type { View } from '../../../src/views/live/view.ts';
import { displayWidth } from '../../../src/base/columns.ts';
import { apply, fold } from '../../../src/rollout/apply.ts';
import type { RolloutState } from '../../../src/rollout/state.ts';
import type { Notice } from '../../../src/run/loop/observer.ts';
import { orderRecord } from '../../kit/orders.ts';
import { makePlan, makeWave } from '../../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../../kit/rollouts.ts';
import { everyEvent } from '../every-event.ts';
import { STORIES } from '../told-orders.ts';
import { onRecord, stopped, toBerlin, toHalt } from '../told.ts';
import { ANY_COLUMNS } from '../../kit/line-widths.ts';

const NOW = STARTED_AT + 8 * 60_000;

function options(change: Partial<FrameOptions> = {}): FrameOptions {
  return {
    now: NOW,
    columns: 80,
    rows: 24,
    colours: colourOf(false),
    marks: { passed: '✔', halted: '✖', running: '⠹' },
    ...change,
  };
}

function viewOf(state: RolloutState, ...notices: readonly Notice[]): View {
  return notices.reduce(viewAfterNotice, { ...EMPTY_VIEW, state });
}

function draw(view: View, change: Partial<FrameOptions> = {}): string {
  return `${renderFrame(view, options(change)).join('\n')}\n`;
}

const POLL: Notice = { kind: 'poll-due', deployment: 'berlin/1', at: NOW + 7_500 };
const BUDGET: Notice = {
  kind: 'budget',
  budget: { limit: 1000, remaining: 912, resetAt: NOW + 60_000, blockedUntil: null },
};

const underWay = viewOf(
  toBerlin()
    .deploy('berlin', 1, ['berlin-2'])
    .report('berlin/1', { success: devicesOf('berlin', 3, 12), failed: ['berlin-1'] }).state,
  POLL,
  BUDGET,
);

/** Forty waves of fifty, `passed` of which have. */
function manyWaves(passed: number): RolloutState {
  const plan = makePlan(Array.from({ length: 40 }, (_, index) => makeWave(`site-${index + 1}`, 50)));
  const told = new ToldRollout(plan);
  for (let wave = 1; wave <= passed; wave++) {
    told.deploy(`site-${wave}`);
    told.report(`site-${wave}/1`, { success: devicesOf(`site-${wave}`, 1, 50) });
  }
  if (passed < 40) told.deploy(`site-${passed + 1}`);
  return told.state;
}

const PICTURES: Readonly<Record<string, View>> = {
  start: viewOf(onRecord()),
  'under-way': underWay,
  notices: [
    {
      kind: 'call-failed',
      message: 'GET /ota/deployment/id-berlin-1/all was not answered: connect ECONNREFUSED 127.0.0.1:8080',
      retryAt: NOW + 4_000,
      downSince: NOW - 65_000,
    },
    { kind: 'rate-limited', until: NOW + 1_440_000 },
    { kind: 'clock-off', aheadMs: 192_000 },
    {
      kind: 'oddity',
      deployment: 'berlin/1',
      message:
        'the API listed a device twice with different statuses, the later or worse one counts: berlin-7',
    },
    { kind: 'stopping', inFlight: 8 },
  ].reduce((view, notice) => viewAfterNotice(view, notice as Notice), underWay),
  halted: viewOf(toHalt().state, POLL, BUDGET),
  paused: viewOf(STORIES['paused-watched']().state, POLL, BUDGET),
  aborted: viewOf(STORIES['aborted-watched']().state, POLL, BUDGET),
  'retry-under-way': viewOf(STORIES['retry-under-way']().state, { ...POLL, deployment: 'berlin/3' }, BUDGET),
  'halted-again': viewOf(STORIES['halted-again']().state),
  completed: viewOf(
    new ToldRollout(makePlan([makeWave('canary', 2)]))
      .deploy('canary')
      .report('canary/1', { success: devicesOf('canary', 1, 2) }).state,
  ),
  'forty-at-1': viewOf(manyWaves(0)),
  'forty-at-20': viewOf(manyWaves(19)),
  'forty-at-40': viewOf(manyWaves(39)),
  'forty-completed': viewOf(manyWaves(40)),
};

describe('the picture of a run', () => {
  test.each(Object.entries(PICTURES))('%s', async (name, view) => {
    await expect(draw(view)).toMatchFileSnapshot(`golden/frame-${name}-80.txt`);
  });

  test('has the times of the wave at work behind it where they fit, and else beneath', () => {
    const times = '7m53s, times out in 22m09s, poll in 8s, 912 calls left\n';
    expect(draw(underWay, { columns: 140 })).toContain(`8 in flight, 20 waiting  ${times}`);
    expect(draw(underWay, { columns: 80 })).toContain(`8 in flight, 20 waiting\n    ${times}`);
  });

  test('is empty before anything is known', () => {
    expect(renderFrame(EMPTY_VIEW, options())).toEqual([]);
  });

  test('is coloured only where that is wanted', () => {
    expect(draw(underWay)).not.toContain('\u001b');
    expect(draw(underWay, { colours: colourOf(true) })).toContain('\u001b[31m1 failed\u001b[39m');
  });

  test('names the failing devices up to its width, and counts the others', () => {
    const failing = viewOf(
      toBerlin()
        .deploy('berlin')
        .report('berlin/1', { failed: devicesOf('berlin', 1, 20) }).state,
    );
    expect(draw(failing, { columns: 40 })).toContain('    failed berlin-1 and 19 more\n');
    expect(draw(failing, { columns: 200 })).toContain('berlin-10 and 10 more\n');
  });

  test.each([
    ['a rate limit that is over', { kind: 'rate-limited', until: NOW } as const, 'rate limit'],
    [
      'an oddity of an earlier wave',
      { kind: 'oddity', deployment: 'canary/1', message: 'odd' } as const,
      'odd',
    ],
  ])('no longer shows %s', (_, notice, text) => {
    const told = toBerlin();
    const [first] = told.events;
    const noticed = viewAfterNotice(viewOf(told.state), notice);
    const started = told.events.find(({ type }) => type === 'wave-started') ?? first;
    if (started === undefined) throw new Error('no event');
    expect(draw(viewAfterEvent(noticed, started, told.state))).not.toContain(text);
  });

  test('has names that stay different where there is no room for them', () => {
    const waves = [1, 2, 3].map((n) => makeWave(`berlin-store-alexanderplatz-${n}`, 2));
    const view = viewOf(new ToldRollout(makePlan(waves)).state);
    const drawn = draw(view, { columns: 40 });
    for (const n of [1, 2, 3]) expect(drawn).toContain(` berlin-store-…latz-${n}  `);
  });

  test('no longer shows an outage once the API answers', () => {
    const down = viewAfterNotice(underWay, {
      kind: 'call-failed',
      message: 'down',
      retryAt: NOW,
      downSince: NOW,
    });
    expect(draw(down)).toContain('no answer from the API');
    expect(draw(viewAfterNotice(down, { kind: 'api-back', downMs: 1 }))).not.toContain(
      'no answer from the API',
    );
  });

  test('speaks of no poll to come once the run is stopping', () => {
    expect(draw(underWay)).toContain('poll in 8s');
    expect(draw(viewAfterNotice(underWay, { kind: 'stopping', inFlight: 1 }))).not.toContain('poll');
  });

  test('counts the watching anew from when a deployment was adopted', () => {
    const told = STORIES['settled-after-abort']();
    const halted = present(fold(told.events.slice(0, -2)), 'a state');
    const adopted = apply(halted, {
      seq: halted.seq + 1,
      at: halted.updatedAt + 300_000,
      type: 'deployment-settled',
      order: orderRecord('adopt'),
      deployment: 'berlin/1',
      settlement: { kind: 'adopted', deploymentId: '5f0c' as DeploymentId },
    });
    expect(draw(viewOf(adopted), { now: adopted.updatedAt + 60_000 })).toContain('polling for 9m00s more');
  });

  test('leaves out a budget whose hour is over', () => {
    expect(draw(underWay, { now: NOW + 59_999 })).toContain('912 calls left');
    expect(draw(underWay, { now: NOW + 60_000 })).not.toContain('calls left');
  });

  test('says that a deadline has passed until the last answer is there', () => {
    expect(draw(underWay, { now: STARTED_AT + 2_000_000 })).toContain('timeout reached, last poll');
  });
});

describe('no picture is as wide as the terminal or as high', () => {
  const terminals = fc.record({
    columns: ANY_COLUMNS,
    rows: fc.integer({ min: 5, max: 60 }),
    isOn: fc.boolean(),
  });

  function expectFits(view: View, { columns, rows, isOn }: { columns: number; rows: number; isOn: boolean }) {
    const lines = renderFrame(view, options({ columns, rows, colours: colourOf(isOn) }));
    expect(lines.length).toBeLessThan(rows);
    for (const line of lines) expect(displayWidth(line)).toBeLessThan(columns);
  }

  test.each(Object.entries(PICTURES))('%s', (_, view) => {
    fc.assert(
      fc.property(terminals, (terminal) => {
        expectFits(view, terminal);
      }),
    );
  });

  const wide = makePlan([makeWave('台北市信義區'.repeat(8), 3), makeWave('🚀'.repeat(30), 2)]);
  const states = [
    ...everyEvent().map(({ state }) => state),
    manyWaves(19),
    new ToldRollout(wide).deploy(wide.waves[0]?.name ?? '').state,
    toHalt().tell({ type: 'grace-ended', unfinished: 8 }, stopped('halted', 'x')).state,
  ];
  const notices: readonly Notice[] = [
    { kind: 'call-failed', message: 'x'.repeat(300), retryAt: NOW, downSince: NOW },
    { kind: 'oddity', deployment: 'berlin/1', message: '台'.repeat(100) },
    { kind: 'stopping', inFlight: 100_000 },
  ];
  test('whatever has happened, and whatever anybody says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...states),
        fc.subarray([...notices]),
        terminals,
        (state, some, terminal) => {
          expectFits(viewOf(state, ...some), terminal);
        },
      ),
    );
  });
});
