/**
 * `breakwater report NAME --format markdown`: for a job's summary or a comment on a pull request. Each part has a bound, so
 * that the whole fits into a comment, which takes 65,536 characters, however large the fleet.
 */
import { renderElapsed } from '../../base/duration.ts';
import { count, renderNumber } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { DEVICE_OUTCOMES, inFlightOf } from '../../rollout/device-status.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { explain } from '../advice/advice.ts';
import { code, joined, left, right } from '../blocks/block.ts';
import type { Block, Fact, Inline } from '../blocks/block.ts';
import { renderMarkdown } from '../blocks/render-markdown.ts';
import { failingDevices } from '../status/devices.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { listOrders } from '../summary/order-table.ts';
import { waveLines } from '../summary/summary-tables.ts';
import { describeTally, FAILURES } from '../summary/tallies.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import { SITUATION_TABLE, WAVE_PHASES } from '../tables/situation-table.ts';
import { notesOn } from '../wording/device-facts.ts';
import { renderMoment } from '../wording/moments.ts';
import {
  describeNoDeployment,
  describeResult,
  describeRunner,
  nameGiver,
  nameHook,
  nameWave,
} from '../wording/phrases.ts';
import { requestIdsOf } from './deployment-facts.ts';
import type { DeploymentRecord, ReportEntry, RolloutRecord } from './record.ts';
import type { ReportTextOptions } from './render-text.ts';
import { timelineTable } from './timeline.ts';

/** Of what is said of why, and of what is next. */
const SENTENCES_CHARS_MAX = 3_000;
const ROWS_MAX = 200;

export type ReportMarkdownOptions = Pick<ReportTextOptions, 'now' | 'commands'>;

export function renderReportMarkdown(entry: ReportEntry, { now, commands }: ReportMarkdownOptions): string {
  const { record, isHeld, holder = null, orders = [] } = entry;
  const { state } = record;
  const situation = situationOf(state, entry);
  const { why, next } = explain({ state, situation, commands, isHeld, holder, orders, now });
  const { tone } = SITUATION_TABLE[situation.kind];
  return renderMarkdown(
    [
      { kind: 'heading', text: describeSituation(state, situation), tone },
      {
        kind: 'labelled',
        parts: [
          { label: 'Why', lines: why },
          { label: 'Next', lines: next },
        ],
        charsMax: SENTENCES_CHARS_MAX,
      },
      { kind: 'facts', rows: listFacts(record), charsMax: 4_000 },
      wavesTable(record),
      devicesTable(state),
      timelineTable(record),
      deploymentsTable(record),
      commandsTable(record),
      {
        kind: 'table',
        title: 'Orders',
        columns: left('time', 'order', 'who', 'why', 'outcome'),
        rows: listOrders(state, orders).map(({ kind, order, at, isPending, refusal }) => [
          renderMoment(at),
          kind,
          nameGiver(order),
          order.reason ?? '',
          isPending ? 'not taken up yet' : refusal === null ? 'obeyed' : `not obeyed: ${refusal}`,
        ]),
        charsMax: 4_000,
      },
    ],
    { kind: 'command', text: `${commands.report} --format json` },
  );
}

function listFacts({ state, runners, endedAt }: RolloutRecord): readonly Fact[] {
  const { plan, digest, startedAt } = state;
  const last = runners.at(-1);
  const facts: readonly (Fact | null)[] = [
    ['artifact', code(plan.artifact.uuid)],
    ['region', plan.region],
    ['devices', `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`],
    ['digest', code(digest)],
    ['started', renderMoment(startedAt)],
    endedAt === null
      ? null
      : ['ended', `${renderMoment(endedAt)}, after ${renderElapsed(endedAt - startedAt)}`],
    last === undefined
      ? null
      : [
          runners.length === 1 ? 'run by' : `last of ${renderNumber(runners.length)} runners`,
          describeRunner(last.identity),
        ],
    state.simulated ? ['simulated', 'on a simulator: no device was touched'] : null,
    plan.description === null ? null : ['description', plan.description],
  ];
  return facts.filter((fact) => fact !== null);
}

