import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { present } from '../../src/base/assert.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import type { RolloutPlan, Wave } from '../../src/plan/rollout-plan.ts';
import { apply } from '../../src/rollout/apply.ts';
import { decide } from '../../src/rollout/decide.ts';
import { RULES_OF_TODAY } from '../../src/rollout/event.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { previewRollout, reachedByFailure } from '../../src/rollout/preview.ts';
import { renderPreviewJson } from '../../src/views/preview/preview-json.ts';
import { renderPreview } from '../../src/views/preview/preview-text.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT, ToldRollout } from '../kit/rollouts.ts';

const POLLING = { minIntervalMs: 5_000, maxIntervalMs: 300_000 };

/** How many devices the engine itself has posted when it halts, if every device fails and deployments end in turn. */
function reachedByEngine(wave: Wave): number {
  const rollout = new ToldRollout(makePlan([wave]));
  const inFlight: number[] = [];
  let posted = 0;
  while (rollout.state.phase.kind === 'running') {
    const decision = decide(rollout.state, 0);
    if (decision.kind !== 'deploy') throw new Error(decision.kind);
    for (const { batch, devices } of decision.post.slice(0, wave.batch.parallel - inFlight.length)) {
      rollout.deploy(wave.name, batch);
      inFlight.push(batch);
      posted += devices.length;
    }
    const ended = inFlight.shift();
    const deployment = rollout.state.deployments.get(`${wave.name}/${ended ?? ''}`);
    rollout.report(`${wave.name}/${ended ?? ''}`, { failed: deployment?.devices ?? [] });
  }
  return posted;
}

test('what is reached by the failure that halts is what the engine would have posted', () => {
  const wave = fc.record({
    size: fc.integer({ min: 1, max: 40 }),
    batch: fc.integer({ min: 1, max: 12 }),
    parallel: fc.integer({ min: 1, max: 5 }),
    tolerated: fc.integer({ min: 0, max: 39 }),
  });
  fc.assert(
    fc.property(wave, ({ size, batch, parallel, tolerated }) => {
      fc.pre(tolerated < size);
      const made = makeWave('w', size, {
        maxFailures: { count: tolerated },
        batch: { size: batch, parallel },
      });
      expect(reachedByFailure(made, tolerated + 1)).toBe(reachedByEngine(made));
    }),
  );
});

/** What the engine itself asks about deployments that have ended, in a rollout of which every device succeeds. */
function checksByEngine(plan: RolloutPlan): number {
  let state = startOf(plan);
  let now = state.updatedAt;
  let checks = 0;
  const tell = (event: RolloutEvent) => {
    now += 1000;
    state = apply(state, { seq: state.seq + 1, at: now, ...event });
  };
  for (;;) {
    const decision = decide(state, now);
    switch (decision.kind) {
      case 'record':
        tell(decision.event);
        break;
      case 'wait':
        now = decision.until;
        break;
      case 'look-again':
        checks += decision.at.length;
        tell(present(decision.then, 'what is known when all have answered'));
        break;
      case 'deploy':
        for (const { key, wave, batch, attempt, devices } of decision.post) {
          tell({ type: 'deployment-intended', deployment: key, wave, batch, attempt, devices });
          tell({ type: 'deployment-accepted', deployment: key, ...ACCEPTED });
          tell({ type: 'devices-reported', deployment: key, processing: [], success: devices, failed: [] });
        }
        break;
      case 'end':
        return checks;
      case 'approval':
      case 'gate':
      case 'hook':
      case 'in-doubt':
      case 'paused':
      case 'watch':
        throw new Error(decision.kind);
    }
  }
}

const ACCEPTED = { deploymentId: 'id' as DeploymentId, requestId: null, rejected: [], unreadable: null };

function startOf(plan: RolloutPlan): RolloutState {
  const started = { type: 'rollout-started', plan, digest: DIGEST, simulated: false } as const;
  return apply(null, { seq: 1, at: STARTED_AT, ...started, rules: RULES_OF_TODAY });
}

test('the calls of a wave have what is asked after a soak, and of the waves before it', () => {
  const wave = fc.record({
    size: fc.integer({ min: 1, max: 20 }),
    batch: fc.integer({ min: 1, max: 5 }),
    soakMs: fc.constantFrom(undefined, 0, 3_600_000),
  });
  fc.assert(
    fc.property(fc.array(wave, { minLength: 1, maxLength: 4 }), (drawn) => {
      const waves = drawn.map(({ size, batch, soakMs }, index) =>
        makeWave(`w${index}`, size, {
          batch: { size: batch, parallel: 2 },
          ...(soakMs === undefined ? {} : { soakMs }),
        }),
      );
      const preview = previewRollout(makePlan(waves), POLLING);
      // The same waves, each as the only one of a rollout, without a soak.
      const alone = waves.map(
        ({ name, devices, batch }) =>
          previewRollout(makePlan([makeWave(name, devices.length, { batch })]), POLLING).calls.likely - 1,
      );
      const deployed = alone.reduce((sum, calls) => sum + calls, 1);
      expect(preview.calls.likely - deployed).toBe(checksByEngine(makePlan(waves)));
      expect(preview.calls.worst).toBeGreaterThanOrEqual(preview.calls.likely);
    }),
  );
});

