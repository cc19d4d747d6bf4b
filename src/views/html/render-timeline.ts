/** The picture of a rollout: who was in flight when, what was waited for, and where it halted. */
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { DEVICE_OUTCOMES, isNoSuccess } from '../../rollout/device-status.ts';
import type { AnsweredOrder } from '../../rollout/state.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeOrder, describeRunner } from '../wording/phrases.ts';
import type { HaltSpan, RunnerSpan } from '../report/record.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { renderLane } from './render-lane.ts';
import { drawBar, drawText, percent, placeSpan } from './shapes.ts';
import { timelineOf } from './timeline-model.ts';
import type { TimelineModel } from './timeline-model.ts';

const AXIS_HEIGHT = 40;
const FLAG_Y = 13;
const TICK_Y = 33;
const RUNS_HEIGHT = 12;

/** `now`: until when the record is known to tell. */
export function renderTimeline(record: TimelineModel['record'], now: number): Html {
  const model = timelineOf(record, now);
  return markup`<div class="picture">
      ${drawBackground(model)} ${drawAxis(model)} ${renderRuns(model)}
      ${model.earlier === 0 ? NOTHING : markup`<p class="more">${count(model.earlier, 'earlier wave')} not drawn.</p>`}
      ${model.lanes.map((lane) => renderLane(lane, model))} ${drawForeground(model)}
    </div>
    ${renderToCome(model)} ${renderLegend(model)}`;
}

/** Behind the waves: the ticks' lines, what was cut short, pauses, and what came after a halt. */
function drawBackground({ record, scale, whole }: TimelineModel): Html {
  const band = (kind: string, from: number, to: number) => {
    const { x, width } = placeSpan(scale, { from, to });
    return markup`<rect class="${kind}" x="${x}%" width="${width}%" y="0" height="100%" />`;
  };
  return markup`<svg class="behind" width="0" height="0" aria-hidden="true">
    ${[
      ...scale.cuts.map(({ from, to }) => band('band-cut', from, to)),
      ...record.pauses.map(({ at, ended }) => band('band-pause', at, ended?.at ?? whole.to)),
      ...record.halts.map(({ at, wentOn }) => band('band-halt', at, wentOn?.at ?? whole.to)),
      ...scale.ticks.map(({ at, isMinor }) => {
        const x = percent(scale.place(at));
        return markup`<line
          class="tick${isMinor ? ' wide-only' : ''}"
          x1="${x}%"
          x2="${x}%"
          y1="${AXIS_HEIGHT - 4}"
          y2="100%"
        />`;
      }),
    ]}
  </svg>`;
}

/** Over the waves: the line at which nothing further was posted. */
function drawForeground({ record, scale }: TimelineModel): Html {
  return markup`<svg class="over" width="0" height="0" aria-hidden="true">
    ${record.halts.map(({ at }) => {
      const x = percent(scale.place(at));
      return markup`<line class="halt-line" x1="${x}%" x2="${x}%" y1="0" y2="100%" />`;
    })}
  </svg>`;
}

function drawAxis({ record, scale, whole }: TimelineModel): Html {
  const label = `Time, from ${renderMoment(whole.from)} to ${renderMoment(whole.to)}`;
  return markup`<svg class="axis" width="100%" height="${AXIS_HEIGHT}" role="img" aria-label="${label}">
    ${scale.cuts.map(({ from, to }) => drawCut(scale.place(from), scale.place(to), to - from))}
    ${scale.ticks.map(({ at, isMinor, isNewDay }) => {
      const moment = renderMoment(at);
      const clock = at % 60_000 === 0 ? moment.slice(11, 16) : moment.slice(11, 19);
      const text = isNewDay ? `${moment.slice(5, 10)} ${clock}` : clock;
      return drawText(scale.place(at), {
        y: TICK_Y,
        text,
        kind: isMinor ? 'tick-label wide-only' : 'tick-label',
      });
    })}
    ${flagsOf(record.halts, scale).map(({ share, halt }) => drawFlag(share, halt))}
  </svg>`;
}

/** Of the width: nearer than that to the next one, a flag would stand on it. */
const FLAG_DISTANCE = 0.3;

/** The latest halt has one in any case. */
function flagsOf(halts: readonly HaltSpan[], { place }: TimelineModel['scale']) {
  const flags: { readonly share: number; readonly halt: HaltSpan }[] = [];
  for (const halt of halts.toReversed()) {
    const share = place(halt.at);
    const next = flags.at(-1);
    if (next === undefined || next.share - share >= FLAG_DISTANCE) flags.push({ share, halt });
  }
  return flags;
}

function drawFlag(share: number, { at, cause }: HaltSpan): Html {
  const what = cause.reason === 'operator' ? 'aborted' : 'halted';
  const text = `${what} ${renderMoment(at).slice(11, 19)}`;
  // Towards where there is more room.
  const isLeft = share > 0.6;
  return markup`<text
    fill="currentColor"
    class="flag"
    x="${percent(share)}%"
    y="${FLAG_Y}"
    ${isLeft ? markup`text-anchor="end" dx="-6"` : markup`dx="6"`}>${text}</text>`;
}

