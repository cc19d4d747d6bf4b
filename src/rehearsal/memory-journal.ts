/** A journal that is gone with the process: for rehearsals, of which nothing is to be kept. */
import type { Journal } from '../store/journal.ts';
import type { Order } from '../rollout/order.ts';

/** `left` is its inbox: what is taken up goes from it. */
export function openMemoryJournal(left: Order[]): Journal {
  const done = Promise.resolve({ kind: 'done', value: null } as const);
  return {
    id: 'memory',
    gone: [],
    events: [],
    tornBytes: 0,
    append: () => done,
    verifyHold: () => done,
    orders: () => Promise.resolve({ kind: 'done', value: [...left] }),
    dropOrder(id) {
      left.splice(
        left.findIndex((order) => order.id === id),
        1,
      );
      return done;
    },
    archive: () => done,
    sharedCalls: null,
    close: () => Promise.resolve(),
  };
}
