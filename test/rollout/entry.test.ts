import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import type { ArtifactUuid, PlanDigest } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { comparePlans, describePlanChange } from '../../src/rollout/compare-plans.ts';
import { decideStart } from '../../src/rollout/entry.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';

const PLAN = makePlan([makeWave('canary', 1), makeWave('middle', 2), makeWave('rest', 2)]);
const WANTED = { plan: PLAN, digest: DIGEST, simulated: false, again: false };

function changed(plan: RolloutPlan) {
  return { ...WANTED, plan, digest: 'e'.repeat(64) as PlanDigest };
}

/** The first wave has been posted, nothing else. */
function begun(): ToldRollout {
  return new ToldRollout(PLAN).deploy('canary');
}

function completed(): ToldRollout {
  return new ToldRollout(makePlan([makeWave('w', 1)])).deploy('w').report('w/1', { success: ['w-1'] });
}

test('a name without a record starts', () => {
  expect(decideStart(null, WANTED)).toEqual({ kind: 'start' });
});

test('an unfinished rollout goes on, also one that has halted and is still watched', () => {
  expect(decideStart(new ToldRollout(PLAN).state, WANTED)).toMatchObject({ kind: 'go-on', planChange: null });
  const plan = makePlan([makeWave('w', 2)]);
  const halted = new ToldRollout(plan).deploy('w').report('w/1', { failed: ['w-1'] });
  expect(decideStart(halted.state, { ...WANTED, plan }).kind).toBe('go-on');
});

test('a finished rollout is not run again, unless it is to be started over', () => {
  const { state } = completed();
  expect(decideStart(state, { ...WANTED, plan: state.plan }).kind).toBe('finished');
  expect(decideStart(state, changed(PLAN)).kind).toBe('finished-otherwise');
  expect(decideStart(state, { ...WANTED, again: true }).kind).toBe('start-over');
});

test('a plan whose digest differs and in which no difference is found is refused', () => {
  const unknown = decideStart(begun().state, changed(PLAN));
  expect(unknown).toMatchObject({ kind: 'plan-unclear', changes: [] });
});

test('a plan with the digest on record and with other content is refused, and the difference shown', () => {
  const other = makePlan(PLAN.waves, {
    hooks: { onHalt: [{ name: 'h', run: ['./other.sh'], timeoutMs: 1 }] },
  });
  const entry = decideStart(new ToldRollout(PLAN).state, { ...WANTED, plan: other });
  expect(entry.kind === 'plan-unclear' && entry.changes.map(describePlanChange)).toEqual([
    'hooks.onHalt[0] none on record, h: ["./other.sh"], timeout 1ms in the plan',
  ]);
});

test('description, hooks, preflight and rollback may change once something was posted', () => {
  const plan = makePlan(PLAN.waves, {
    description: 'another',
    hooks: { onHalt: [{ name: 'h', run: ['./other.sh'], timeoutMs: 1 }] },
    preflight: { minOnline: { partsPerMillion: 1 } },
    rollback: { artifact: PLAN.artifact, arguments: {}, automatic: true, maxTimedOut: { count: 1 } },
  });
  expect(decideStart(begun().state, changed(plan)).kind).toBe('go-on');
});

test('an unfinished rollout is not started over', () => {
  expect(decideStart(begun().state, { ...WANTED, again: true }).kind).toBe('unfinished');
});

test('a simulated record and a real run do not meet', () => {
  expect(decideStart(new ToldRollout(PLAN).state, { ...WANTED, simulated: true }).kind).toBe('other-world');
});

