/** A wave in the timeline: its deployments as bars, its devices as areas, and what it waited for. */
import { renderElapsed } from '../../base/duration.ts';
import { count, printable } from '../../base/text.ts';
import type { DeploymentRecord, WaveRecord } from '../report/record.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeResult } from '../wording/phrases.ts';
import { describeTally } from '../summary/tallies.ts';
import { flowOf, spanOf } from './timeline-model.ts';
import type { FlowStep, Lane, TimelineModel } from './timeline-model.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { drawBar, percent } from './shapes.ts';
import type { Along } from './shapes.ts';
import { waveBadge } from './signs.ts';
import { WAVE_WAITS } from '../../rollout/wait-reasons.ts';

const GAP = 4;
const WAITS_HEIGHT = 14;
const FLOW_HEIGHT = 36;
const ROWS_HEIGHT_MAX = 48;
const ROW_HEIGHT_MAX = 7;
const ROW_HEIGHT_MIN = 2;
/** More bars than that could not be told apart. */
const BARS_MAX = 400;

export function renderLane(lane: Lane, model: TimelineModel): Html {
  const { wave, deployments } = lane;
  const { wave: plan, tally, acknowledged } = wave.state;
  const waits = drawWaits(wave, model);
  const waitsHeight = waits.length === 0 ? 0 : WAITS_HEIGHT + GAP;
  const barsHeight = deployments.length > BARS_MAX || lane.rowCount === 0 ? 0 : heightOfRows(lane) + GAP;
  const flowHeight = deployments.length === 0 ? 0 : FLOW_HEIGHT;
  const height = waitsHeight + barsHeight + flowHeight;
  const told = describeTally(tally, undefined, acknowledged);
  return markup`<div class="lane">
    <p class="lane-label">
      <strong>${plan.name}</strong> ${waveBadge(wave.state)} <span class="told">${told}</span>
    </p>
    <svg
      class="lane-picture"
      fill="#8884"
      width="100%"
      height="${Math.max(height, GAP)}"
      role="img"
      aria-label="${describeLane(lane)}"
    >
      ${waits}${barsHeight === 0 ? NOTHING : drawDeployments(lane, model, waitsHeight)}
      ${flowHeight === 0 ? NOTHING : drawFlow(lane, model, waitsHeight + barsHeight)}
    </svg>
  </div> `;
}

function describeLane({ wave, deployments }: Lane): string {
  const { startedAt, endedAt, wave: plan } = wave.state;
  const started = startedAt === null ? 'not started' : `started ${renderMoment(startedAt)}`;
  const ended = endedAt === null ? '' : `, ended ${renderMoment(endedAt)}`;
  return `wave ${plan.name}: ${started}${ended}, ${count(deployments.length, 'deployment')}`;
}

function drawWaits(wave: WaveRecord, { scale, whole }: TimelineModel): readonly Html[] {
  const bar = (kind: string, what: string, span: { readonly from: number; readonly to: number | null }) => {
    const along = { from: span.from, to: span.to ?? whole.to };
    const text = `${what} ${renderElapsed(along.to - along.from)}`;
    return [
      drawBar(scale, { ...along, kind, y: 0, height: WAITS_HEIGHT, title: text }),
      drawLabel(scale.place(along.from), scale.place(along.to), text),
    ];
  };
  return [
    ...wave.waits.flatMap((wait) => bar('wait', WAVE_WAITS[wait.why], wait)),
    ...wave.soaks.flatMap((soak) => bar('soak', 'soaks', soak)),
    ...wave.gates.map(({ from, to, name, result }) =>
      drawBar(scale, {
        from,
        to: to ?? from,
        kind: result.outcome === 'passed' ? 'gate' : 'gate gate-failed',
        y: 0,
        height: WAITS_HEIGHT,
        title: `gate ${name} ${describeResult(result)}`,
      }),
    ),
  ];
}

/** Of the width; what one character takes of it on a wide screen, and on a phone. */
const CHAR_WIDE = 0.0075;
const CHAR_NARROW = 0.022;

/** Inside its bar, where there is room for it. */
function drawLabel(from: number, to: number, text: string): Html {
  const room = (to - from) / text.length;
  if (room < CHAR_WIDE) return NOTHING;
  return markup`<text
    fill="currentColor"
    class="bar-label${room < CHAR_NARROW ? ' wide-only' : ''}"
    x="${percent(from)}%"
    dx="5"
    y="${WAITS_HEIGHT - 4}">${text}</text>`;
}

