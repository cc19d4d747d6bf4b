import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SCENARIO } from '../../../src/backend/simulator/load-scenario.ts';
import { SHARED_OUTCOMES, WHOLE_SHARE } from '../../../src/backend/simulator/scenario.ts';
import type {
  Behaviour,
  Override,
  Scenario,
  SharedOutcome,
} from '../../../src/backend/simulator/scenario.ts';
import { SimulatedAccount } from '../../../src/backend/simulator/simulated-account.ts';
import { ARTIFACT, makeScenario, STARTED_AT } from './kit.ts';

const MIXED: Scenario = makeScenario(
  { seed: 7 },
  {
    duration: { kind: 'lognormal', medianMs: 120_000, spread: 2, mostMs: 3_600_000 },
    shares: Object.fromEntries(SHARED_OUTCOMES.map((outcome) => [outcome, 80_000])),
  },
);

function serials(count: number, prefix = 'cam'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

function deploy(world: SimulatedAccount, devices: readonly string[], now = STARTED_AT) {
  return world.deploy({ devices, artifactUuid: ARTIFACT, arguments: {} }, now);
}

/** All that a caller can see of one device's life, every minute for three hours. */
function lifeOf(world: SimulatedAccount, deploymentId: string, serial: string): readonly string[] {
  return Array.from({ length: 180 }, (_, minute) => {
    const listed = world.statusOf(deploymentId, 'all', STARTED_AT + minute * 60_000) ?? [];
    return listed.find((device) => device.serial === serial)?.status ?? 'not listed';
  });
}

function override(change: Partial<Override>): Override {
  return { serials: null, deployments: null, share: WHOLE_SHARE, behaviour: {}, ...change };
}

/** The outcomes of the world's devices, in the order in which they were deployed to. */
function outcomes(world: SimulatedAccount): readonly string[] {
  return world.ledger().deployments.flatMap(({ devices }) => devices.map(({ outcome }) => outcome));
}

describe('what becomes of a device', () => {
  test('depends neither on how often nor on when anyone polls', () => {
    const polls = fc.array(fc.record({ deployment: fc.nat(2), afterMs: fc.nat(10_000_000) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(polls, (asked) => {
        const [quiet, busy] = [new SimulatedAccount(MIXED), new SimulatedAccount(MIXED)];
        const batches = [serials(10, 'a'), serials(10, 'b'), serials(10, 'c')];
        for (const batch of batches) deploy(quiet, batch);
        const ids = batches.map((batch) => deploy(busy, batch).deploymentId);
        const answers = asked.map(({ deployment, afterMs }) =>
          busy.statusOf(ids[deployment] ?? '', 'all', STARTED_AT + afterMs),
        );
        const answersReversed = asked
          .toReversed()
          .map(({ deployment, afterMs }) =>
            quiet.statusOf(ids[deployment] ?? '', 'all', STARTED_AT + afterMs),
          );
        expect(answersReversed.toReversed()).toEqual(answers);
        expect(quiet.ledger()).toEqual(busy.ledger());
      }),
    );
  });

  test('depends neither on the other devices of its deployment nor on the order of the deployments', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...serials(24)], { minLength: 24 }),
        fc.integer({ min: 1, max: 24 }),
        (all, size) => {
          const [one, many] = [new SimulatedAccount(MIXED), new SimulatedAccount(MIXED)];
          const whole = deploy(one, serials(24));
          const ids = new Map<string, string>();
          for (let start = 0; start < all.length; start += size) {
            const batch = all.slice(start, start + size);
            const { deploymentId } = deploy(many, batch);
            for (const serial of batch) ids.set(serial, deploymentId);
          }
          for (const serial of serials(24)) {
            expect(lifeOf(many, ids.get(serial) ?? '', serial)).toEqual(
              lifeOf(one, whole.deploymentId, serial),
            );
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test('is drawn anew when it is deployed to again', () => {
    const world = new SimulatedAccount(makeScenario({}, { shares: { failed: 500_000 } }));
    deploy(world, serials(40));
    deploy(world, serials(40));
    const all = outcomes(world);
    expect(all.slice(0, 40)).not.toEqual(all.slice(40));
  });

  test('is another with another seed', () => {
    const worlds = [1, 2].map((seed) => new SimulatedAccount({ ...MIXED, seed }));
    for (const world of worlds) deploy(world, serials(40));
    const [first, second] = worlds.map((world) => outcomes(world));
    expect(first).not.toEqual(second);
    const ids = worlds.map((world) => world.ledger().deployments.map(({ id }) => id));
    expect(ids[0]).not.toEqual(ids[1]);
  });

  test('comes in the shares that the scenario gives', () => {
    const world = new SimulatedAccount(MIXED);
    deploy(world, serials(20_000));
    const drawn = outcomes(world);
    for (const outcome of SHARED_OUTCOMES) {
      const share = drawn.filter((other) => other === outcome).length / drawn.length;
      expect(share, outcome).toBeGreaterThan(0.07);
      expect(share, outcome).toBeLessThan(0.09);
    }
  });
});

describe('the life of a device that is', () => {
  const minutes = (world: SimulatedAccount, outcome: SharedOutcome | 'success') => {
    const { deploymentId } = deploy(world, ['x']);
    expect(outcomes(world)).toEqual([outcome]);
    const life = lifeOf(world, deploymentId, 'x');
    return life
      .filter((word, index) => word !== life[index - 1])
      .map((word) => `${word} at ${life.indexOf(word)}m`);
  };

  test.each<[SharedOutcome | 'success', readonly string[]]>([
    ['success', ['processing at 0m', 'success at 2m']],
    ['failed', ['processing at 0m', 'failed at 2m']],
    ['rejected', ['not listed at 0m']],
    ['unknown', ['not listed at 0m']],
    ['stuck', ['processing at 0m']],
    ['offline', ['processing at 0m']],
    ['late', ['processing at 0m', 'success at 120m']],
    ['vanish', ['processing at 0m', 'not listed at 5m']],
    ['flip', ['processing at 0m', 'failed at 2m', 'success at 12m']],
    ['relapse', ['processing at 0m', 'success at 2m', 'failed at 22m']],
    ['contrary', ['processing at 0m', 'success at 2m', 'rolled_back at 22m']],
    ['unlisted', ['processing at 0m', 'success at 2m', 'not listed at 22m']],
    ['odd', ['processing at 0m', 'rolled_back at 2m']],
  ])('%s', (outcome, life) => {
    const times = {
      lateAfterMs: 7_200_000,
      vanishAfterMs: 300_000,
      flipAfterMs: 600_000,
      relapseAfterMs: 1_200_000,
    };
    const world = new SimulatedAccount(makeScenario({}, { ...times, shares: { [outcome]: WHOLE_SHARE } }));
    expect(minutes(world, outcome)).toEqual(life);
  });

  test.each<[SharedOutcome, number | null]>([
    ['failed', 90_000],
    ['late', 7_200_000],
    ['flip', 210_000],
    ['relapse', 690_000],
    ['stuck', null],
    ['vanish', null],
    ['contrary', null],
    ['unlisted', null],
    ['odd', null],
    ['unknown', null],
    ['rejected', null],
  ])('%s ends on record after %j ms', (outcome, afterMs) => {
    const world = new SimulatedAccount(makeScenario({}, { shares: { [outcome]: WHOLE_SHARE } }));
    deploy(world, ['x']);
    const endsAt = afterMs === null ? null : STARTED_AT + afterMs;
    expect(world.ledger().deployments[0]?.devices).toEqual([{ serial: 'x', outcome, endsAt }]);
  });

  test('processing is updated when it was deployed to, and then when it ends', () => {
    const world = new SimulatedAccount(makeScenario());
    const { deploymentId } = deploy(world, ['x']);
    const at = (ms: number) => world.statusOf(deploymentId, 'all', STARTED_AT + ms)?.[0];
    expect(at(89_999)).toEqual({ serial: 'x', status: 'processing', updatedAt: STARTED_AT });
    expect(at(90_000)).toEqual({ serial: 'x', status: 'success', updatedAt: STARTED_AT + 90_000 });
    // A clock that was set back shows the past, and nothing breaks.
    expect(at(-3_600_000)).toMatchObject({ status: 'processing' });
  });
});

describe('a device', () => {
  test.each(['canceled', 'processing'])('is listed with the word that its scenario gives: %s', (word) => {
    const world = new SimulatedAccount(makeScenario({}, { word, shares: { odd: WHOLE_SHARE } }));
    const { deploymentId } = deploy(world, ['x']);
    expect(lifeOf(world, deploymentId, 'x').at(-1)).toBe(word);
    expect(world.statusOf(deploymentId, 'success', STARTED_AT + 7_200_000)).toEqual([]);
  });

  test('is connected as its behaviour says, and as its outcome says otherwise', () => {
    const connected = (connection: Behaviour['connection'], outcome?: SharedOutcome) => {
      const shares = outcome === undefined ? {} : { [outcome]: WHOLE_SHARE };
      return new SimulatedAccount(makeScenario({ account: ['x'] }, { connection, shares })).connections();
    };
    expect(connected(null)).toEqual([{ serial: 'x', status: 'online' }]);
    expect(connected(null, 'offline')).toEqual([{ serial: 'x', status: 'offline' }]);
    expect(connected('abnormal')).toEqual([{ serial: 'x', status: 'abnormal' }]);
    expect(connected('online', 'offline')).toEqual([{ serial: 'x', status: 'online' }]);
    expect(connected('unlisted')).toEqual([]);
  });
});

describe('a deployment', () => {
  test('that the API forgets is unknown from its time on, and those that it does not name are known', () => {
    const world = new SimulatedAccount(makeScenario({ forgotten: { afterMs: 60_000, deployments: [2] } }));
    const [first, second] = [deploy(world, ['a']).deploymentId, deploy(world, ['b']).deploymentId];
    const known = (id: string, ms: number) => world.statusOf(id, 'all', STARTED_AT + ms) !== null;
    expect([known(first, 60_000), known(second, 59_999), known(second, 60_000)]).toEqual([true, true, false]);
    const all = new SimulatedAccount(makeScenario({ forgotten: { afterMs: 60_000, deployments: null } }));
    const { deploymentId } = deploy(all, ['a']);
    expect(all.statusOf(deploymentId, 'all', STARTED_AT + 60_000)).toBeNull();
  });
});

describe('a duration', () => {
  const durations = (duration: Behaviour['duration']) => {
    const world = new SimulatedAccount(makeScenario({}, { duration }));
    deploy(world, serials(4000));
    const devices = world.ledger().deployments[0]?.devices ?? [];
    return devices.map(({ endsAt }) => (endsAt ?? 0) - STARTED_AT).sort((a, b) => a - b);
  };

  test('that is uniform lies between its bounds, evenly', () => {
    const all = durations({ kind: 'uniform', fromMs: 60_000, toMs: 300_000 });
    expect(all.at(0)).toBeGreaterThanOrEqual(60_000);
    expect(all.at(-1)).toBeLessThanOrEqual(300_000);
    expect(all.at(2000)).toBeGreaterThan(170_000);
    expect(all.at(2000)).toBeLessThan(190_000);
  });

  test('that is lognormal has its median, two thirds within its spread, and a bound', () => {
    const all = durations({ kind: 'lognormal', medianMs: 120_000, spread: 2, mostMs: 400_000 });
    expect(all.at(2000)).toBeGreaterThan(114_000);
    expect(all.at(2000)).toBeLessThan(126_000);
    const near = all.filter((ms) => ms >= 60_000 && ms <= 240_000).length / all.length;
    expect(near).toBeGreaterThan(0.66);
    expect(near).toBeLessThan(0.71);
    expect(all.at(-1)).toBe(400_000);
  });
});

describe('an override', () => {
  const failing = { shares: { failed: WHOLE_SHARE } };
  const failedOf = (overrides: readonly Override[], batches: readonly (readonly string[])[]) => {
    const world = new SimulatedAccount(makeScenario({ overrides }));
    for (const batch of batches) deploy(world, batch);
    return world
      .ledger()
      .deployments.map(({ devices }) =>
        devices.filter(({ outcome }) => outcome === 'failed').map(({ serial }) => serial),
      );
  };
  const batch = ['taipei-1', 'taipei-2', 'berlin-1', 'a.b', 'axb'];

  test.each<[string, Partial<Override>, readonly string[]]>([
    ['all devices', {}, batch],
    ['one serial', { serials: ['taipei-2'] }, ['taipei-2']],
    ['a prefix', { serials: ['taipei-*'] }, ['taipei-1', 'taipei-2']],
    ['a suffix', { serials: ['*-1'] }, ['taipei-1', 'berlin-1']],
    ['one character', { serials: ['taipei-?', 'x?'] }, ['taipei-1', 'taipei-2']],
    ['a dot, which is a dot', { serials: ['a.b', 'a.*'] }, ['a.b']],
    ['part of a serial, which is none', { serials: ['taipei', 'erlin*'] }, []],
    ['no device', { share: 0 }, []],
  ])('touches %s', (_title, change, failed) => {
    expect(failedOf([override({ behaviour: failing, ...change })], [batch])).toEqual([failed]);
  });

  test('touches certain deployments only', () => {
    const second = override({ deployments: [2], behaviour: failing });
    expect(failedOf([second], [['a'], ['b'], ['a']])).toEqual([[], ['b'], []]);
  });

  test('touches the same devices in every deployment, in the share that it gives', () => {
    const [first = [], again = []] = failedOf(
      [override({ share: 200_000, behaviour: failing })],
      [serials(5000), serials(5000)],
    );
    expect(first.length).toBeGreaterThan(900);
    expect(first.length).toBeLessThan(1100);
    expect(again).toEqual(first);
  });

  test('is laid over those before it, key by key', () => {
    const slow = override({ behaviour: { duration: { kind: 'fixed', ms: 600_000 } } });
    const well = override({ serials: ['b'], behaviour: { shares: {} } });
    const world = new SimulatedAccount(
      makeScenario({ overrides: [override({ behaviour: failing }), slow, well] }),
    );
    deploy(world, ['a', 'b']);
    expect(world.ledger().deployments[0]?.devices).toEqual([
      { serial: 'a', outcome: 'failed', endsAt: STARTED_AT + 600_000 },
      { serial: 'b', outcome: 'success', endsAt: STARTED_AT + 600_000 },
    ]);
  });
});

describe('the default fleet', () => {
  test('is healthy and takes minutes', () => {
    const world = new SimulatedAccount(DEFAULT_SCENARIO);
    deploy(world, serials(10_000));
    const devices = world.ledger().deployments[0]?.devices ?? [];
    const share = (is: (device: (typeof devices)[number]) => boolean) =>
      devices.filter(is).length / devices.length;
    const took = ({ endsAt }: (typeof devices)[number]) => (endsAt ?? STARTED_AT) - STARTED_AT;
    expect(share(({ outcome }) => outcome === 'failed')).toBeCloseTo(0.01, 2);
    expect(share(({ outcome }) => outcome === 'rejected')).toBeCloseTo(0.005, 2);
    expect(share(({ outcome }) => outcome === 'success')).toBeGreaterThan(0.98);
    expect(share((device) => took(device) >= 60_000 && took(device) <= 360_000)).toBeGreaterThan(0.85);
    expect(Math.max(...devices.map(took))).toBeLessThan(1_200_000);
  });
});
