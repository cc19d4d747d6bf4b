/** Rollouts that operators have told something, up to a point that matters to whoever reads about them. */
import type { ArtifactUuid, DeploymentId } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import { describePlanChange, comparePlans } from '../../src/rollout/compare-plans.ts';
import type { Order, PlainOrderKind, Settlement } from '../../src/rollout/order.ts';
import { DIGEST, makePlan, makeWave, serial, waveName } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { intended, NO_ANSWER, PLAN, REFUSED, RUNNER, stopped, toBerlin, toHalt } from './told.ts';
import type { CommandResult, HookRecord } from '../../src/rollout/halt-cause.ts';

/** Given by ana on the machine `ops-1`, half a second after the last event on record. */
export function given(
  told: ToldRollout,
  kind: PlainOrderKind,
  reason: string | null,
  by: string | null = 'ana',
): Order {
  const { seq, updatedAt } = told.state;
  return { id: `${kind}-${seq}`, kind, by, host: 'ops-1', givenAt: updatedAt + 500, reason };
}

export function settlement(told: ToldRollout, deployment: string, settled: Settlement): Order {
  const order = given(told, 'pause', 'looked in the portal');
  // By the API's clock, the signature of the request has expired.
  const apiTime = order.givenAt + 12 * 60_000;
  return { ...order, kind: 'settle', deployment, settlement: settled, apiTime };
}

function obeying(
  told: ToldRollout,
  kind: PlainOrderKind,
  reason: string | null,
  by: string | null = 'ana',
): ToldRollout {
  return told.obey(given(told, kind, reason, by));
}

function settling(told: ToldRollout, deployment: string, settled: Settlement): ToldRollout {
  return told.obey(settlement(told, deployment, settled));
}

const ADOPTED: Settlement = { kind: 'adopted', deploymentId: '5f0c' as DeploymentId };

/** Berlin has halted with 2 rejected and 2 failed devices of 20, and what was in flight has ended well. */
function toClosed(plan = PLAN): ToldRollout {
  return toHalt(plan)
    .report('berlin/1', { success: devicesOf('berlin', 13, 20) })
    .tell({ type: 'grace-ended', unfinished: 0 }, stopped('halted', 'the rollout is halted'));
}

function toDoubt(): ToldRollout {
  return toBerlin().tell(intended(), {
    type: 'deployment-doubted',
    deployment: 'berlin/1',
    failure: NO_ANSWER,
  });
}

/** The canary soaks for an hour, and berlin needs approval. */
const STAGED = makePlan([
  makeWave('canary', 2, { soakMs: 3_600_000 }),
  makeWave('berlin', 40, { approval: 'required' }),
]);

/** And a window besides. */
const NIGHTLY = makePlan(
  STAGED.waves.map((wave) =>
    wave.name === 'berlin'
      ? { ...wave, window: { days: [1, 2, 3, 4], from: 60, to: 300, timeZone: 'Asia/Taipei' } }
      : wave,
  ),
);

function toApproval(plan = STAGED): ToldRollout {
  return toBerlin(plan).tell({ type: 'soak-ended', wave: waveName('canary') });
}

function approval(told: ToldRollout): Order {
  const record = given(told, 'pause', 'the canary looks good');
  return { ...record, kind: 'approve', wave: waveName('berlin'), digest: DIGEST };
}

const GATED = makePlan(
  [
    makeWave('canary', 2, {
      gates: [{ name: 'error rate', run: ['./rate.sh'], timeoutMs: 60_000, retries: 1, intervalMs: 30_000 }],
    }),
    makeWave('berlin', 40),
  ],
  {
    hooks: {
      beforeRollout: [{ name: 'ticket', run: ['./ticket.sh'], timeoutMs: 60_000 }],
      onHalt: [{ name: 'page', run: ['./page.sh'], timeoutMs: 60_000 }],
    },
  },
);

const TICKET: HookRecord = { point: 'beforeRollout', wave: null, index: 1, round: 1, name: 'ticket' };

function resultOf(outcome: CommandResult['outcome'], detail = '', output = ''): CommandResult {
  return { outcome, detail, output, tookMs: 2_000 };
}

function toGate(): ToldRollout {
  return new ToldRollout(GATED)
    .tell(
      RUNNER,
      { type: 'hook-started', ...TICKET },
      { type: 'hook-ended', ...TICKET, result: resultOf('passed', '', 'opened OPS-7') },
      { type: 'wave-started', wave: waveName('canary') },
    )
    .deploy('canary')
    .report('canary/1', { success: devicesOf('canary', 1, 2) });
}

