/** What one trial is told as: each event, and what is worth a word besides, with the time since the start. */
import { describeNotice } from '../views/live/notices.ts';
import { describeEvent } from '../views/wording/sentences.ts';
import type { JournaledEvent } from '../rollout/event.ts';
import type { Observer } from '../run/loop/observer.ts';

/** `afterMs` since the rollout started. */
export type StoryLine = { readonly afterMs: number; readonly text: string };

export type Story = { readonly observer: Observer; readonly lines: readonly StoryLine[] };

export function openStory(startAt: number): Story {
  const lines: StoryLine[] = [];
  let now = startAt;
  let latest: JournaledEvent['type'] | null = null;
  return {
    lines,
    observer: {
      event(event, state) {
        now = event.at;
        latest = event.type;
        if (isWorthTelling(event)) lines.push({ afterMs: now - startAt, text: describeEvent(event, state) });
      },
      notice(notice) {
        // The event that began it has told it.
        if (notice.kind === 'waiting' && notice.why === 'soak' && latest === 'wave-soaking') return;
        const text = describeNotice(notice, now);
        if (text !== null) lines.push({ afterMs: now - startAt, text });
      },
    },
  };
}

/** How a trial ended is told apart; why it stopped before its end is not. */
function isWorthTelling(event: JournaledEvent): boolean {
  if (event.type === 'runner-stopped') return event.why !== 'completed' && event.why !== 'halted';
  return event.type !== 'runner-started' && event.type !== 'connections-checked';
}