describe('an edited plan', () => {
  const [canary, middle, rest] = [makeWave('canary', 1), makeWave('middle', 2), makeWave('rest', 2)];
  const extra = makeWave('extra', 1);

  const allowed: readonly [string, RolloutPlan][] = [
    ['a wave that has not started', makePlan([canary, makeWave('middle', 3), rest])],
    ['a wave added behind those that have', makePlan([canary, extra, middle, rest])],
    ['a wave less', makePlan([canary, rest])],
    ['another order of those to come', makePlan([canary, rest, middle])],
    ['a stricter limit of the whole', makePlan(PLAN.waves, { maxFailures: { count: 3 } })],
    ['another description', makePlan([canary, middle, rest], { description: 'mended' })],
  ];
  test.each(allowed)('is taken up: %s', (_, plan) => {
    const entry = decideStart(begun().state, changed(plan));
    expect(entry).toMatchObject({ kind: 'go-on', planChange: { type: 'plan-changed', plan } });
  });

  const refused: readonly [string, RolloutPlan, readonly string[]][] = [
    [
      'arguments of a wave that has started',
      makePlan([makeWave('canary', 1, { arguments: { a: 'b' } }), makeWave('middle', 9), rest]),
      ["wave canary: arguments.a none on record, 'b' in the plan"],
    ],
    [
      'rejected devices that are no failures any more',
      makePlan([makeWave('canary', 1, { rejected: 'ignore' }), middle, rest]),
      ['wave canary: rejected failure on record, ignore in the plan'],
    ],
    [
      'what is done in doubt',
      makePlan(PLAN.waves, { whenInDoubt: 'post-again' }),
      ['whenInDoubt stop on record, post-again in the plan'],
    ],
    [
      'a wave that is left without a device',
      makePlan([canary, { ...middle, devices: canary.devices }, rest]),
      ['wave middle: devices 2 on record, only devices of started waves in the plan'],
    ],
    ['a started wave that is gone', makePlan([middle, rest]), ['wave canary: removed, with 1 device']],
    ['a wave put before it', makePlan([extra, canary, middle, rest]), ['wave extra: added, with 1 device']],
    [
      'a wave moved before it',
      makePlan([middle, canary, rest]),
      ['order of waves: canary, middle, rest on record, middle, canary, rest in the plan'],
    ],
    ['the region', makePlan(PLAN.waves, { region: 'eu' }), ['region us on record, eu in the plan']],
  ];
  test.each(refused)('is refused, with both versions: %s', (_, plan, told) => {
    const entry = decideStart(begun().state, changed(plan));
    expect(entry.kind).toBe('plan-changed');
    expect(entry.kind === 'plan-changed' && entry.changes.map(describePlanChange)).toEqual(told);
  });

  test('keeps what has begun as it is on record, and tells the difference', () => {
    const written = makeWave('canary', 2, { timeoutMs: 60_000, soakMs: 1_000 });
    const entry = decideStart(begun().state, changed(makePlan([written, makeWave('middle', 3), rest])));
    const kept = [
      'wave canary: devices 1 on record, 2 (only here: canary-2) in the plan',
      'wave canary: timeout 1h on record, 1m in the plan',
      'wave canary: soak none on record, 1s in the plan',
    ];
    const plan = makePlan([canary, makeWave('middle', 3), rest]);
    expect(entry).toMatchObject({ kind: 'go-on', planChange: { plan, kept, digest: digestPlan(plan) } });
  });

  test('is told once of what it keeps, and is then as recorded', () => {
    const given = changed(makePlan([makeWave('canary', 2), middle, rest]));
    const told = begun();
    const entry = decideStart(told.state, given);
    const event = entry.kind === 'go-on' ? entry.planChange : null;
    told.tell(present(event, 'the change'));
    expect(decideStart(told.state, given)).toMatchObject({ kind: 'go-on', planChange: null });
    expect(decideStart(told.state, { ...given, isByRecord: true })).toMatchObject({ kind: 'go-on' });
  });

  test('gives a device of a wave that has begun to no other wave', () => {
    const moved = { ...makeWave('middle', 3), devices: [...canary.devices, ...middle.devices] };
    const entry = decideStart(begun().state, changed(makePlan([makeWave('canary', 1), moved, rest])));
    expect(entry.kind === 'go-on' && entry.planChange).toMatchObject({ type: 'plan-changed', changes: [] });
  });

  test('is refused where a limit of what has begun is looser, counted on the devices on record', () => {
    const limited = (maxFailures: number) =>
      makePlan([makeWave('canary', 3, { maxFailures: { count: maxFailures } }), rest]);
    const told = new ToldRollout(limited(1)).deploy('canary');
    expect(decideStart(told.state, changed(limited(2)))).toMatchObject({
      kind: 'plan-changed',
      changes: [{ key: 'maxFailures', before: '1', after: '2' }],
    });
    expect(decideStart(told.state, changed(limited(0)))).toMatchObject({
      kind: 'go-on',
      planChange: { plan: limited(0) },
    });
    // One success is needed whatever is tolerated: of three devices, 2 and 3 tolerated failures are the same.
    const open = new ToldRollout(limited(2)).deploy('canary');
    expect(decideStart(open.state, changed(limited(3))).kind).toBe('go-on');
  });

  test('may not name a gate by its record alone, where others can write that', () => {
    const gates = [{ name: 'g', run: ['./own.sh'], timeoutMs: 1, retries: 0, intervalMs: 1 }];
    const told = new ToldRollout(makePlan([makeWave('canary', 1, { gates }), middle, rest])).deploy('canary');
    const given = changed(PLAN);
    expect(decideStart(told.state, given).kind).toBe('go-on');
    expect(decideStart(told.state, { ...given, isRecordTrusted: false })).toMatchObject({
      kind: 'not-as-recorded',
      changes: [{ of: 'gates' }],
    });
  });

  test('may differ in everything as long as nothing was ever posted', () => {
    const other = makePlan([extra], { region: 'eu', artifact: { uuid: 'another' as ArtifactUuid } });
    expect(decideStart(new ToldRollout(PLAN).state, changed(other)).kind).toBe('go-on');
  });

  test('takes the place of the recorded one, and what has started stays as it was', () => {
    const plan = makePlan([canary, makeWave('middle', 3), extra]);
    const told = begun();
    const before = told.state.waves[0];
    told.tell({ type: 'plan-changed', plan, digest: DIGEST, changes: [] });
    expect(told.state.waves[0]).toEqual(before);
    expect(
      told.state.waves.map(({ wave, index, phase, tally }) => [wave.name, index, phase, tally.waiting]),
    ).toEqual([
      ['canary', 0, 'running', 0],
      ['middle', 1, 'waiting', 3],
      ['extra', 2, 'waiting', 1],
    ]);
    told.report('canary/1', { success: ['canary-1'] });
    expect(told.types().at(-1)).toBe('wave-started');
  });
});

describe('what differs between two plans', () => {
  test.each([
    ['nothing', PLAN, []],
    [
      'a wave',
      makePlan([PLAN.waves[0] ?? makeWave('canary', 1), makeWave('middle', 2), makeWave('rest', 3)]),
      ['wave rest: devices 2 on record, 3 (only here: rest-3) in the plan'],
    ],
    [
      'the order of devices',
      makePlan([
        ...PLAN.waves.slice(0, 2),
        { ...makeWave('rest', 2), devices: makeWave('rest', 2).devices.toReversed() },
      ]),
      ['wave rest: devices in one order on record, in another order in the plan'],
    ],
    [
      'the artifact',
      makePlan(PLAN.waves, { artifact: { uuid: 'another' as ArtifactUuid } }),
      ['artifact a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a on record, another in the plan'],
    ],
  ])('%s', (_, after, told) => {
    expect(comparePlans(PLAN, after).map(describePlanChange)).toEqual(told);
  });
});
