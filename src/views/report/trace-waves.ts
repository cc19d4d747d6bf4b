/** The history of waves: when each was next, and what it waited for. */
import { openOf } from '../../rollout/device-status.ts';
import { waveOf } from '../../rollout/change-state.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { judgeWave } from '../../rollout/judge.ts';
import type { RolloutState, WaveState } from '../../rollout/state.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import type { GateRun, Soak, Span, WaveRecord } from './record.ts';
import { waitsOf } from './waits.ts';

type Open<Kind> = { -readonly [Key in keyof Kind]: Kind[Key] };

type Trace = {
  readyAt: number | null;
  posts: { readonly first: number; readonly last: number } | null;
  devicesEndedAt: number | null;
  /** When it had devices to post: from its turn, or a retry, until the last of them was posted, or it halted. */
  readonly due: Open<Span>[];
  readonly approvals: WaveRecord['approvals'][number][];
  readonly soaks: Open<Soak>[];
  readonly gates: GateRun[];
};

export class WaveTraces {
  private readonly traces = new Map<WaveName, Trace>();

  /** `state` is the one after `event`. */
  witness(event: JournaledEvent, state: RolloutState): void {
    switch (event.type) {
      case 'rollout-started':
      case 'plan-changed':
      case 'wave-passed':
        this.beginTurn(state, event.at);
        return;
      case 'rollout-resumed':
        this.resumeTurn(state, event.at);
        return;
      case 'wave-retried':
        endSoak(this.traceOf(event.wave), event.at);
        this.resumeTurn(state, event.at);
        return;
      case 'wave-approved': {
        const { at, order, digest } = event;
        this.traceOf(event.wave).approvals.push({ at, kind: 'approve', order, digest });
        return;
      }
      case 'wave-soaking': {
        const until = waveOf(state, event.wave).soakUntil ?? event.at;
        this.traceOf(event.wave).soaks.push({ from: event.at, to: null, until });
        return;
      }
      case 'soak-ended':
        endSoak(this.traceOf(event.wave), event.at);
        return;
      case 'rollout-halted': {
        const trace = this.traceOf(event.wave);
        endSoak(trace, event.at);
        endDue(trace, event.at);
        return;
      }
      case 'gate-ended': {
        const { at: to, gate, name, attempt, result } = event;
        this.traceOf(event.wave).gates.push({ from: to - result.tookMs, to, gate, name, attempt, result });
        return;
      }
      case 'deployment-intended': {
        const trace = this.traceOf(event.wave);
        trace.posts = { first: trace.posts?.first ?? event.at, last: event.at };
        return;
      }
      case 'deployment-accepted':
      case 'devices-reported':
      case 'devices-timed-out':
      case 'deployment-settled':
        this.noteDevices(state, event);
        return;
      case 'runner-started':
      case 'runner-stopped':
      case 'wave-started':
      case 'deployment-not-made':
      case 'deployment-refused':
      case 'deployment-doubted':
      case 'hook-started':
      case 'hook-ended':
      case 'grace-ended':
      case 'rollout-completed':
      case 'rollout-paused':
      case 'rollout-aborted':
      case 'rollback-started':
      case 'deployment-found':
      case 'deployment-not-found':
      case 'devices-noted':
      case 'successes-unconfirmed':
      case 'devices-reverted':
      case 'earlier-waves-checked':
      case 'connections-checked':
      case 'deployment-followed-up':
      case 'open-accepted':
      case 'order-refused':
    }
  }

  recordsOf(state: RolloutState): readonly WaveRecord[] {
    return state.waves.map((wave) => {
      const { due, ...trace } = this.traceOf(wave.wave.name);
      return {
        ...trace,
        state: wave,
        judgement: judgeWave(wave.wave, wave, state.rules),
        waits: waitsOf(wave, { due, ...trace }, state),
      };
    });
  }

  /** Of the first wave that has not passed. */
  private beginTurn(state: RolloutState, at: number): void {
    const next = state.waves.find(({ phase }) => phase !== 'passed');
    if (next === undefined) return;
    const trace = this.traceOf(next.wave.name);
    trace.readyAt ??= at;
    if (next.tally.waiting > 0 && trace.due.at(-1)?.to !== null) trace.due.push({ from: at, to: null });
  }

  private resumeTurn(state: RolloutState, at: number): void {
    const next = state.waves.find(({ phase }) => phase !== 'passed');
    if (next !== undefined) this.noteOpen(next);
    this.beginTurn(state, at);
  }

  private noteDevices(
    state: RolloutState,
    { deployment, at }: Extract<JournaledEvent, { readonly deployment: string }>,
  ): void {
    const name = state.deployments.get(deployment)?.wave;
    if (name === undefined) return;
    const { tally } = waveOf(state, name);
    const trace = this.traceOf(name);
    if (tally.waiting === 0) endDue(trace, trace.posts?.last ?? at);
    if (openOf(tally) === 0) trace.devicesEndedAt ??= at;
  }

  /** A retry opens devices again. */
  private noteOpen({ wave, tally }: WaveState): void {
    if (openOf(tally) > 0) this.traceOf(wave.name).devicesEndedAt = null;
  }

  private traceOf(name: WaveName): Trace {
    const known = this.traces.get(name);
    if (known !== undefined) return known;
    const trace: Trace = {
      readyAt: null,
      posts: null,
      devicesEndedAt: null,
      due: [],
      approvals: [],
      soaks: [],
      gates: [],
    };
    this.traces.set(name, trace);
    return trace;
  }
}

function endSoak({ soaks }: Trace, at: number): void {
  const last = soaks.at(-1);
  if (last !== undefined) last.to ??= at;
}

function endDue({ due }: Trace, at: number): void {
  const last = due.at(-1);
  if (last !== undefined) last.to ??= at;
}