/** Of the width. */
const CUT_LABELLED_MIN = 0.04;

function drawCut(from: number, to: number, ms: number): Html {
  if (to - from < CUT_LABELLED_MIN) return NOTHING;
  return markup`<text
    fill="currentColor"
    class="cut-label wide-only"
    text-anchor="middle"
    x="${percent((from + to) / 2)}%"
    y="${TICK_Y}">${`⋯ ${renderElapsed(ms)} ⋯`}</text>`;
}

function renderRuns({ record, scale, whole }: TimelineModel): Html {
  const { runners, state } = record;
  if (runners.length === 0) return NOTHING;
  const orders = [...state.orders.values()];
  const told = `${count(runners.length, 'run')}${orders.length === 0 ? '' : `, ${count(orders.length, 'order')}`}`;
  return markup`<div class="lane runs">
    <p class="lane-label"><span class="told">${told}</span></p>
    <svg class="lane-picture" fill="#8884" width="100%" height="${RUNS_HEIGHT}" role="img" aria-label="${told}">
      ${runners.map((runner) => drawBar(scale, { ...spanOfRun(runner, whole), kind: 'run', y: 4, height: 4, title: describeRun(runner) }))}
      ${orders.map((order) => drawOrder(order, scale))}
    </svg>
  </div>`;
}

function spanOfRun({ startedAt, seenAt, stopped }: RunnerSpan, { to }: { readonly to: number }) {
  return { from: startedAt, to: Math.min(to, stopped?.at ?? seenAt) };
}

function describeRun({ identity, startedAt, seenAt, stopped }: RunnerSpan): string {
  const ended =
    stopped === null
      ? `last event ${renderMoment(seenAt)}`
      : `stopped ${renderMoment(stopped.at)} (${stopped.why})`;
  return `${describeRunner(identity)}: started ${renderMoment(startedAt)}, ${ended}`;
}

function drawOrder({ kind, order, at, refusal }: AnsweredOrder, { place }: TimelineModel['scale']): Html {
  const title = `${kind} ${describeOrder(order)}, ${renderMoment(at)}${refusal === null ? '' : `; refused: ${refusal}`}`;
  return markup`<circle class="order" cx="${percent(place(at))}%" cy="6" r="5"><title>${title}</title></circle>`;
}

function renderToCome({ toCome, record }: TimelineModel): Html {
  if (toCome.length === 0) return NOTHING;
  const devices = toCome.reduce((sum, { state }) => sum + state.wave.devices.length, 0);
  const names = toCome.slice(0, NAMED_MAX).map(({ state }) => state.wave.name);
  const more = toCome.length > NAMED_MAX ? ` and ${count(toCome.length - NAMED_MAX, 'more', 'more')}` : '';
  const never = record.state.phase.kind === 'running' ? 'not started yet' : 'never started';
  return markup`<p class="more">
    ${count(toCome.length, 'wave')} ${never}, ${count(devices, 'device')}: ${names.join(', ')}${more}.
  </p>`;
}

const NAMED_MAX = 12;

/** Only what the picture shows. */
function renderLegend({ lanes, record, scale }: TimelineModel): Html {
  const isAny = (holds: (lane: (typeof lanes)[number]) => boolean) => lanes.some(holds);
  const entries: readonly (readonly [string, string, boolean])[] = [
    ['area-success', 'success', isAny(({ wave }) => wave.state.tally.success > 0)],
    [
      'area-failed',
      'not succeeded',
      isAny(({ deployments }) => deployments.some((one) => kindIsBad(one.state))),
    ],
    ['area-flight', 'in flight', isAny(({ deployments }) => deployments.length > 0)],
    ['wait', 'waits', isAny(({ wave }) => wave.waits.length > 0)],
    ['soak', 'soaks', isAny(({ wave }) => wave.soaks.length > 0)],
    ['gate', 'gate', isAny(({ wave }) => wave.gates.length > 0)],
    ['run', 'active runner', record.runners.length > 0],
    ['order', 'order', record.state.orders.size > 0],
    ['band-pause', 'paused', record.pauses.length > 0],
    ['band-halt', 'after a halt', record.halts.length > 0],
    ['band-cut', 'shortened idle time', scale.cuts.length > 0],
  ];
  return markup`<ul class="legend">
    ${entries
      .filter(([, , isThere]) => isThere)
      .map(
        ([kind, text]) =>
          markup`<li>
            <svg width="16" height="12" aria-hidden="true">
              <rect class="${kind}" width="16" height="12" /></svg>${text}
          </li>`,
      )}
  </ul>`;
}

function kindIsBad({
  tally,
  call,
}: {
  readonly tally: Readonly<Record<string, number>>;
  readonly call: { readonly kind: string };
}): boolean {
  return (
    call.kind === 'accepted' &&
    DEVICE_OUTCOMES.some((deviceOutcome) => isNoSuccess(deviceOutcome) && (tally[deviceOutcome] ?? 0) > 0)
  );
}
