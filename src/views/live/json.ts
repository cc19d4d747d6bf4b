/**
 * Progress for programs: one JSON document a line, described by `schemas/run-event.schema.json`. Events are as they stand
 * in the journal, except that times are text, that a plan is told without its serials, and that an order's kind is called
 * so: `kind` is the line's own.
 */
import { renderJson } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { renderTimestamp } from '../wording/moments.ts';
import { orderFacts } from '../wording/document-facts.ts';
import { deploymentOf, describeEvent } from '../wording/sentences.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import { unknownIn } from '../../rollout/preflight.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Notice } from '../../run/loop/observer.ts';
import { describeNotice } from './notices.ts';
import type { Progress, ProgressOptions } from './progress.ts';

/** Rises when a line of today could be misread by a reader of tomorrow's. */
const FORMAT = 1;

type Facts = Readonly<Record<string, unknown>>;

export function openJsonProgress({ stream, clock }: ProgressOptions): Progress {
  function write(line: Facts): void {
    stream.write(`${renderJson(line)}\n`);
  }
  return {
    event(event, state) {
      write(renderEvent(event, state));
    },
    notice(notice) {
      write(renderNotice(notice, clock.now()));
    },
    close: () => Promise.resolve(),
  };
}

/** The line of an event, as a value. */
export function renderEvent(event: JournaledEvent, state: RolloutState): Facts {
  const { seq, at, type, ...facts } = event;
  return {
    format: FORMAT,
    kind: 'event',
    at: renderTimestamp(at),
    rollout: state.plan.name,
    seq,
    type,
    message: describeEvent(event, state),
    ...retell(event, facts),
    ...renderWave(event, state),
  };
}

/** `facts`, the event's own, as a document tells them. */
function retell(event: JournaledEvent, facts: Facts): Facts {
  switch (event.type) {
    case 'rollout-started':
    case 'plan-changed':
      return { ...facts, plan: summarisePlan(event.plan) };
    case 'rollout-paused':
    case 'rollout-aborted':
    case 'rollout-resumed':
    case 'wave-retried':
    case 'wave-approved':
    case 'deployment-settled':
    case 'open-accepted':
      return { ...facts, order: orderFacts(event.order) };
    case 'rollback-started':
      return { ...facts, order: event.order === null ? null : orderFacts(event.order) };
    case 'order-refused':
      return { order: orderFacts(event.order), orderKind: event.kind, refusal: event.message };
    case 'rollout-halted': {
      const { cause } = event;
      return {
        ...facts,
        cause: cause.reason === 'operator' ? { ...cause, order: orderFacts(cause.order) } : cause,
      };
    }
    case 'runner-started':
    case 'wave-started':
    case 'wave-soaking':
    case 'soak-ended':
    case 'gate-ended':
    case 'hook-started':
    case 'hook-ended':
    case 'deployment-intended':
    case 'deployment-accepted':
    case 'deployment-not-made':
    case 'deployment-refused':
    case 'deployment-doubted':
    case 'devices-reported':
    case 'devices-timed-out':
    case 'devices-noted':
    case 'deployment-not-found':
    case 'deployment-found':
    case 'successes-unconfirmed':
    case 'devices-reverted':
    case 'earlier-waves-checked':
    case 'connections-checked':
    case 'deployment-followed-up':
    case 'wave-passed':
    case 'grace-ended':
    case 'rollout-completed':
    case 'runner-stopped':
      return facts;
  }
}

/** The wave that an event is about, and where its devices stand after it. */
function renderWave(event: JournaledEvent, state: RolloutState): Facts {
  const name = 'wave' in event ? event.wave : deploymentOf(event, state)?.wave;
  const wave = state.waves.find((one) => one.wave.name === name);
  return wave === undefined ? {} : { wave: name, tally: wave.tally };
}

function summarisePlan(plan: RolloutPlan): Facts {
  const { name, description, region, artifact, waves } = plan;
  return {
    name,
    description,
    region,
    artifact,
    devices: countDevices(plan),
    waves: waves.map((wave) => ({ name: wave.name, devices: wave.devices.length })),
  };
}

/** The line of a notice that was given at `now`, as a value. */
export function renderNotice(notice: Notice, now: number): Facts {
  const message = describeNotice(notice, now);
  return {
    format: FORMAT,
    kind: 'notice',
    at: renderTimestamp(now),
    type: notice.kind,
    ...(message === null ? {} : { message }),
    ...factsOf(notice),
  };
}

function factsOf(notice: Notice): Facts {
  switch (notice.kind) {
    case 'going-on': {
      const { plan, digest, simulated, seq, phase, pause, abort, waves } = notice.state;
      return {
        rollout: plan.name,
        digest,
        simulated,
        seq,
        phase: phase.kind,
        pause: pause === null ? null : orderFacts(pause),
        abort: abort === null ? null : orderFacts(abort),
        plan: summarisePlan(plan),
        waves: waves.map((wave) => ({ name: wave.wave.name, phase: wave.phase, tally: wave.tally })),
      };
    }
    case 'journal-cut':
      return { bytes: notice.bytes };
    case 'poll-due':
      return { deployment: notice.deployment, pollAt: renderTimestamp(notice.at) };
    case 'polled':
      return { deployment: notice.deployment };
    case 'budget': {
      const { limit, remaining, resetAt, blockedUntil } = notice.budget;
      return { limit, remaining, resetAt: timestamp(resetAt), blockedUntil: timestamp(blockedUntil) };
    }
    case 'call-failed':
      return {
        failure: notice.message,
        retryAt: renderTimestamp(notice.retryAt),
        downSince: renderTimestamp(notice.downSince),
      };
    case 'api-back':
      return { downMs: notice.downMs };
    case 'rate-limited':
      return { until: renderTimestamp(notice.until) };
    case 'clock-off':
      return { aheadMs: notice.aheadMs };
    case 'oddity':
      return { deployment: notice.deployment };
    case 'gate-started':
      return { wave: notice.wave, name: notice.name, attempt: notice.attempt };
    case 'preflight':
      return preflightFacts(notice.preflight);
    case 'waiting':
      return { wave: notice.wave, why: notice.why, until: renderTimestamp(notice.until) };
    case 'stopping':
      return { inFlight: notice.inFlight };
  }
}

/** Serials only as examples: there may be 100,000 of them. */
function preflightFacts(preflight: Preflight): Facts {
  const { devices, online, offline, needed, partial } = preflight;
  const unknown = unknownIn(preflight);
  return {
    devices,
    online,
    needed,
    offline: offline.length,
    unknown: unknown.length,
    offlineExamples: offline.slice(0, EXAMPLES_MAX),
    unknownExamples: unknown.slice(0, EXAMPLES_MAX),
    ...(partial !== undefined && { partial }),
  };
}

const EXAMPLES_MAX = 10;

function timestamp(at: number | null): string | null {
  return at === null ? null : renderTimestamp(at);
}
