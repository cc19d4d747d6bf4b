/**
 * Where a rollout stands, for a person: after a run, and for `breakwater status NAME`. What happened, why, and what to do
 * next come first; then the waves, the devices and the deployments. Whoever is woken by it reads from the top.
 */
import { colourOf } from '../../base/colour.ts';
import type { Colours } from '../../base/colour.ts';
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { explain } from '../advice/advice.ts';
import { say } from '../advice/advice-lines.ts';
import type { Advice } from '../advice/advice-lines.ts';
import { wrapTo } from './columns.ts';
import type { Commands } from '../wording/commands.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { Situation, StatusContext } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';
import { renderCommands } from './command-table.ts';
import { renderDeployments } from './deployment-table.ts';
import { renderOrders } from './order-table.ts';
import { renderDevices, renderLateOutcomes, renderWaves } from './summary-tables.ts';
import type { Table } from './summary-tables.ts';
import { TONES } from '../tables/tones.ts';

export type SummaryOptions = StatusContext & {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly colour: boolean;
  /** Lines are no longer than this where words allow it. */
  readonly columns: number;
  readonly commands: Commands;
  /** The command that shows what is left out; that of the status unless given. */
  readonly seeAll?: string;
};

const COLUMNS_MIN = 40;
const LABEL_COLUMNS = 6;
const MARGIN = '  ';
const BULLET = '- ';

/** `tellStory`: lines that stand between what to do next and the tables. */
export function renderSummary(
  state: RolloutState,
  options: SummaryOptions,
  tellStory: (table: Table) => readonly string[] = () => [],
): string {
  const colours = colourOf(options.colour);
  const columns = Math.max(COLUMNS_MIN, options.columns);
  const situation = situationOf(state, options);
  const { commands, now, isHeld, holder = null, orders = [] } = options;
  const position = { state, situation, commands, isHeld, holder, orders, now };
  const table = {
    state,
    colours,
    columns,
    now,
    isHeld,
    pending: orders,
    seeAll: options.seeAll ?? `${commands.status} --format json`,
  };
  const { why, next } = explain(position);
  const sections = [
    wrapTo(`${markOf(situation, colours)} ${colours.bold(describeSituation(state, situation))}`, columns, 2),
    [
      ...labelled('Why', why, { columns, colours }),
      ...labelled('Next', next, { columns, colours }),
      ...labelled('Time', [say(describeTime(state, now))], { columns, colours }),
    ],
    tellStory(table),
    renderWaves(table),
    renderDevices(table),
    renderLateOutcomes(table),
    renderDeployments(table),
    renderCommands(table),
    renderOrders(table),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function markOf({ kind }: Situation, colours: Colours): string {
  const { colour, mark } = TONES[SITUATION_TABLE[kind].tone];
  return colours[colour](mark);
}

/** Sentences under one label; a command stands on a line of its own, whole, to be copied. */
function labelled(
  label: string,
  lines: readonly Advice[],
  { columns, colours }: { readonly columns: number; readonly colours: Colours },
): readonly string[] {
  const isList = lines.filter(({ kind }) => kind === 'text').length > 1;
  const indent = MARGIN.length + LABEL_COLUMNS + (isList ? BULLET.length : 0);
  return lines.flatMap((line, index) => {
    if (line.kind === 'command') return [`${' '.repeat(indent + 2)}${colours.bold(line.text)}`];
    const before = `${index === 0 ? label.padEnd(LABEL_COLUMNS) : ' '.repeat(LABEL_COLUMNS)}${isList ? BULLET : ''}`;
    const follows = lines[index + 1]?.kind === 'command' ? ':' : '';
    return wrapTo(`${MARGIN}${before}${line.text}${follows}`, columns, indent);
  });
}

function describeTime(state: RolloutState, now: number): string {
  const { phase, startedAt, plan, waves } = state;
  const size = `${count(countDevices(plan), 'device')} in ${count(waves.length, 'wave')}`;
  const started = `${state.runner === null ? 'on record since' : 'started'} ${renderMoment(startedAt)}`;
  switch (phase.kind) {
    case 'running':
      return `${started}, ${renderElapsed(now - startedAt)} ago; ${size}`;
    case 'completed':
      return `${started}, completed ${renderMoment(phase.at)}, after ${renderElapsed(phase.at - startedAt)}; ${size}`;
    case 'halted':
    case 'closed': {
      const at = phase.kind === 'closed' ? phase.haltedAt : phase.at;
      const how = phase.cause.reason === 'operator' ? 'aborted' : 'halted';
      return `${started}, ${how} ${renderMoment(at)}, after ${renderElapsed(at - startedAt)}; ${size}`;
    }
  }
}
