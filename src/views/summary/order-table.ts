/** The orders of a rollout, as the last table of a summary: accepted, refused and pending. */
import type { WaveName } from '../../plan/identifiers.ts';
import { ORDER_KINDS } from '../../rollout/order.ts';
import type { Order, OrderKind, OrderRecord } from '../../rollout/order.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { code, left, phrase, tinted } from '../blocks/block.ts';
import type { Column, Inline, TableBlock } from '../blocks/block.ts';
import { renderMoment } from '../wording/moments.ts';
import { nameGiver, nameWave, quoteReason, withoutFullStop } from '../wording/phrases.ts';

/** The latest ones; `--format json` has all of them. */
const ORDERS_SHOWN = 10;

const SHORT_KINDS = ORDER_KINDS.filter((kind) => kind !== 'accept-open').map((kind) => kind.length);

/** The longest is rare, and may run over. */
const KINDS: Column = {
  title: 'order',
  align: 'left',
  columnsMin: Math.max(...SHORT_KINDS),
  columnsMax: Math.max(...SHORT_KINDS),
};

type OrderLine = {
  readonly kind: OrderKind;
  /** The wave that is approved, or `null`. */
  readonly approved: WaveName | null;
  readonly order: OrderRecord;
  readonly at: number;
  readonly refusal: string | null;
  /** Whether it was given and not processed yet. */
  readonly isPending: boolean;
};

/** In the order in which they were processed, by the record's time; then the pending ones. */
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

export function ordersTable(state: RolloutState, pending: readonly Order[]): TableBlock {
  const all = listOrders(state, pending);
  const earlier = all.length - ORDERS_SHOWN;
  const rows = all
    .slice(-ORDERS_SHOWN)
    .map((line) => [renderMoment(line.at), code(line.kind), describeOrderLine(line)]);
  return {
    kind: 'table',
    title: 'Orders',
    columns: [...left('time'), KINDS, ...left('result')],
    rows: earlier <= 0 ? rows : [{ leftOut: earlier }, ...rows],
  };
}

function describeOrderLine({ approved, order, refusal, isPending }: OrderLine): Inline {
  const about = approved === null ? '' : `${nameWave(approved)}, `;
  const refused = refusal === null ? '' : `; refused: ${withoutFullStop(refusal)}`;
  const outcome = tinted('yellow', isPending ? '; pending' : refused);
  return phrase`${about}${nameGiver(order)}${quoteReason(order)}${outcome}`;
}
