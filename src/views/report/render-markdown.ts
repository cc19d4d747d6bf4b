/**
 * `breakwater report NAME --format markdown`: for a job's summary or a comment on a pull request. Each part has a bound, so
 * that the whole fits into a comment, which takes 65,536 characters, however large the fleet.
 */
import { renderElapsed } from '../../base/duration.ts';
import { renderNumber } from '../../base/text.ts';
import { DEVICE_OUTCOMES, inFlightOf } from '../../rollout/device-status.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';
import { explain } from '../advice/advice.ts';
import { left, right } from '../blocks/block.ts';
import type { Block, Inline } from '../blocks/block.ts';
import { renderMarkdown } from '../blocks/render-markdown.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { listOrders } from '../summary/order-table.ts';
import { waveLines } from '../summary/summary-tables.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import { SITUATION_TABLE, WAVE_PHASES } from '../tables/situation-table.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeResult, nameGiver, nameHook, nameWave } from '../wording/phrases.ts';
import type { ReportEntry, RolloutRecord } from './record.ts';
import type { ReportTextOptions } from './render-text.ts';
import { deploymentsTable, devicesTable, listFacts } from './record-blocks.ts';
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
      devicesTable(state, ROWS_MAX),
      timelineTable(record),
      deploymentsTable(record, ROWS_MAX),
      commandsTable(record),
      {
        kind: 'table',
        title: 'Orders',
        columns: left('time', 'order', 'who', 'reason', 'outcome'),
        rows: listOrders(state, orders).map(({ kind, order, at, isPending, refusal }) => [
          renderMoment(at),
          kind,
          nameGiver(order),
          order.reason ?? '',
          isPending ? 'pending' : refusal === null ? 'accepted' : `refused: ${refusal}`,
        ]),
        charsMax: 4_000,
      },
    ],
    { kind: 'command', text: `${commands.report} --format json` },
  );
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
    columns: left('time', 'hook or gate', 'result'),
    rows: [...gates, ...told]
      .filter(({ result }) => result === null || !isQuiet(result))
      .map(({ at, what, result }) => [
        at === null ? '' : renderMoment(at),
        what,
        result === null ? 'running' : describeResult(result),
      ]),
    charsMax: 4_000,
  };
}

function isQuiet({ outcome }: CommandResult): boolean {
  return outcome === 'passed' || outcome === 'skipped';
}
