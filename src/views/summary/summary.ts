/**
 * Where a rollout stands, for a person: after a run, and for `breakwater status NAME`. What happened, why, and what to do
 * next come first; then the waves, the devices and the deployments. Whoever is woken by it reads from the top.
 */
import { colourOf } from '../../base/colour.ts';
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { explain } from '../advice/advice.ts';
import { renderText } from '../blocks/render-text.ts';
import type { Block } from '../blocks/block.ts';
import type { Commands } from '../wording/commands.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { StatusContext } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';
import { commandsTable } from './command-table.ts';
import { deploymentsTable } from './deployment-table.ts';
import { ordersTable } from './order-table.ts';
import { devicesTables, lateOutcomesTable, wavesTable } from './summary-tables.ts';

export type SummaryOptions = StatusContext & {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly colour: boolean;
  /** Lines are no longer than this where words allow it. */
  readonly columns: number;
  /** It goes into a pipe or a file: names are not cut. */
  readonly isWhole?: boolean;
  readonly commands: Commands;
  /** The command that shows what is left out; that of the status unless given. */
  readonly seeAll?: string;
};

const COLUMNS_MIN = 40;

/** `story`: blocks between the advice and the tables. */
export function renderSummary(
  state: RolloutState,
  options: SummaryOptions,
  story: readonly Block[] = [],
): string {
  const situation = situationOf(state, options);
  const { commands, now, isHeld, holder = null, orders = [] } = options;
  const position = { state, situation, commands, isHeld, holder, orders, now };
  const { why, next } = explain(position);
  return renderText(
    [
      {
        kind: 'heading',
        text: describeSituation(state, situation),
        tone: SITUATION_TABLE[situation.kind].tone,
      },
      {
        kind: 'labelled',
        parts: [
          { label: 'Why', lines: why },
          { label: 'Next', lines: next },
          { label: 'Time', lines: [describeTime(state, now)] },
        ],
      },
      ...story,
      wavesTable(state, now, isHeld),
      devicesTables(state),
      lateOutcomesTable(state),
      deploymentsTable(state),
      commandsTable(state),
      ordersTable(state, orders),
    ],
    {
      columns: Math.max(COLUMNS_MIN, options.columns),
      colours: colourOf(options.colour),
      isWhole: options.isWhole ?? false,
      seeAll: options.seeAll ?? `${commands.status} --format json`,
    },
  );
}

function describeTime(state: RolloutState, now: number): string {
  const { phase, startedAt, plan, waves } = state;
  const size = `${count(countDevices(plan), 'device')} in ${count(waves.length, 'wave')}`;
  const started = `${state.runner === null ? 'recorded' : 'started'} ${renderMoment(startedAt)}`;
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
