/** The tables of a summary about devices: waves, devices that did not succeed, outcomes that came late. */
import type { Colours } from '../../base/colour.ts';
import { renderElapsed } from '../../base/duration.ts';
import { printable, renderNumber } from '../../base/text.ts';
import { batchesOf } from '../../plan/rollout-plan.ts';
import type { Order } from '../../rollout/order.ts';
import type { DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import { displayWidth, fitTo, padTo, wrapTo } from './columns.ts';
import { failingDevices, lateOutcomes } from '../status/devices.ts';
import { renderMoment } from '../wording/moments.ts';
import { notesOn } from '../wording/device-facts.ts';
import { doubtfulOf } from '../tables/situation.ts';
import { describeTally, FAILURES, failuresOf } from './tallies.ts';
import type { FailureOutcome } from './tallies.ts';
import { groupWaves } from '../status/wave-groups.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { WAVE_PHASES } from '../tables/situation-table.ts';

export type Table = {
  readonly state: RolloutState;
  readonly colours: Colours;
  readonly columns: number;
  readonly now: number;
  /** Whether a runner is alive and holds the rollout. */
  readonly isHeld: boolean;
  /** Orders that were left and not taken up yet. */
  readonly pending: readonly Order[];
  /** The command that shows what is left out. */
  readonly seeAll: string;
};

/** What is named at most; `--format json` has all of it. */
const WAVES_SHOWN = 12;
const SERIALS_SHOWN = 10;

/** How wide a column of names becomes. */
export const NAME_COLUMNS_MAX = 32;

/** All waves where they are few; of many, the one at work and those with the most failures, and the others in groups. */
export function waveLines(waves: readonly WaveState[]): readonly WaveLine[] {
  const shown = wavesToShow(waves);
  return groupWaves(waves, (wave) => !shown.has(wave));
}

export function renderWaves({ state, colours, columns, now, isHeld }: Table): readonly string[] {
  const doubtful = doubtfulOf(state, isHeld);
  const lines = waveLines(state.waves);
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...lines.map((line) => displayWidth(nameOf(line)))));
  return [
    colours.bold('Waves'),
    ...lines.flatMap((line) => {
      const phase = line.kind === 'wave' ? line.wave.phase : line.phase;
      const { tally, acknowledged } = line.kind === 'wave' ? line.wave : line;
      const name = padTo(fitTo(nameOf(line), width), width);
      const more =
        line.kind === 'wave'
          ? `${describeDoubts(line.wave, doubtful)}${describeRetried(line.wave)}${describeElapsed(line.wave, now)}`
          : '';
      const row = `  ${name}  ${paintPhase(phase, colours)}  ${describeTally(tally, colours, acknowledged)}${more}`;
      return wrapTo(row, columns, width + 6 + PHASE_COLUMNS);
    }),
  ];
}

function wavesToShow(waves: readonly WaveState[]): ReadonlySet<WaveState> {
  if (waves.length <= WAVES_SHOWN) return new Set(waves);
  const worst = waves
    .filter(({ tally }) => failuresOf(tally) > 0)
    .toSorted((a, b) => failuresOf(b.tally) - failuresOf(a.tally))
    .slice(0, WAVES_SHOWN);
  return new Set([...worst, ...waves.filter(({ phase }) => phase !== 'passed' && phase !== 'waiting')]);
}

function nameOf(line: WaveLine): string {
  return line.kind === 'wave' ? printable(line.wave.wave.name) : `${renderNumber(line.count)} waves`;
}

const PHASE_COLUMNS = Math.max(...Object.values(WAVE_PHASES).map(({ word }) => word.length));

function paintPhase(phase: WaveState['phase'], colours: Colours): string {
  const { word, colour } = WAVE_PHASES[phase];
  return colours[colour](word.padEnd(PHASE_COLUMNS));
}