function tryGate(told: ToldRollout, attempt: number): ToldRollout {
  const result = resultOf('failed', 'exit code 1', 'checking\nerror rate 4.1 %, at most 2');
  const gate = { type: 'gate-ended', wave: waveName('canary'), gate: 1, name: 'error rate' } as const;
  return told.tell({ ...gate, attempt, result });
}

function withRollback(automatic: boolean): RolloutPlan {
  const artifact = { uuid: 'b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b' as ArtifactUuid };
  return { ...PLAN, rollback: { artifact, arguments: {}, automatic } };
}

/** Each told anew, by what it is about. */
export const STORIES = {
  'gate-tried': () => tryGate(toGate(), 1),
  'gate-failed': () => {
    const page: HookRecord = { point: 'onHalt', wave: waveName('canary'), index: 1, round: 1, name: 'page' };
    return tryGate(tryGate(toGate(), 1), 2).tell(
      { type: 'hook-started', ...page },
      { type: 'hook-ended', ...page, result: resultOf('not-started', 'spawn ./page.sh ENOENT') },
      { type: 'grace-ended', unfinished: 0 },
      stopped('halted', 'the rollout is halted'),
    );
  },
  'hook-failed': () =>
    new ToldRollout(GATED).tell(
      RUNNER,
      { type: 'hook-started', ...TICKET },
      { type: 'hook-ended', ...TICKET, result: resultOf('timed-out', 'it had 1m') },
    ),
  'rollback-offered': () => toClosed(withRollback(false)),
  'taken-back': () => {
    const told = toClosed(withRollback(false));
    const record = given(told, 'pause', 'the cameras reboot at night');
    return told.obey({ ...record, kind: 'rollback', only: 'succeeded' });
  },
  'taken-back-by-its-plan': () =>
    toClosed(withRollback(true)).tell({ type: 'rollback-started', order: null, only: 'reached' }),
  soaking: () => toBerlin(STAGED),
  'soak-is-long': () =>
    toBerlin(STAGED).tell(stopped('waiting', 'wave canary soaks until 2026-01-05 09:00:06 UTC')),
  'failed-in-its-soak': () => toBerlin(STAGED).report('canary/1', { failed: ['canary-2'] }),
  'waiting-for-approval': () => toApproval().tell(stopped('waiting', 'wave berlin waits for approval')),
  'waiting-for-window': () =>
    toApproval(NIGHTLY).tell(
      stopped('waiting', 'wave berlin waits for its window until 2026-01-05 17:00:00 UTC'),
    ),
  'approval-has-lapsed': () => {
    const told = toApproval().tell(stopped('waiting', 'wave berlin waits for approval'));
    const plan = makePlan(STAGED.waves.map((wave) => ({ ...wave, timeoutMs: 2_700_000 })));
    return told
      .obey(approval(told))
      .tell(
        { type: 'plan-changed', plan, digest: digestPlan(plan), changes: ['wave berlin: timeout'] },
        stopped('waiting', 'wave berlin waits for approval'),
      );
  },
  'too-few-online': () =>
    toBerlin().tell(
      stopped(
        'waiting',
        'too few devices are online: 70 of 77 devices are online; 7 are offline: berlin-1, berlin-2, berlin-3 and 4 more; 75 needed (preflight.minOnline)',
      ),
    ),
  approved: () => {
    const told = toApproval().tell(stopped('waiting', 'wave berlin waits for approval'));
    return told.obey(approval(told));
  },
  'paused-watched': () => obeying(toBerlin().deploy('berlin'), 'pause', 'the vendor looks into it'),
  paused: () =>
    obeying(toBerlin(), 'pause', 'the vendor looks into it').tell(stopped('paused', 'paused by ana')),
  'paused-unwatched': () =>
    obeying(toBerlin().deploy('berlin'), 'pause', null, null).tell(
      stopped('interrupted', 'stopped by a signal'),
    ),
  'resumed-after-pause': () =>
    obeying(
      obeying(toBerlin(), 'pause', null).tell(stopped('paused', 'paused by ana')),
      'resume',
      'the vendor found nothing',
    ),
  'aborted-watched': () => obeying(toBerlin().deploy('berlin'), 'abort', 'the image is bad'),
  aborted: () =>
    obeying(toBerlin().deploy('berlin'), 'abort', 'the image is bad').tell(
      { type: 'grace-ended', unfinished: 20 },
      stopped('halted', 'the rollout is halted'),
    ),
  'aborted-without-runner': () =>
    obeying(toBerlin().tell(stopped('interrupted', 'stopped by a signal')), 'abort', 'the image is bad'),
  'aborted-after-halt': () => obeying(toClosed(), 'abort', 'the image is bad'),
  closed: toClosed,
  retried: () => obeying(toClosed(), 'retry', 'the proxy is fixed'),
  'retried-after-kill': () =>
    obeying(toHalt().tell({ type: 'grace-ended', unfinished: 0 }), 'retry', 'the proxy is fixed'),
  'retry-under-way': () =>
    obeying(toClosed(), 'retry', 'the proxy is fixed')
      .deploy('berlin', 2)
      .deploy('berlin', 3, ['berlin-2'])
      .report('berlin/3', { success: ['berlin-1', 'berlin-4'] })
      .report('berlin/1', { success: ['berlin-3'] }),
  resumed: () => obeying(toClosed(), 'resume', 'known, and harmless'),
  'halted-again': () =>
    obeying(toClosed(), 'resume', 'known, and harmless')
      .deploy('berlin', 2, ['berlin-21'])
      .report('berlin/2', { failed: devicesOf('berlin', 22, 23), success: devicesOf('berlin', 24, 40) })
      .tell({ type: 'grace-ended', unfinished: 0 }, stopped('halted', 'the rollout is halted')),
  'completed-with-acknowledged': () =>
    obeying(toClosed(), 'resume', 'known, and harmless')
      .deploy('berlin', 2)
      .report('berlin/2', { success: devicesOf('berlin', 21, 40) })
      .deploy('taipei')
      .report('taipei/1', { success: devicesOf('taipei', 1, 37) })
      .tell(stopped('completed', 'the rollout is complete')),
  'refused-anew': () =>
    obeying(
      toBerlin().tell(
        intended(),
        { type: 'deployment-refused', deployment: 'berlin/1', failure: REFUSED },
        { type: 'grace-ended', unfinished: 0 },
      ),
      'retry',
      'the artifact is there now',
    ),
  'settled-as-adopted': () => settling(toDoubt(), 'berlin/1', ADOPTED),
  'settled-as-not-created': () =>
    settling(toDoubt().tell(stopped('in-doubt', 'berlin/1')), 'berlin/1', { kind: 'not-created' }),
  'halted-in-doubt': () =>
    toBerlin(makePlan(PLAN.waves.map((wave) => ({ ...wave, batch: { ...wave.batch, parallel: 2 } }))))
      .deploy('berlin')
      .intend('berlin', 2)
      .tell({ type: 'deployment-doubted', deployment: 'berlin/2', failure: NO_ANSWER })
      .report('berlin/1', { failed: devicesOf('berlin', 1, 3), success: devicesOf('berlin', 4, 20) })
      .tell({ type: 'grace-ended', unfinished: 0 }, stopped('halted', 'the rollout is halted')),
  'settled-after-abort': () => {
    const told = obeying(toDoubt(), 'abort', 'enough').tell({ type: 'grace-ended', unfinished: 0 });
    return settling(told, 'berlin/1', { kind: 'not-created' });
  },
  'order-refused': () => obeying(toBerlin().deploy('berlin'), 'retry', 'again, please', 'bo'),
  'plan-changed': () => {
    const plan = makePlan(
      PLAN.waves.map((wave) => (wave.name === 'taipei' ? { ...wave, timeoutMs: 2_700_000 } : wave)),
    );
    const changes = comparePlans(PLAN, plan).map(describePlanChange);
    return toBerlin().tell({ type: 'plan-changed', plan, digest: digestPlan(plan), changes });
  },
  'timed-out-and-retried': () => {
    const told = toBerlin()
      .deploy('berlin')
      .report('berlin/1', { success: devicesOf('berlin', 4, 20), processing: ['berlin-1', 'berlin-2'] })
      .tell({
        type: 'devices-timed-out',
        deployment: 'berlin/1',
        timedOut: [serial('berlin-1'), serial('berlin-2')],
        unknown: [serial('berlin-3')],
      })
      .tell({ type: 'grace-ended', unfinished: 0 });
    return obeying(told, 'retry', 'the site was offline')
      .deploy('berlin', 2)
      .deploy('berlin', 3)
      .report('berlin/1', { success: ['berlin-1'], failed: ['berlin-2'] })
      .report('berlin/3', { success: ['berlin-1', 'berlin-2'] });
  },
} as const satisfies Readonly<Record<string, () => ToldRollout>>;

export type StoryName = keyof typeof STORIES;
