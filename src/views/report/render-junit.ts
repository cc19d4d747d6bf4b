/**
 * `breakwater report NAME --format junit`: what CI systems show as test results. A suite a wave, in it a case a device; and
 * a last suite of one case, the rollout itself: it may halt although no device has failed, and is no success then.
 *
 * Devices that were not reached are skipped, and so are those that the
 * API rejects where the plan ignores that.
 */
import type { RolloutState } from '../../rollout/state.ts';
import { FAILURES } from '../summary/tallies.ts';
import { devicesByWave } from './devices.ts';
import { renderDevice } from './junit-device.ts';
import { countRollout, renderRollout } from './junit-rollout.ts';
import { attributes, openSuite, renderProperties, seconds } from './junit-xml.ts';
import type { Counts, Facts, Period } from './junit-xml.ts';
import type { ReportEntry, WaveRecord } from './record.ts';

export function* renderReportJunit(entry: ReportEntry): Generator<string> {
  const { record } = entry;
  const { state } = record;
  const suites = [...record.waves.map(countWave), countRollout(entry)];
  const sum = (name: 'tests' | 'failures') => suites.reduce((total, suite) => total + suite[name], 0);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites${attributes({
    name: state.plan.name,
    tests: sum('tests'),
    failures: sum('failures'),
    errors: 0,
    time: seconds(state.startedAt, record.endedAt ?? state.updatedAt),
  })}>\n`;
  for (const { wave, devices } of devicesByWave(record)) {
    yield openSuite(wave.state.wave.name, countWave(wave), spanOf(wave, state));
    yield renderProperties(waveProperties(wave));
    for (const device of devices) yield renderDevice(device, entry);
    yield '  </testsuite>\n';
  }
  yield renderRollout(entry);
  yield '</testsuites>\n';
}

function countWave(wave: WaveRecord): Counts {
  const { tally, wave: planned } = wave.state;
  const ignored = isIgnoring(wave) ? tally.rejected : 0;
  const failures = FAILURES.reduce((sum, bucket) => sum + tally[bucket], 0) - ignored;
  const tests = planned.devices.length;
  return { tests, failures, skipped: tests - failures - tally.success };
}

/** Rejected devices have left the base. */
function isIgnoring({ state: { wave }, judgement }: WaveRecord): boolean {
  return wave.rejected === 'ignore' && judgement.base < wave.devices.length;
}

function spanOf({ state, readyAt }: WaveRecord, { updatedAt, startedAt }: RolloutState): Period {
  const from = state.startedAt ?? readyAt;
  return from === null ? { from: startedAt, to: startedAt } : { from, to: state.endedAt ?? updatedAt };
}

function waveProperties({ state, judgement }: WaveRecord): Facts {
  return {
    phase: state.phase,
    base: judgement.base,
    tolerated: judgement.tolerated,
    failures: judgement.failures,
    acknowledged: judgement.acknowledged,
  };
}
