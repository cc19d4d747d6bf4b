/**
 * One picture of a run on a terminal, as lines: the waves, and below the current one what it waits for, which devices
 * have failed, and the notices in force. Pure, so that a test can check it.
 *
 * No line is as wide as the terminal, and there are fewer lines than it has rows: a picture that wraps or scrolls
 * cannot be painted over. Waves that are far from the current one share a line.
 */
import type { Colours } from '../../base/colour.ts';
import { renderElapsed } from '../../base/duration.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { displayWidth, fitTo, listWithin, padTo, wrapTo } from '../../base/columns.ts';
import { fitNames, nameColumns } from '../../base/fit-names.ts';
import { failingOfWave } from '../status/devices.ts';
import { describeReason } from '../wording/causes.ts';
import { describeOrder } from '../wording/phrases.ts';
import { describeAcknowledged, describeTally } from '../summary/tallies.ts';
import { currentWave, groupWaves } from '../status/wave-groups.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { WAVE_PHASES } from '../tables/situation-table.ts';
import type { LiveMark } from '../tables/situation-table.ts';
import { describePreflight } from '../../rollout/preflight.ts';
import type { RolloutState, WaveState } from '../../rollout/state.ts';
import {
  describeClock,
  describeOutage,
  describeRateLimit,
  describeStopping,
  describeGateStart,
  describeWaiting,
} from './notices.ts';
import { describeTimes } from './view.ts';
import type { View } from './view.ts';

export type FrameOptions = {
  /** Epoch milliseconds by the clock that the run uses. */
  readonly now: number;
  /** Of the terminal. */
  readonly columns: number;
  readonly rows: number;
  readonly colours: Colours;
  readonly marks: Marks;
};

/** In front of a wave; one column each. */
type Marks = Readonly<Record<LiveMark, string>>;

/** Waves that get their own line, on a terminal with enough rows. */
const WAVES_SHOWN = 8;

/** Lines without waves: the heading, the details below the current wave, and the prompt. */
const OTHER_ROWS = 14;

const NAME_COLUMNS_MAX = 28;
const SERIALS_SHOWN = 10;
const CAUSE_LINES_MAX = 3;
const NOTICE_LINES_MAX = 2;
const INDENT = '    ';

export function renderFrame(view: View, options: FrameOptions): readonly string[] {
  const { state } = view;
  if (state === null) return [];
  const columns = options.columns - 1;
  const lines = linesOfWaves(state.waves, options.rows);
  const current = currentWave(state.waves);
  const names = namesOf(lines, options);
  const widest = Math.max(...names.map(displayWidth));
  const picture = [
    renderHeading(state, options),
    ...lines.flatMap((line, index) => {
      const row = renderLine(line, padTo(names[index] ?? '', widest), options);
      if (line.kind === 'group' || line.wave !== current || line.wave.phase === 'passed') return [row];
      return renderCurrent(row, { view, state, wave: line.wave, options });
    }),
  ];
  return picture.slice(0, Math.max(1, options.rows - 1)).map((line) => fitTo(line, columns));
}

function linesOfWaves(waves: readonly WaveState[], rows: number): readonly WaveLine[] {
  if (waves.length <= Math.max(3, Math.min(WAVES_SHOWN, rows - OTHER_ROWS))) {
    return groupWaves(waves, () => false);
  }
  const at = currentWave(waves)?.index ?? 0;
  return groupWaves(waves, ({ index }) => Math.abs(index - at) > 1);
}

function renderHeading(
  { plan, simulated, startedAt }: RolloutState,
  { now, columns, colours }: FrameOptions,
): string {
  // Its end is what tells it from others in the next window.
  const [name = ''] = fitNames([plan.name], columns - 1);
  const size = `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`;
  const simulation = simulated ? ' (simulated)' : '';
  return `${colours.bold(name)}${simulation}  ${size}  ${colours.dim(renderElapsed(now - startedAt))}`;
}

/** Those of waves are cut where there is little room. */
function namesOf(lines: readonly WaveLine[], { columns }: FrameOptions): readonly string[] {
  const most = Math.min(NAME_COLUMNS_MAX, nameColumns(columns));
  const whole = lines.map(nameOf);
  const ofWaves = whole.filter((_, index) => lines[index]?.kind === 'wave');
  const fitted = fitNames(ofWaves, most);
  return whole.map((name) => fitted[ofWaves.indexOf(name)] ?? name);
}

function nameOf(line: WaveLine): string {
  if (line.kind === 'wave') return printable(line.wave.wave.name);
  return `${renderNumber(line.count)} waves ${line.phase === 'passed' ? 'passed' : 'not started'}`;
}