function wavesTable({ state, endedAt }: RolloutRecord): Block {
  return {
    kind: 'table',
    title: 'Waves',
    columns: [
      ...left('wave', 'phase'),
      ...right('devices', ...DEVICE_OUTCOMES, 'in flight', 'waiting'),
      ...left('took'),
    ],
    rows: waveLines(state.waves).map((line) => waveRow(line, endedAt ?? state.updatedAt)),
    charsMax: 8_000,
  };
}

function waveRow(line: WaveLine, now: number): readonly Inline[] {
  const { tally } = line.kind === 'wave' ? line.wave : line;
  const { name, phase, devices, took } =
    line.kind === 'group'
      ? {
          name: `${renderNumber(line.count)} waves`,
          phase: line.phase,
          devices: Object.values(tally).reduce((sum, n) => sum + n, 0),
          took: '',
        }
      : {
          name: line.wave.wave.name,
          phase: line.wave.phase,
          devices: line.wave.wave.devices.length,
          took:
            line.wave.startedAt === null
              ? ''
              : renderElapsed((line.wave.endedAt ?? now) - line.wave.startedAt),
        };
  return [
    name,
    WAVE_PHASES[phase].word,
    renderNumber(devices),
    ...[
      ...DEVICE_OUTCOMES.map((deviceOutcome) => tally[deviceOutcome]),
      inFlightOf(tally),
      tally.waiting,
    ].map((n) => (n === 0 ? '' : renderNumber(n))),
    took,
  ];
}

function devicesTable(state: RolloutState): Block {
  const groups = FAILURES.map((deviceOutcome) => failingDevices(state, deviceOutcome, ROWS_MAX));
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  return {
    kind: 'table',
    title: `Devices that did not succeed (${renderNumber(total)})`,
    columns: left('device', 'ended as', 'deployment', 'reason'),
    rows: groups.flatMap(({ bucket: deviceOutcome, devices }) =>
      devices.map((device) => [
        code(device.serial),
        `${deviceOutcome}${device.isAcknowledged ? ', acknowledged' : ''}`,
        code(device.deployment),
        notesOn(device).join('; '),
      ]),
    ),
    total,
    charsMax: 13_000,
  };
}

function deploymentsTable({ deployments }: RolloutRecord): Block {
  return {
    kind: 'table',
    title: 'Deployments',
    columns: left('deployment', 'id', 'request id', 'posted', 'ended', 'what came of it'),
    rows: [...deployments.values()].slice(0, ROWS_MAX).map(deploymentRow),
    total: deployments.size,
    charsMax: 8_000,
  };
}

function deploymentRow(deployment: DeploymentRecord): readonly Inline[] {
  const { key, call, intendedAt, tally } = deployment.state;
  return [
    code(key),
    call.kind === 'accepted' ? code(call.deploymentId) : '',
    joined(requestIdsOf(deployment).map(code), ' '),
    renderMoment(intendedAt),
    deployment.endedAt === null ? '' : renderMoment(deployment.endedAt),
    describeNoDeployment(call) ?? describeTally(tally),
  ];
}

/** Hooks and gates that did not pass. */
function commandsTable({ waves, hooks }: RolloutRecord): Block {
  const gates = waves.flatMap(({ state, gates: runs }) =>
    runs.map(({ to, name, attempt, result }) => ({
      at: to,
      what: `gate ${name} of ${nameWave(state.wave.name)}, attempt ${attempt}`,
      result,
    })),
  );
  const told = hooks.map(({ hook, from, to, result }) => ({ at: to ?? from, what: nameHook(hook), result }));
  return {
    kind: 'table',
    title: 'Hooks and gates that did not pass',
    columns: left('time', 'hook or gate', 'what came of it'),
    rows: [...gates, ...told]
      .filter(({ result }) => result === null || !isQuiet(result))
      .map(({ at, what, result }) => [
        at === null ? '' : renderMoment(at),
        what,
        result === null ? 'under way' : describeResult(result),
      ]),
    charsMax: 4_000,
  };
}

function isQuiet({ outcome }: CommandResult): boolean {
  return outcome === 'passed' || outcome === 'skipped';
}