/** They count as waiting, and may have been deployed to. */
function describeDoubts({ wave }: WaveState, doubtful: readonly DeploymentState[]): string {
  const devices = doubtful
    .filter((deployment) => deployment.wave === wave.name)
    .reduce((sum, deployment) => sum + deployment.devices.length, 0);
  return devices === 0 ? '' : ` (${renderNumber(devices)} in doubt)`;
}

/** The batches after those that the plan gives a wave are of retries. */
function describeRetried({ wave, batches }: WaveState): string {
  const again = new Set(batches.slice(batchesOf(wave).length).flat());
  return again.size === 0 ? '' : `, ${renderNumber(again.size)} in a retry`;
}

function describeElapsed({ startedAt, endedAt, phase, soakUntil }: WaveState, now: number): string {
  if (phase === 'soaking' && soakUntil !== null) return `, until ${renderMoment(soakUntil)}`;
  return startedAt === null ? '' : `, ${renderElapsed((endedAt ?? now) - startedAt)}`;
}

const BUCKET_TITLES: Readonly<Record<FailureOutcome, string>> = {
  failed: 'failed',
  rejected: 'rejected by the API',
  'timed-out': 'timed-out: had not ended when their time was out',
  unknown: 'unknown: accepted, but never listed by the API',
  inconclusive: 'inconclusive: had succeeded, and was not confirmed',
};

export function renderDevices(table: Table): readonly string[] {
  const { state, colours, columns } = table;
  const lines = FAILURES.flatMap((deviceOutcome) => {
    const { total, acknowledged, devices } = failingDevices(state, deviceOutcome, SERIALS_SHOWN);
    if (total === 0) return [];
    const width = Math.max(...devices.map(({ serial }) => serial.length));
    const counts = `(${renderNumber(total)}${acknowledged === 0 ? '' : `, ${renderNumber(acknowledged)} acknowledged`})`;
    return [
      ...wrapTo(`  ${colours.red(BUCKET_TITLES[deviceOutcome])} ${counts}`, columns, 4),
      ...devices.flatMap((device) => {
        const { serial, deployment, isAcknowledged } = device;
        const seen = isAcknowledged ? `  ${colours.dim('acknowledged')}` : '';
        const notes = notesOn(device);
        const why = notes.length === 0 ? '' : `  ${notes.join('; ')}`;
        const row = `    ${serial.padEnd(width)}  ${colours.dim(printable(deployment))}${seen}${why}`;
        return wrapTo(row, columns, width + 6);
      }),
      ...describeMore(total - devices.length, '    ', table),
    ];
  });
  return lines.length === 0 ? [] : [colours.bold('Devices that did not succeed'), ...lines];
}

/** What became of devices after they had been judged. */
export function renderLateOutcomes(table: Table): readonly string[] {
  const { state, colours, columns } = table;
  const { total, devices } = lateOutcomes(state, SERIALS_SHOWN);
  if (total === 0) return [];
  const width = Math.max(...devices.map(({ serial }) => serial.length));
  return [
    ...wrapTo(
      `${colours.bold('Ended after they had been judged')} (${renderNumber(total)}; the judgement stands)`,
      columns,
      2,
    ),
    ...devices.flatMap(({ serial, outcome, deployment }) => {
      const row = `  ${serial.padEnd(width)}  ${outcome.padEnd('success'.length)}  ${colours.dim(printable(deployment))}`;
      return wrapTo(row, columns, width + 4);
    }),
    ...describeMore(total - devices.length, '  ', table),
  ];
}

export function describeMore(more: number, indent: string, table: Table): readonly string[] {
  return more <= 0 ? [] : pointToAll(`${indent}and ${renderNumber(more)} more`, table);
}

/** What is left out, and the command that shows it: whole, and on a line of its own where both do not fit into one. */
export function pointToAll(leftOut: string, { columns, seeAll }: Table): readonly string[] {
  const before = `${leftOut}; all of them:`;
  const line = `${before} ${seeAll}`;
  return displayWidth(line) <= columns ? [line] : [...wrapTo(before, columns, 4), `      ${seeAll}`];
}
