/** The rollout itself as a test case: it may halt although no device has failed, and is no success then. */
import { countDevices } from '../../plan/rollout-plan.ts';
import { renderTimestamp } from '../wording/moments.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { Situation } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';
import { attributes, child, openSuite, renderProperties, seconds } from './junit-xml.ts';
import type { Counts, Facts } from './junit-xml.ts';
import type { ReportEntry } from './record.ts';

export function countRollout(entry: ReportEntry): Counts {
  switch (verdictOnRollout(entry)) {
    case 'passed':
      return { tests: 1, failures: 0, skipped: 0 };
    case 'failure':
      return { tests: 1, failures: 1, skipped: 0 };
    case 'skipped':
      return { tests: 1, failures: 0, skipped: 1 };
  }
}

export function renderRollout(entry: ReportEntry): string {
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
  const halt = record.halts.at(-1);
  const isHalted = situation.kind === 'halted' || situation.kind === 'aborted';
  return isHalted && halt !== undefined ? `${sentence}: ${halt.message}` : sentence;
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