function renderLine(line: WaveLine, name: string, options: FrameOptions): string {
  const { colours, now } = options;
  const phase = line.kind === 'wave' ? line.wave.phase : line.phase;
  const tally = describeTally(line.kind === 'wave' ? line.wave.tally : line.tally, colours);
  const elapsed =
    line.kind === 'wave' && phase === 'passed' ? `  ${colours.dim(elapsedOf(line.wave, now))}` : '';
  const row = `${markOf(phase, options)} ${name}  ${tally}${elapsed}`;
  return WAVE_PHASES[phase].live === null ? colours.dim(row) : row;
}

function markOf(phase: WaveState['phase'], { colours, marks }: FrameOptions): string {
  const { live } = WAVE_PHASES[phase];
  return live === null ? ' ' : colours[live.colour](marks[live.mark]);
}

function elapsedOf({ startedAt, endedAt }: WaveState, now: number): string {
  return startedAt === null ? '' : renderElapsed((endedAt ?? now) - startedAt);
}

type Current = {
  readonly view: View;
  readonly state: RolloutState;
  readonly wave: WaveState;
  readonly options: FrameOptions;
};

/** The line of the wave, with the times after it if they fit and otherwise below it, and then the rest. */
function renderCurrent(row: string, current: Current): readonly string[] {
  const { view, wave, options } = current;
  const { columns, colours, now } = options;
  const times = [elapsedOf(wave, now), describeTimes(view, now)].filter((text) => text !== '').join(', ');
  const isOneLine = displayWidth(row) + 2 + displayWidth(times) < columns;
  return [
    ...(isOneLine ? [`${row}  ${colours.dim(times)}`.trimEnd()] : [row, `${INDENT}${colours.dim(times)}`]),
    ...renderCause(current),
    ...renderPause(current),
    ...renderFailing(current),
    ...noticesInForce(current).flatMap((text) =>
      paragraph(text, NOTICE_LINES_MAX, columns).map(colours.yellow),
    ),
  ];
}

/** Indented, in at most `linesMax` lines; what is left over is cut. */
function paragraph(text: string, linesMax: number, columns: number): readonly string[] {
  const width = columns - 1 - INDENT.length;
  const lines = wrapTo(text, width);
  const whole =
    lines.length <= linesMax ? lines : [...lines.slice(0, linesMax - 1), lines.slice(linesMax - 1).join(' ')];
  return whole.map((line) => `${INDENT}${fitTo(line, width)}`);
}

function renderCause({
  state: { phase, plan, abort },
  options: { columns, colours },
}: Current): readonly string[] {
  if (phase.kind !== 'halted' && phase.kind !== 'closed') return [];
  const { cause } = phase;
  const text = [
    // The reason of an abort is the operator's order.
    ...(abort === null ? [] : [`aborted ${describeOrder(abort)}`]),
    ...(cause.reason === 'operator' ? [] : [`halted (${cause.reason}): ${describeReason(phase, plan)}`]),
  ].join('; ');
  return paragraph(text, CAUSE_LINES_MAX, columns).map(colours.red);
}

function renderPause({ state: { phase, pause }, options: { columns, colours } }: Current): readonly string[] {
  if (pause === null || phase.kind !== 'running') return [];
  const text = `paused ${describeOrder(pause)}; nothing more will be deployed until it is resumed`;
  return paragraph(text, NOTICE_LINES_MAX, columns).map(colours.yellow);
}

function renderFailing({ state, wave, options: { columns, colours } }: Current): readonly string[] {
  return failingOfWave(state, wave.wave.name, SERIALS_SHOWN).map(
    ({ deviceOutcome, total, acknowledged, devices }) => {
      const serials = devices.map(({ serial }) => serial);
      const what = `${deviceOutcome}${describeAcknowledged(acknowledged)}`;
      const room = columns - 1 - INDENT.length - what.length - 1;
      return `${INDENT}${colours.red(what)} ${listWithin(serials, total, room)}`;
    },
  );
}

function runningHooks({ state }: View): readonly string[] {
  return [...(state?.hooks.values() ?? [])].flatMap(({ name, result }) => (result === null ? [name] : []));
}

function noticesInForce({ view, options: { now } }: Current): readonly string[] {
  const {
    outage,
    rateLimitedUntil,
    clockAheadMs,
    oddities: anomalies,
    stopping,
    waiting,
    gate,
    preflight,
  } = view;
  return [
    ...(waiting === null ? [] : [describeWaiting(waiting, now)]),
    ...(gate === null ? [] : [describeGateStart(gate)]),
    ...runningHooks(view).map((name) => `hook ${printable(name)} is running`),
    ...(stopping === null ? [] : [describeStopping(stopping)]),
    ...(outage === null ? [] : [describeOutage(outage, now)]),
    ...(rateLimitedUntil === null || rateLimitedUntil <= now
      ? []
      : [describeRateLimit(rateLimitedUntil, now)]),
    ...(preflight === null || preflight.online === preflight.devices ? [] : [describePreflight(preflight)]),
    ...(clockAheadMs === null ? [] : [describeClock(clockAheadMs)]),
    ...anomalies.map(({ deployment, message }) => `${printable(deployment)}: ${printable(message)}`),
  ];
}
