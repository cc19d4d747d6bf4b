/** What operators have told a rollout, as the last table of a summary: what was obeyed, what was not, what waits. */
import { renderNumber } from '../../base/text.ts';
import type { WaveName } from '../../plan/identifiers.ts';
import { ORDER_KINDS } from '../../rollout/order.ts';
import type { Order, OrderKind, OrderRecord } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
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

type OrderLine = {
  readonly kind: OrderKind;
  /** The wave that is approved, or `null`. */
  readonly approved: WaveName | null;
  readonly order: OrderRecord;
  readonly at: number;
  readonly refusal: string | null;
  /** Whether it was left and not taken up yet. */
  readonly isPending: boolean;
};

/** In the order in which they were taken up, by the record's time; after them those that wait. */
export function listOrders({ orders }: RolloutState, pending: readonly Order[]): readonly OrderLine[] {
  return [
    ...[...orders.values()].map(({ kind, wave, order, at, refusal }) => {
      const approved = kind === 'approve' ? wave : null;
      return { kind, approved, order, at, refusal, isPending: false };
    }),
    ...pending.map((order) => {
      const approved = order.kind === 'approve' ? order.wave : null;
      return { kind: order.kind, approved, order, at: order.givenAt, refusal: null, isPending: true };
    }),
  ];
}

export function renderOrders(table: Table): readonly string[] {
  const { state, pending, colours, columns } = table;
  const rows = listOrders(state, pending);
  if (rows.length === 0) return [];
  const earlier = rows.length - ORDERS_SHOWN;
  return [
    colours.bold('Orders'),
    ...(earlier > 0 ? pointToAll(`  ${renderNumber(earlier)} earlier`, table) : []),
    ...rows.slice(-ORDERS_SHOWN).flatMap(({ kind, approved, order, at, refusal, isPending }) => {
      const about = approved === null ? '' : `${nameWave(approved)}, `;
      const refused = refusal === null ? '' : `; not obeyed: ${withoutFullStop(refusal)}`;
      const outcome = colours.yellow(isPending ? '; not taken up yet' : refused);
      const told = `${about}${nameGiver(order)}${quoteReason(order)}${outcome}`;
      const before = `  ${renderMoment(at)}  ${kind.padEnd(KIND_COLUMNS)}  `;
      return wrapTo(`${before}${told}`, columns, before.length);
    }),
  ];
}
