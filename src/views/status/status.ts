/** `breakwater status` without a name: a table with a line for each rollout. */
import { colourOf } from '../../base/colour.ts';
import { renderElapsed } from '../../base/duration.ts';
import { printable, renderNumber } from '../../base/text.ts';
import { rollbackName } from '../../plan/identifiers.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { displayWidth, fitTo, padTo } from '../../base/columns.ts';
import { fitNames, nameColumns } from '../../base/fit-names.ts';
import { describeCauseBriefly } from '../wording/causes.ts';
import { nameOrder } from '../wording/order-sentences.ts';
import { describeOrder, nameDeployment, nameGiver, withoutFullStop } from '../wording/phrases.ts';
import { doubtfulOf, situationOf } from '../tables/situation.ts';
import type { Situation, StatusEntry } from '../tables/situation.ts';
import { SITUATION_TABLE, situationWord } from '../tables/situation-table.ts';
import { failuresOf, totalTally } from '../summary/tallies.ts';
import { TONES } from '../tables/tones.ts';
import type { ColourName } from '../tables/tones.ts';
import { currentWave } from './wave-groups.ts';

export type StatusListOptions = {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly colour: boolean;
  /** Where lines are cut; whole lines unless given. */
  readonly columns?: number;
};

const HEADINGS = [
  'ROLLOUT',
  'STATUS',
  'WAVE',
  'SUCCESS',
  'FAILURES',
  'DEVICES',
  'UPDATED',
  'REASON',
] as const;

export function renderStatusList(entries: readonly StatusEntry[], options: StatusListOptions): string {
  const colours = colourOf(options.colour);
  const wholeNames = entries.map(({ state }) => state.plan.name);
  const names =
    options.columns === undefined ? wholeNames : fitNames(wholeNames, nameColumns(options.columns));
  const rows = entries.map((entry, index) => ({
    situation: situationOf(entry.state, entry),
    cells: cellsOf(names[index] ?? '', entry, options.now),
  }));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => displayWidth(cells[column] ?? ''))),
  );
  const lineOf = (cells: readonly string[], paint: (text: string) => string) =>
    cells
      .map((cell, column) => {
        const padded = column === cells.length - 1 ? cell : padTo(cell, widths[column] ?? 0);
        return column === STATUS_COLUMN ? paint(padded) : padded;
      })
      .join('  ')
      .trimEnd();
  const lines = [
    colours.dim(lineOf(HEADINGS, (text) => text)),
    ...rows.map(({ cells, situation }) => lineOf(cells, colours[colourNameOf(situation)])),
  ];
  return `${lines.map((line) => fitTo(line, options.columns ?? Infinity)).join('\n')}\n`;
}

const STATUS_COLUMN = HEADINGS.indexOf('STATUS');

function cellsOf(name: string, entry: StatusEntry, now: number): readonly string[] {
  const { state } = entry;
  const situation = situationOf(state, entry);
  const tally = totalTally(state);
  const current = currentWave(state.waves);
  return [
    `${name}${state.simulated ? ' (simulated)' : ''}`,
    situationWord(situation),
    `${(current?.index ?? 0) + 1}/${state.waves.length}`,
    renderNumber(tally.success),
    renderNumber(failuresOf(tally)),
    renderNumber(countDevices(state.plan)),
    `${renderElapsed(now - state.updatedAt)} ago`,
    [
      ...pendingOf(entry),
      ...reasonOf(situation),
      ...doubtsOf(situation, entry),
      ...(state.rollback === null ? [] : [`rolled back by ${rollbackName(state.plan.name)}`]),
    ].join('; '),
  ];
}

function pendingOf({ orders = [] }: StatusEntry): readonly string[] {
  return orders.map((order) => `order pending: ${nameOrder(order)} ${nameGiver(order)}`);
}

/** Halted and in doubt. */
function doubtsOf({ kind }: Situation, { state, isHeld }: StatusEntry): readonly string[] {
  if (kind !== 'halted' && kind !== 'aborted') return [];
  const doubts = doubtfulOf(state, isHeld);
  return doubts.length === 0 ? [] : [`in doubt: ${doubts.map(({ key }) => printable(key)).join(', ')}`];
}

function reasonOf(situation: Situation): readonly string[] {
  switch (situation.kind) {
    case 'halted':
      return [describeCauseBriefly(situation.phase)];
    case 'aborted':
      return [describeOrder(situation.abort)];
    case 'paused':
      return [describeOrder(situation.pause)];
    case 'in-doubt':
      return [situation.deployments.map(({ key }) => nameDeployment(key)).join(', ')];
    case 'ready':
      return [`${situation.by.kind} ${describeOrder(situation.by.order)}`];
    case 'interrupted':
    case 'waiting':
    case 'stopped':
    case 'lost':
      return [withoutFullStop(situation.message)];
    case 'completed':
    case 'running':
    case 'runner-gone':
    case 'not-started':
      return [];
  }
}

function colourNameOf({ kind }: Situation): ColourName {
  const { colour, tone } = SITUATION_TABLE[kind];
  return colour ?? TONES[tone].colour;
}
