/**
 * `breakwater report NAME --format junit`: what CI systems show as test results. A suite a wave, in it a case a device; and
 * a last suite of one case, the rollout itself: it may halt although no device has failed, and is no success then.
 *
 * Devices that were not reached are skipped, and so are those that the
 * API rejects where the plan ignores that.
 */
import type { RolloutState } from '../../rollout/state.ts';
import { FAILURES } from '../summary/tallies.ts';
import type { FailureOutcome } from '../summary/tallies.ts';
import { devicesByWave } from './devices.ts';
import type { DeviceRecord, DeviceAttempt } from './devices.ts';
import type { ReportEntry, WaveRecord } from './record.ts';
import { escapeXml } from '../../base/xml.ts';
import { notesOn } from '../wording/device-facts.ts';
import { describeReason } from '../wording/causes.ts';
import { nameDeployment } from '../wording/phrases.ts';
import { printable } from '../../base/text.ts';
import { renderMoment, renderTimestamp } from '../wording/moments.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { Situation } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';

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
  const failures = FAILURES.reduce((sum, deviceOutcome) => sum + tally[deviceOutcome], 0) - ignored;
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

function renderDevice(device: DeviceRecord, entry: ReportEntry): string {
  const { serial, wave, attempts } = device;
  const latest = attempts.at(-1);
  const call = latest?.deployment.state.call;
  const time =
    call?.kind === 'accepted' ? seconds(call.acceptedAt, latest?.endedAt ?? call.acceptedAt) : '0.000';
  const classname = `${entry.record.state.plan.name}.${wave.wave.name}`;
  const open = `    <testcase${attributes({ name: serial, classname, time })}`;
  const children = [...verdictOn(device, entry), ...historyOf(device)];
  return children.length === 0 ? `${open}/>\n` : `${open}>\n${children.join('')}    </testcase>\n`;
}

function verdictOn(device: DeviceRecord, entry: ReportEntry): readonly string[] {
  const { deviceStatus, attempts, isAcknowledged } = device;
  const latest = attempts.at(-1);
  switch (deviceStatus) {
    case 'success':
      return [];
    case 'waiting':
    case 'accepted':
    case 'processing':
      return [child('skipped', { message: describeOpen(device, entry) })];
    case 'rejected': {
      const { wave } = device;
      const reason = latest?.reason ?? '';
      if (wave.wave.rejected === 'ignore' && wave.tally.rejected < wave.wave.devices.length)
        return [child('skipped', { message: `rejected by the API and ignored by the plan: ${reason}` })];
      return [failure(deviceStatus, reason, isAcknowledged)];
    }
    case 'failed':
    case 'timed-out':
    case 'unknown':
    case 'inconclusive':
      return [failure(deviceStatus, latest === undefined ? '' : notesOn(latest).join(', '), isAcknowledged)];
  }
}

const BUCKET_MESSAGES: Readonly<Record<FailureOutcome, string>> = {
  failed: 'the device reported a failure',
  rejected: 'rejected by the API',
  'timed-out': 'not ended at the timeout',
  unknown: 'accepted but never listed by the API',
  inconclusive: 'success not confirmed',
};

function failure(type: FailureOutcome, detail: string, isAcknowledged: boolean): string {
  const told = `${BUCKET_MESSAGES[type]}${detail === '' ? '' : `: ${detail}`}`;
  return child('failure', { type, message: `${told}${isAcknowledged ? ' (acknowledged)' : ''}` });
}

function describeOpen({ deviceStatus, attempts }: DeviceRecord, { record }: ReportEntry): string {
  if (deviceStatus !== 'waiting') {
    const open =
      record.state.phase.kind === 'closed' ? 'not ended when polling stopped after the halt' : 'in flight';
    const latest = attempts.at(-1);
    return [open, ...(latest === undefined ? [] : notesOn(latest))].join(', ');
  }
  const doubted = attempts.find(({ deployment }) => deployment.state.call.kind === 'doubted');
  return doubted === undefined
    ? 'not reached'
    : `in doubt: ${nameDeployment(doubted.deployment.state.key)} may or may not exist`;
}

/** If there is more than the verdict. */
function historyOf({ attempts }: DeviceRecord): readonly string[] {
  const isPlain =
    attempts.length <= 1 && attempts.every(({ late, lastWord }) => late === null && lastWord === null);
  if (isPlain) return [];
  const lines = attempts.map((attempt) => escapeXml(describeAttempt(attempt)));
  return [`      <system-out>${lines.join('\n')}</system-out>\n`];
}

