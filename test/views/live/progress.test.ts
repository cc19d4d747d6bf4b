import { describe, expect, test } from 'vitest';
import { shieldView } from '../../../src/views/live/progress.ts';
import type { Progress } from '../../../src/views/live/progress.ts';
import { onRecord, toBerlin } from '../told.ts';

/** A view that keeps what it is told, and fails at what `isBad` says. */
function createView(isBad: (what: string) => boolean = () => false): Progress & { readonly told: string[] } {
  const told: string[] = [];
  function tell(what: string): void {
    if (isBad(what)) throw new Error(`cannot show ${what}`);
    told.push(what);
  }
  return {
    told,
    event(event) {
      tell(event.type);
    },
    notice(notice) {
      tell(notice.kind);
    },
    close() {
      told.push('closed');
      return Promise.resolve();
    },
  };
}

describe('around any view', () => {
  test('a fault of the view does not reach the run, and is thrown when it is closed', async () => {
    const view = createView((what) => what === 'api-back');
    const progress = shieldView(view);
    const { events, state } = toBerlin();
    progress.notice({ kind: 'api-back', downMs: 1 });
    for (const event of events) progress.event(event, state);
    await expect(progress.close()).rejects.toThrow('cannot show api-back');
    expect(view.told).toEqual(['closed']);
  });

  test('going on with nothing but the start on record is told as the start', async () => {
    const view = createView();
    const progress = shieldView(view);
    progress.notice({ kind: 'going-on', state: onRecord() });
    progress.notice({ kind: 'going-on', state: toBerlin().state });
    await progress.close();
    expect(view.told).toEqual(['rollout-started', 'going-on', 'closed']);
  });
});
