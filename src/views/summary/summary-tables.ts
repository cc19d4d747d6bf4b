/** The tables of a summary about devices: waves, devices that did not succeed, outcomes that came late. */
import { renderElapsed } from '../../base/duration.ts';
import { renderNumber } from '../../base/text.ts';
import { batchesOf } from '../../plan/rollout-plan.ts';
import type { DeploymentState, RolloutState, WaveState } from '../../rollout/state.ts';
import { joined, left, phrase, strong, tinted } from '../blocks/block.ts';
import type { Block, Column, Inline, TableBlock } from '../blocks/block.ts';
import { failingDevices, lateOutcomes } from '../status/devices.ts';
import type { FailingDevice } from '../status/devices.ts';
import { groupWaves } from '../status/wave-groups.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { doubtfulOf } from '../tables/situation.ts';
import { WAVE_PHASES } from '../tables/situation-table.ts';
import { notesOn } from '../wording/device-facts.ts';
import { renderMoment } from '../wording/moments.ts';
import { FAILURES, failuresOf, tallyInline } from './tallies.ts';
import type { FailureOutcome } from './tallies.ts';

/** What is named at most; `--format json` has all of it. */
const WAVES_SHOWN = 12;
const SERIALS_SHOWN = 10;

/** A column of names. */
export const NAMES: Column = { title: 'name', align: 'left', isNames: true };

const PHASES: Column = {
  title: 'phase',
  align: 'left',
  columnsMin: Math.max(...Object.values(WAVE_PHASES).map(({ word }) => word.length)),
};

/** All waves if they are few. Of many: the current one, those with the most failures, and the others in groups. */
export function waveLines(waves: readonly WaveState[]): readonly WaveLine[] {
  const shown = wavesToShow(waves);
  return groupWaves(waves, (wave) => !shown.has(wave));
}

/** `isHeld`: whether a runner is alive and has the rollout's lock. */
export function wavesTable(state: RolloutState, now: number, isHeld: boolean): TableBlock {
  const doubtful = doubtfulOf(state, isHeld);
  return {
    kind: 'table',
    title: 'Waves',
    columns: [NAMES, PHASES, ...left('devices')],
    rows: waveLines(state.waves).map((line) => {
      const { phase, tally, acknowledged } = line.kind === 'wave' ? line.wave : line;
      const { word, colour } = WAVE_PHASES[phase];
      const devices = tallyInline(tally, acknowledged);
      return line.kind === 'group'
        ? [`${renderNumber(line.count)} waves`, tinted(colour, word), devices]
        : [
            line.wave.wave.name,
            tinted(colour, word),
            phrase`${devices}${describeMore(line.wave, doubtful, now)}`,
          ];
    }),
  };
}

function wavesToShow(waves: readonly WaveState[]): ReadonlySet<WaveState> {
  if (waves.length <= WAVES_SHOWN) return new Set(waves);
  const worst = waves
    .filter(({ tally }) => failuresOf(tally) > 0)
    .toSorted((a, b) => failuresOf(b.tally) - failuresOf(a.tally))
    .slice(0, WAVES_SHOWN);
  return new Set([...worst, ...waves.filter(({ phase }) => phase !== 'passed' && phase !== 'waiting')]);
}

function describeMore(wave: WaveState, doubtful: readonly DeploymentState[], now: number): string {
  return `${describeDoubts(wave, doubtful)}${describeRetried(wave)}${describeElapsed(wave, now)}`;
}

/** They count as waiting but may have been deployed to. */
function describeDoubts({ wave }: WaveState, doubtful: readonly DeploymentState[]): string {
  const devices = doubtful
    .filter((deployment) => deployment.wave === wave.name)
    .reduce((sum, deployment) => sum + deployment.devices.length, 0);
  return devices === 0 ? '' : ` (${renderNumber(devices)} in doubt)`;
}

/** Batches beyond those of the plan belong to retries. */
function describeRetried({ wave, batches }: WaveState): string {
  const again = new Set(batches.slice(batchesOf(wave).length).flat());
  return again.size === 0 ? '' : `, ${renderNumber(again.size)} retried`;
}

function describeElapsed({ startedAt, endedAt, phase, soakUntil }: WaveState, now: number): string {
  if (phase === 'soaking' && soakUntil !== null) return `, until ${renderMoment(soakUntil)}`;
  return startedAt === null ? '' : `, ${renderElapsed((endedAt ?? now) - startedAt)}`;
}

const OUTCOME_TITLES: Readonly<Record<FailureOutcome, string>> = {
  failed: 'failed',
  rejected: 'rejected by the API',
  'timed-out': 'timed-out: had not ended at the timeout',
  unknown: 'unknown: accepted but never listed by the API',
  inconclusive: 'inconclusive: success not confirmed',
};

export function devicesTables(state: RolloutState): Block {
  return {
    kind: 'tables',
    title: 'Devices that did not succeed',
    tables: FAILURES.map((deviceOutcome) => {
      const { total, acknowledged, devices } = failingDevices(state, deviceOutcome, SERIALS_SHOWN);
      const counts = `(${renderNumber(total)}${acknowledged === 0 ? '' : `, ${renderNumber(acknowledged)} acknowledged`})`;
      return {
        kind: 'table',
        title: phrase`${tinted('red', OUTCOME_TITLES[deviceOutcome])} ${counts}`,
        columns: left('device', 'deployment'),
        rows: devices.map((device) => [device.serial, describeFailing(device)]),
        total,
      } as const;
    }).filter(({ rows }) => rows.length > 0),
  };
}

function describeFailing(device: FailingDevice): Inline {
  const notes = notesOn(device).join('; ');
  return joined(
    [
      tinted('dim', device.deployment),
      ...(device.isAcknowledged ? [tinted('dim', 'acknowledged')] : []),
      ...(notes === '' ? [] : [notes]),
    ],
    '  ',
  );
}

/** Outcomes of devices that came after the verdict. */
export function lateOutcomesTable(state: RolloutState): TableBlock {
  const { total, devices } = lateOutcomes(state, SERIALS_SHOWN);
  return {
    kind: 'table',
    title: phrase`${strong('Late outcomes')} (${renderNumber(total)}; they do not change the result)`,
    columns: left('device', 'outcome'),
    rows: devices.map(({ serial, outcome, deployment }) => [
      serial,
      phrase`${outcome.padEnd('success'.length)}  ${tinted('dim', deployment)}`,
    ]),
    total,
  };
}
