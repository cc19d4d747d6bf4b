/** What operators have told a rollout, as the last table of a summary: what was obeyed, what was not, what waits. */
import { renderNumber } from '../../base/text.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import { ORDER_KINDS } from '../../rollout/order.ts';
import type { OrderKind, OrderRecord } from '../../rollout/order.ts';
import { wrapTo } from './columns.ts';
import { renderMoment } from '../wording/moments.ts';
import { nameGiver, nameWave, quoteReason, withoutFullStop } from '../wording/phrases.ts';
import { pointToAll } from './summary-tables.ts';
import type { Table } from './summary-tables.ts';

/** The latest ones; `--format json` has all of them. */
const ORDERS_SHOWN = 10;

/** The longest is rare, and may run over. */
const KIND_COLUMNS = Math.max(
  ...ORDER_KINDS.filter((kind) => kind !== 'accept-open').map((kind) => kind.length),
);

type Row = {
  readonly kind: OrderKind;
  /** The wave that is approved, or `null`. */
  readonly approved: WaveName | null;
  readonly order: OrderRecord;
  readonly at: number;
  readonly outcome: string;
};

/** In the order in which they were taken up, by the record's time; after them those that were left and wait. */
export function renderOrders(table: Table): readonly string[] {
  const { state, pending, colours, columns } = table;
  const rows: readonly Row[] = [
    ...[...state.orders.values()].map(({ kind, wave, order, at, refusal }) => ({
      kind,
      approved: kind === 'approve' ? wave : null,
      order,
      at,
      outcome: refusal === null ? '' : colours.yellow(`; not obeyed: ${withoutFullStop(refusal)}`),
    })),
    ...pending.map((order) => ({
      kind: order.kind,
      approved: order.kind === 'approve' ? order.wave : null,
      order,
      at: order.givenAt,
      outcome: colours.yellow('; not taken up yet'),
    })),
  ];
  if (rows.length === 0) return [];
  const earlier = rows.length - ORDERS_SHOWN;
  return [
    colours.bold('Orders'),
    ...(earlier > 0 ? pointToAll(`  ${renderNumber(earlier)} earlier`, table) : []),
    ...rows.slice(-ORDERS_SHOWN).flatMap(({ kind, approved, order, at, outcome }) => {
      const about = approved === null ? '' : `${nameWave(approved)}, `;
      const told = `${about}${nameGiver(order)}${quoteReason(order)}${outcome}`;
      const before = `  ${renderMoment(at)}  ${kind.padEnd(KIND_COLUMNS)}  `;
      return wrapTo(`${before}${told}`, columns, before.length);
    }),
  ];
}
