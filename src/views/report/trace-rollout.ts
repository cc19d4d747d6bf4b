/** What the journal tells of the rollout as a whole: its runners, halts, pauses, changes of plan and hooks, in time. */
import type { JournaledEvent } from '../../rollout/event.ts';
import { identifyHook, keyOf } from '../../rollout/hooks.ts';
import type { HookKey, RolloutState } from '../../rollout/state.ts';
import { describeCause } from '../wording/causes.ts';
import type {
  GivenOrder,
  HaltSpan,
  HookRun,
  PauseSpan,
  PlanChange,
  RolloutRecord,
  RunnerSpan,
} from './record.ts';
import type { HookRecord } from '../../rollout/halt-cause.ts';

type Open<Kind> = { -readonly [Key in keyof Kind]: Kind[Key] };

export class RolloutTrace {
  private readonly runners: Open<RunnerSpan>[] = [];
  private readonly planChanges: PlanChange[] = [];
  private readonly halts: Open<HaltSpan>[] = [];
  private readonly pauses: Open<PauseSpan>[] = [];
  private readonly hooks: Open<HookRun>[] = [];
  /** Of those that are under way. */
  private readonly begun = new Map<HookKey, Open<HookRun>>();

  /** `state` is the one after `event`. */
  witness(event: JournaledEvent, state: RolloutState): void {
    const { at } = event;
    if (event.type === 'runner-started') {
      const { runner: identity, version } = event;
      this.runners.push({ identity, version, startedAt: at, seenAt: at, stopped: null });
      return;
    }
    // Whoever gives an order may put it on record where no runner is.
    if (!('order' in event)) this.noteSeen(at);
    switch (event.type) {
      case 'runner-stopped': {
        const { why, message } = event;
        const last = this.runners.at(-1);
        if (last !== undefined) last.stopped = { at, why, message };
        return;
      }
      case 'plan-changed': {
        const { digest, changes } = event;
        this.planChanges.push({ at, digest, changes });
        return;
      }
      case 'rollout-halted': {
        const { wave, cause } = event;
        const message = describeCause(event, state.plan);
        this.halts.push({ at, wave, cause, message, closed: null, wentOn: null });
        return;
      }
      case 'grace-ended': {
        const last = this.halts.at(-1);
        if (last !== undefined) last.closed = { at, unfinished: event.unfinished };
        return;
      }
      case 'rollout-paused':
        this.pauses.push({ at, order: event.order, ended: null });
        return;
      case 'rollout-aborted':
        this.endPause({ at, kind: 'abort', order: event.order });
        return;
      case 'rollout-resumed':
        this.goOn({ at, kind: 'resume', order: event.order });
        return;
      case 'wave-retried':
        this.goOn({ at, kind: 'retry', order: event.order });
        return;
      case 'hook-started':
        this.beginHook(event);
        return;
      case 'hook-ended': {
        const run = this.begun.get(keyOf(event)) ?? this.beginHook(event);
        run.to = at;
        run.result = event.result;
        this.begun.delete(keyOf(event));
        return;
      }
      case 'rollout-started':
      case 'wave-started':
      case 'wave-soaking':
      case 'soak-ended':
      case 'gate-ended':
      case 'wave-passed':
      case 'wave-approved':
      case 'deployment-intended':
      case 'deployment-accepted':
      case 'deployment-not-made':
      case 'deployment-refused':
      case 'deployment-doubted':
      case 'deployment-settled':
      case 'deployment-found':
      case 'deployment-not-found':
      case 'devices-noted':
      case 'successes-unconfirmed':
      case 'devices-reverted':
      case 'earlier-waves-checked':
      case 'connections-checked':
      case 'deployment-followed-up':
      case 'open-accepted':
      case 'devices-reported':
      case 'devices-timed-out':
      case 'rollout-completed':
      case 'rollback-started':
      case 'order-refused':
    }
  }

  facts(): Pick<RolloutRecord, 'runners' | 'planChanges' | 'halts' | 'pauses' | 'hooks'> {
    const { runners, planChanges, halts, pauses, hooks } = this;
    return { runners, planChanges, halts, pauses, hooks };
  }

  private noteSeen(at: number): void {
    const last = this.runners.at(-1);
    if (last?.stopped === null) last.seenAt = at;
  }

  private beginHook(event: HookRecord & { readonly at: number }): Open<HookRun> {
    const { at } = event;
    const hook = identifyHook(event);
    const run: Open<HookRun> = { hook, from: at, to: null, result: null };
    this.hooks.push(run);
    this.begun.set(keyOf(hook), run);
    return run;
  }

  private goOn(by: GivenOrder): void {
    const halt = this.halts.at(-1);
    if (halt !== undefined) halt.wentOn ??= by;
    this.endPause(by);
  }

  private endPause(by: GivenOrder): void {
    const pause = this.pauses.at(-1);
    if (pause !== undefined) pause.ended ??= by;
  }
}