describe('the preview', () => {
  test('says at which failure each wave halts, and on whose account', () => {
    const plan = makePlan(
      [
        makeWave('strict', 10),
        makeWave('loose', 10, { maxFailures: { count: 9 } }),
        makeWave('all but one', 10, { maxFailures: parsePercentage('100%') }),
      ],
      { maxFailures: { count: 4 } },
    );
    expect(previewRollout(plan, POLLING).waves.map(({ halt }) => halt)).toEqual([
      { atFailure: 1, by: 'wave', reached: 10 },
      { atFailure: 5, by: 'rollout', reached: 10 },
      { atFailure: 5, by: 'rollout', reached: 10 },
    ]);
    const [, , allButOne] = previewRollout({ ...plan, maxFailures: null }, POLLING).waves;
    expect(allButOne?.halt).toEqual({ atFailure: 10, by: 'wave', reached: 10 });
  });

  test('bounds the time by what each round of deployments may take', () => {
    const wave = makeWave('w', 10, { timeoutMs: 60_000, batch: { size: 3, parallel: 2 } });
    const { waves, longestMs } = previewRollout(makePlan([wave, makeWave('x', 1)]), POLLING);
    expect(waves.map((preview) => preview.longestMs)).toEqual([120_000, 3_600_000]);
    expect(longestMs).toBe(3_720_000);
  });

  test('tells what is waited for between waves, and which programs are run', () => {
    const gate = { name: 'error rate', timeoutMs: 60_000, retries: 2, intervalMs: 30_000 };
    const page = { name: 'page', run: ['./page.sh', 'on call', "it's"], timeoutMs: 600_000 };
    const plan = makePlan(
      [
        makeWave('canary', 2, { soakMs: 3_600_000, gates: [{ ...gate, run: ['./rate.sh', '--max', '2'] }] }),
        makeWave('berlin', 2, {
          approval: 'required',
          window: { days: [6, 7], from: 1320, to: 240, timeZone: 'Europe/Berlin' },
        }),
      ],
      { hooks: { onHalt: [page] } },
    );
    const lines = renderPreview(previewRollout(plan, POLLING), {
      digest: DIGEST,
      withDevices: false,
      preflight: null,
    })
      .split('\n')
      .filter((line) => /^ {2}(hook|time|window|approval|gate) |^Time/.test(line));
    expect(lines).toEqual([
      `  hook           onHalt: page: ./page.sh "on call" "it's", 10m at most`,
      '  time       timeout 1h, then soaks for 1h; at most 2h00m',
      '  gate       error rate: ./rate.sh --max 2, 1m at most, up to 3 times, 30s apart',
      '  time       timeout 1h; at most 1h00m',
      '  window     sat, sun 22:00 to 04:00 (the day after) Europe/Berlin',
      '  approval   by a person, before it starts',
      'Time: at most 3h00m if every deployment runs until its timeout, plus the time for windows, approvals, gates and hooks',
    ]);
    expect(
      JSON.parse(renderPreviewJson(previewRollout(plan, POLLING), { digest: DIGEST, preflight: null })),
    ).toMatchObject({
      hooks: { onHalt: [page] },
      waves: [{ gates: [{ name: 'error rate', run: ['./rate.sh', '--max', '2'] }] }, { gates: [] }],
    });
  });

  test.each([
    [1, 1, 'its only device reached by then'],
    [2, 2, 'all 2 devices reached by then'],
    [2, 1, 'up to 1 device reached by then'],
  ])('of a wave of %i devices in batches of %i says %s', (devices, size, words) => {
    const plan = makePlan([makeWave('one', devices, { batch: { size, parallel: 1 } })]);
    const options = { digest: DIGEST, withDevices: false, preflight: null };
    expect(renderPreview(previewRollout(plan, POLLING), options)).toContain(
      `halts      at failure #1; ${words}\n`,
    );
  });

  test('is the same text for the same plan, and speaks plainly', () => {
    const plan = makePlan([
      makeWave('canary', 2, { arguments: { channel: 'it\u001b[31m' } }),
      makeWave('site', 1200, {
        minSuccess: parsePercentage('99.5%'),
        maxFailures: null,
        batch: { size: 500, parallel: 2 },
      }),
    ]);
    const text = renderPreview(previewRollout(plan, POLLING), {
      digest: DIGEST,
      withDevices: false,
      preflight: null,
    });
    expect(
      renderPreview(previewRollout(plan, POLLING), { digest: DIGEST, withDevices: false, preflight: null }),
    ).toBe(text);
    expect(text).toMatchInlineSnapshot(`
      "Rollout camera-2.14: 1,202 devices in 2 waves, region us
        artifact       a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a
        digest         dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
        overall limit  none (each wave has its own)
        lost answer    stop until \`breakwater settle\`
        after a halt   poll devices in flight for 10m

      Wave 1: canary
        devices    2: canary-1, canary-2
        arguments  channel='it\\u001b[31m'
        batches    1 deployment of 2 devices
        limit      2 of 2 must succeed, no failure tolerated (maxFailures 0)
        halts      at failure #1; all 2 devices reached by then
        calls      about 15, at most 142
        time       timeout 1h; at most 1h00m

      Wave 2: site
        devices    1,200: site-1, site-2, site-3 and 1,197 more
        batches    3 deployments of 500 devices (the last of 200), 2 in parallel
        limit      1,194 of 1,200 must succeed, 6 failures tolerated (minSuccess 99.5%)
        halts      at failure #7; up to 1,000 devices reached by then
        calls      about 46, at most 427
        time       timeout 1h; at most 2h00m

      Calls to the API: about 62, at most 570; at most 214 in an hour, of 1,000 allowed
        likely: every device ends within 5m; at most: one device of each deployment never ends
      Time: at most 3h00m if every deployment runs until its timeout
      Odds: an artifact that breaks 5% of devices passes wave canary in 90.3% of rollouts;
        about 45 devices broken before it stops
      "
    `);
  });
});
