import type { DeploymentId, Serial } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { apply } from '../../src/rollout/apply.ts';
import { decide } from '../../src/rollout/decide.ts';
import { RULES_OF_TODAY } from '../../src/rollout/event.ts';
import type { JournaledEvent, RolloutEvent, Rules } from '../../src/rollout/event.ts';
import { eventFor } from '../../src/rollout/handle-order.ts';
import type { Order } from '../../src/rollout/order.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { DIGEST } from './plans.ts';
import { decideVerdict } from '../../src/rollout/verdict.ts';

export const STARTED_AT = Date.UTC(2026, 0, 5, 8);

/** A rollout told event by event, a second apart, with everything that becomes certain put on record as a runner would. */
export class ToldRollout {
  readonly events: JournaledEvent[] = [];
  state: RolloutState;

  constructor(plan: RolloutPlan, rules: Rules | null = RULES_OF_TODAY) {
    const event: JournaledEvent = {
      seq: 1,
      at: STARTED_AT,
      type: 'rollout-started',
      plan,
      digest: DIGEST,
      simulated: false,
      ...(rules === null ? {} : { rules }),
    };
    this.events.push(event);
    this.state = apply(null, event);
    this.tellVerdicts();
  }

  tell(...events: readonly RolloutEvent[]): this {
    for (const event of events) {
      this.append(event);
      this.tellVerdicts();
    }
    return this;
  }

  /** Intends a deployment of the wave's batch, one of a retry among them, and has it accepted, with `rejected` devices. */
  deploy(wave: string, batch = 1, rejected: readonly string[] = []): this {
    return this.intend(wave, batch).tell({
      type: 'deployment-accepted',
      deployment: `${wave}/${batch}`,
      deploymentId: `id-${wave}-${batch}` as DeploymentId,
      requestId: null,
      rejected: rejected.map((name) => ({ serial: name as Serial, reason: 'not deployable' })),
      unreadable: null,
    });
  }

  intend(wave: string, batch = 1, attempt = 1): this {
    const target = this.state.waves.find((one) => one.wave.name === wave);
    const devices = target?.batches[batch - 1];
    if (target === undefined || devices === undefined) throw new Error(`no batch ${batch} of wave ${wave}`);
    return this.tell({
      type: 'deployment-intended',
      deployment: `${wave}/${batch}${attempt === 1 ? '' : `.${attempt}`}`,
      wave: target.wave.name,
      batch,
      attempt,
      devices,
    });
  }

  /** Has orders taken up, as a runner would: obeyed, or refused. */
  obey(...orders: readonly Order[]): this {
    for (const order of orders) {
      const event = eventFor(this.state, order);
      if (event !== null) this.tell(event);
    }
    return this;
  }

  report(
    deployment: string,
    news: Partial<Record<'processing' | 'success' | 'failed', readonly string[]>>,
  ): this {
    const serials = (names: readonly string[] = []) => names as readonly Serial[];
    return this.tell({
      type: 'devices-reported',
      deployment,
      processing: serials(news.processing),
      success: serials(news.success),
      failed: serials(news.failed),
    });
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  private append(event: RolloutEvent): void {
    const seq = this.state.seq + 1;
    const journaled: JournaledEvent = { seq, at: STARTED_AT + (seq - 1) * 1000, ...event };
    this.events.push(journaled);
    this.state = apply(this.state, journaled);
  }

  /** The waves before one are asked about again before it passes, and all is well there. */
  private lookBack(): RolloutEvent | null {
    const decision = decide(this.state, this.state.updatedAt);
    return decision.kind === 'look-again' && decision.then?.type === 'earlier-waves-checked'
      ? decision.then
      : null;
  }

  private tellVerdicts(): void {
    for (;;) {
      const next = decideVerdict(this.state) ?? this.lookBack();
      if (next === null) return;
      this.append(next);
    }
  }
}

/** `name-1`, `name-2`, … */
export function devicesOf(name: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${name}-${from + index}`);
}