/** `berlin/1 (id 5f0c): timed-out at 2026-01-05 08:00:12 UTC; success at …, too late to count`. */
function describeAttempt(attempt: DeviceAttempt): string {
  const { deployment, deviceStatus, endedAt, late, isSuperseded } = attempt;
  const { key, call } = deployment.state;
  const id = call.kind === 'accepted' ? ` (id ${printable(call.deploymentId)})` : '';
  return [
    `${printable(key)}${id}: ${call.kind === 'accepted' ? deviceStatus : CALL_WORDS[call.kind]}${endedAt === null ? '' : ` at ${renderMoment(endedAt)}`}${notesOn(
      attempt,
    )
      .map((note) => `, ${note}`)
      .join('')}`,
    ...(late === null ? [] : [`${late.outcome} at ${renderMoment(late.at)}, too late to count`]),
    ...(isSuperseded ? ['retried'] : []),
  ].join('; ');
}

const CALL_WORDS = {
  intended: 'may have been sent, no answer on record',
  'not-made': 'not made',
  refused: 'refused',
  doubted: 'in doubt',
} as const;

/** The rollout itself is a case: it can halt without a failed device. */
function countRollout(entry: ReportEntry): Counts {
  switch (verdictOnRollout(entry)) {
    case 'passed':
      return { tests: 1, failures: 0, skipped: 0 };
    case 'failure':
      return { tests: 1, failures: 1, skipped: 0 };
    case 'skipped':
      return { tests: 1, failures: 0, skipped: 1 };
  }
}

function renderRollout(entry: ReportEntry): string {
  const { record } = entry;
  const { state } = record;
  const { plan } = state;
  const situation = situationOf(state, entry);
  const period = { from: state.startedAt, to: record.endedAt ?? state.updatedAt };
  const open = `    <testcase${attributes({ name: 'rollout', classname: plan.name, time: seconds(period.from, period.to) })}`;
  const verdict = verdictOnRollout(entry);
  const message = describeVerdict(entry, situation);
  const test =
    verdict === 'passed'
      ? `${open}/>\n`
      : `${open}>\n${child(verdict, { type: typeOf(situation), message })}    </testcase>\n`;
  const facts = renderProperties(rolloutProperties(entry, situation));
  return `${openSuite('rollout', countRollout(entry), period)}${facts}${test}  </testsuite>\n`;
}

function verdictOnRollout(entry: ReportEntry): 'passed' | 'failure' | 'skipped' {
  return SITUATION_TABLE[situationOf(entry.record.state, entry).kind].verdict;
}

function typeOf(situation: Situation): string {
  return situation.kind === 'halted' ? situation.phase.cause.reason : situation.kind;
}

function describeVerdict({ record }: ReportEntry, situation: Situation): string {
  const sentence = describeSituation(record.state, situation);
  if (situation.kind !== 'halted' && situation.kind !== 'aborted') return sentence;
  return `${sentence}: ${describeReason(situation.phase, record.state.plan)}`;
}

function rolloutProperties({ record }: ReportEntry, situation: Situation): Facts {
  const { plan, digest, simulated, startedAt } = record.state;
  const last = record.runners.at(-1);
  const startedBy = last?.identity.startedBy ?? null;
  return {
    rollout: plan.name,
    status: situation.kind,
    artifact: plan.artifact.uuid,
    region: plan.region,
    digest,
    simulated: String(simulated),
    devices: countDevices(plan),
    startedAt: renderTimestamp(startedAt),
    ...(record.endedAt === null ? {} : { endedAt: renderTimestamp(record.endedAt) }),
    ...(last === undefined ? {} : { breakwater: last.version, runners: record.runners.length }),
    ...(startedBy === null ? {} : { startedBy }),
  };
}

type Counts = { readonly tests: number; readonly failures: number; readonly skipped: number };

/** Milliseconds since the epoch. */
type Period = { readonly from: number; readonly to: number };

/** Properties of an element, in their order. */
type Facts = Readonly<Record<string, string | number>>;

function openSuite(name: string, { tests, failures, skipped }: Counts, { from, to }: Period): string {
  const facts = { name, tests, failures, errors: 0, skipped, time: seconds(from, to) };
  // Without a zone, as readers of the format expect it; it is UTC.
  return `  <testsuite${attributes({ ...facts, timestamp: renderTimestamp(from).slice(0, 19) })}>\n`;
}

function renderProperties(facts: Facts): string {
  const lines = Object.entries(facts).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>\n`,
  );
  return `    <properties>\n${lines.join('')}    </properties>\n`;
}

function child(tag: 'failure' | 'skipped', facts: Facts): string {
  return `      <${tag}${attributes(facts)}/>\n`;
}

function attributes(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

function seconds(from: number, to: number): string {
  return (Math.max(0, to - from) / 1000).toFixed(3);
}