function heightOfRows({ rowCount }: Lane): number {
  return rowCount * rowHeightOf(rowCount);
}

function rowHeightOf(rowCount: number): number {
  return Math.max(ROW_HEIGHT_MIN, Math.min(ROW_HEIGHT_MAX, Math.floor(ROWS_HEIGHT_MAX / rowCount)));
}

function drawDeployments(
  { deployments, rows, rowCount }: Lane,
  { scale, whole }: TimelineModel,
  top: number,
): readonly Html[] {
  const height = rowHeightOf(rowCount);
  return deployments.map((deployment, index) =>
    drawBar(scale, {
      ...spanOf(deployment, whole),
      kind: `post ${kindOf(deployment)}`,
      y: top + (rows[index] ?? 0) * height,
      height: Math.max(1, height - 1),
      title: describeDeployment(deployment),
      deployment: printable(deployment.state.key),
    }),
  );
}

function kindOf({ state }: DeploymentRecord): string {
  const { call, tally } = state;
  if (call.kind !== 'accepted') return 'post-unmade';
  if (tally.accepted + tally.processing > 0) return 'post-open';
  return tally.success === state.devices.length ? 'post-good' : 'post-bad';
}

function describeDeployment({ state, endedAt }: DeploymentRecord): string {
  const { key, intendedAt, devices, tally, call } = state;
  const ended = endedAt === null ? '' : `, ended ${renderMoment(endedAt)}`;
  const outcome = call.kind === 'accepted' ? describeTally(tally) : call.kind;
  return `deployment ${key}, ${count(devices.length, 'device')}, sent ${renderMoment(intendedAt)}${ended}: ${outcome}`;
}

/** Areas on top of each other: succeeded, failed, in flight; as high as the picture are all devices of the wave. */
function drawFlow({ wave, deployments }: Lane, { scale, whole }: TimelineModel, top: number): Html {
  const size = wave.state.wave.devices.length;
  const steps = flowOf(deployments);
  const end = Math.max(endOf(steps, deployments, whole), steps.at(0)?.at ?? whole.from);
  const area = (kind: string, from: (step: FlowStep) => number, to: (step: FlowStep) => number) =>
    markup`<path class="${kind}" d="${areaOf(steps, { end, size, from, to, scale })}" />`;
  const done = ({ success, failed }: FlowStep) => success + failed;
  return markup`<svg
    x="0"
    y="${top}"
    width="100%"
    height="${FLOW_HEIGHT}"
    viewBox="0 0 1000 ${FLOW_HEIGHT}"
    preserveAspectRatio="none"
  >
    ${[
      area(
        'area-success',
        () => 0,
        ({ success }) => success,
      ),
      area('area-failed', ({ success }) => success, done),
      area('area-flight', done, (step) => done(step) + step.inFlight),
    ]}
  </svg>`;
}

/** Where nothing changes any more: the wave's end, or, with devices in flight, as far as the record goes. */
function endOf(steps: readonly FlowStep[], deployments: readonly DeploymentRecord[], whole: Along): number {
  const last = steps.at(-1);
  if (last === undefined) return whole.from;
  if (last.inFlight === 0) return last.at;
  return Math.max(...deployments.map((deployment) => spanOf(deployment, whole).to));
}

type Area = {
  readonly end: number;
  readonly size: number;
  readonly from: (step: FlowStep) => number;
  readonly to: (step: FlowStep) => number;
  readonly scale: TimelineModel['scale'];
};

/** Out along the upper edge and back along the lower one, in steps; steps that would stand on one another become one. */
function areaOf(steps: readonly FlowStep[], { end, size, from, to, scale }: Area): string {
  const x = (at: number) => Math.round(scale.place(at) * 10_000) / 10;
  const y = (n: number) => Math.round((FLOW_HEIGHT - (n / size) * FLOW_HEIGHT) * 10) / 10;
  const places = new Map(steps.map((step) => [x(step.at), step]));
  const told = [...places];
  if (told.every(([, step]) => from(step) === to(step))) return '';
  const ends = [...told.slice(1).map(([place]) => place), x(end)];
  const out = told.map(([place, step], index) => `H${place}V${y(to(step))}H${ends[index] ?? place}`);
  const back = told
    .map(([place, step], index) => `H${ends[index] ?? place}V${y(from(step))}H${place}`)
    .reverse();
  return `M${told[0]?.[0] ?? 0} ${FLOW_HEIGHT}${out.join('')}${back.join('')}Z`;
}
