/** The tables of a summary: waves, devices that did not succeed, outcomes that came late, deployments. */
import type { Colours } from '../base/colour.ts';
import { renderElapsed } from '../base/duration.ts';
import { printable, renderNumber } from '../base/text.ts';
import { inFlightOf } from '../rollout/bucket.ts';
import type { DeploymentState, RolloutState, WaveState } from '../rollout/state.ts';
import { displayWidth, fitTo, padTo, wrapTo } from './columns.ts';
import { failingDevices, lateOutcomes } from './devices.ts';
import { renderMoment } from './moments.ts';
import { describeFailure } from './sentences.ts';
import { describeTally, FAILURES, failuresOf } from './tallies.ts';
import type { FailureBucket } from './tallies.ts';
import { groupWaves } from './wave-groups.ts';
import type { WaveLine } from './wave-groups.ts';

export type Table = {
  readonly state: RolloutState;
  readonly colours: Colours;
  readonly columns: number;
  readonly now: number;
  /** The command that shows what is left out. */
  readonly seeAll: string;
};

/** What is named at most; `--format json` has all of it. */
const WAVES_SHOWN = 12;
const SERIALS_SHOWN = 10;
const DEPLOYMENTS_SHOWN = 10;

const NAME_COLUMNS_MAX = 32;

/** All waves where they are few; of many, the one at work and those with the most failures, and the others in groups. */
export function renderWaves({ state: { waves }, colours, columns, now }: Table): readonly string[] {
  const shown = wavesToShow(waves);
  const lines = groupWaves(waves, (wave) => !shown.has(wave));
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...lines.map((line) => displayWidth(nameOf(line)))));
  return [
    colours.bold('Waves'),
    ...lines.flatMap((line) => {
      const phase = line.kind === 'wave' ? line.wave.phase : line.phase;
      const { tally } = line.kind === 'wave' ? line.wave : line;
      const name = padTo(fitTo(nameOf(line), width), width);
      const elapsed = line.kind === 'wave' ? describeElapsed(line.wave, now) : '';
      const row = `  ${name}  ${paintPhase(phase, colours)}  ${describeTally(tally, colours)}${elapsed}`;
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
  return new Set([...worst, ...waves.filter(({ phase }) => phase === 'running' || phase === 'halted')]);
}

function nameOf(line: WaveLine): string {
  return line.kind === 'wave' ? printable(line.wave.wave.name) : `${renderNumber(line.count)} waves`;
}

const PHASE_WORDS: Readonly<Record<WaveState['phase'], string>> = {
  passed: 'passed',
  halted: 'halted',
  running: 'running',
  waiting: 'not started',
};

const PHASE_COLUMNS = Math.max(...Object.values(PHASE_WORDS).map((word) => word.length));

function paintPhase(phase: WaveState['phase'], colours: Colours): string {
  const word = PHASE_WORDS[phase].padEnd(PHASE_COLUMNS);
  switch (phase) {
    case 'passed':
      return colours.green(word);
    case 'halted':
      return colours.red(word);
    case 'running':
      return colours.yellow(word);
    case 'waiting':
      return colours.dim(word);
  }
}

function describeElapsed({ startedAt, endedAt }: WaveState, now: number): string {
  return startedAt === null ? '' : `, ${renderElapsed((endedAt ?? now) - startedAt)}`;
}

const BUCKET_TITLES: Readonly<Record<FailureBucket, string>> = {
  failed: 'failed',
  rejected: 'rejected by the API',
  'timed-out': 'timed-out: still in progress when their time was out',
  unknown: 'unknown: accepted, but never listed by the API',
};

export function renderDevices({ state, colours, seeAll }: Table): readonly string[] {
  const lines = FAILURES.flatMap((bucket) => {
    const { total, devices } = failingDevices(state, bucket, SERIALS_SHOWN);
    if (total === 0) return [];
    const width = Math.max(...devices.map(({ serial }) => serial.length));
    return [
      `  ${colours.red(BUCKET_TITLES[bucket])} (${renderNumber(total)})`,
      ...devices.map(({ serial, deployment, reason }) => {
        const why = reason === null ? '' : `  ${printable(reason)}`;
        return `    ${serial.padEnd(width)}  ${colours.dim(printable(deployment))}${why}`;
      }),
      ...describeMore(total - devices.length, '    ', seeAll),
    ];
  });
  return lines.length === 0 ? [] : [colours.bold('Devices that did not succeed'), ...lines];
}

/** What became of devices after they had been judged. */
export function renderLateOutcomes({ state, colours, seeAll }: Table): readonly string[] {
  const { total, devices } = lateOutcomes(state, SERIALS_SHOWN);
  if (total === 0) return [];
  const width = Math.max(...devices.map(({ serial }) => serial.length));
  return [
    `${colours.bold('Ended after their time was out')} (${renderNumber(total)}; the judgement stands)`,
    ...devices.map(
      ({ serial, outcome, deployment }) =>
        `  ${serial.padEnd(width)}  ${outcome}  ${colours.dim(printable(deployment))}`,
    ),
    ...describeMore(total - devices.length, '  ', seeAll),
  ];
}

/** Those in trouble or in flight come first where not all are shown. */
export function renderDeployments({ state, colours, columns, seeAll }: Table): readonly string[] {
  const all = [...state.deployments.values()];
  if (all.length === 0) return [];
  const shown = (all.length <= DEPLOYMENTS_SHOWN ? all : all.toSorted(byTrouble)).slice(0, DEPLOYMENTS_SHOWN);
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...shown.map(({ key }) => displayWidth(printable(key)))));
  return [
    colours.bold('Deployments'),
    ...shown.flatMap((deployment) =>
      wrapTo(
        `  ${padTo(printable(deployment.key), width)}  ${describeDeployment(deployment, colours)}`,
        columns,
        width + 4,
      ),
    ),
    ...describeMore(all.length - shown.length, '  ', seeAll),
  ];
}

function byTrouble(a: DeploymentState, b: DeploymentState): number {
  return troubleOf(b) - troubleOf(a);
}

function troubleOf({ call, devices, tally }: DeploymentState): number {
  return call.kind === 'accepted' ? devices.length - tally.success : Number.MAX_SAFE_INTEGER;
}

function describeDeployment({ call, tally }: DeploymentState, colours: Colours): string {
  switch (call.kind) {
    case 'accepted': {
      const open = inFlightOf(tally) === 0 ? '' : `, until ${renderMoment(call.deadlineAt)} at the latest`;
      return `${printable(call.deploymentId)}  ${describeTally(tally, colours)}${open}`;
    }
    case 'intended':
      return colours.yellow('announced; no answer is on record');
    case 'not-made':
      return `not made: ${describeFailure(call.failure)}`;
    case 'refused':
      return colours.red(`refused: ${describeFailure(call.failure)}`);
    case 'doubted':
      return colours.red(`in doubt: ${describeFailure(call.failure)}`);
  }
}

function describeMore(more: number, indent: string, seeAll: string): readonly string[] {
  return more <= 0 ? [] : [`${indent}and ${renderNumber(more)} more; all of them: ${seeAll}`];
}
