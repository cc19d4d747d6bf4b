/** Polling at the pace of each limit that the API may tell of: as quick as the limit lets it be, and no call refused. */
import { describe, expect, test } from 'vitest';
import { decideNextPoll } from '../../src/rollout/polling.ts';
import { ADAPTIVE, busyWorld, followWorld, UNAWARE } from '../rollout/rate-limited-world.ts';

const HOUR_MS = 3_600_000;

describe('a limit', () => {
  const LIMITS = {
    '25 in 4 s': [25, 4_000],
    '60 a minute': [60, 60_000],
    '1,000 an hour': [1_000, HOUR_MS],
  } as const;
  const cases = (['25 in 4 s', '60 a minute', '1,000 an hour'] as const).flatMap((limit) =>
    (['cut', 'up'] as const).flatMap((reset) => [0.1, 0.95].map((starts) => [limit, reset, starts] as const)),
  );

  test.each(cases)(
    'of %s, its Reset %s to the second, from %f of a window on: no call is refused, and it is no slower than the limit makes it',
    (name, reset, startsInWindow) => {
      const [limit, windowMs] = LIMITS[name];
      const world = busyWorld({ limit, windowMs, reset, startsInWindow });
      const ours = followWorld(world, { ...ADAPTIVE, nextPoll: decideNextPoll });
      const least = followWorld(world, {
        nextPoll: decideNextPoll,
        nextCall: UNAWARE,
        beyond: 'served-later',
      });
      expect(least.tookMs).toBeGreaterThan(windowMs / 2);
      expect(ours.refused).toBe(0);
      expect(ours.tookMs / least.tookMs).toBeLessThan(1.25);
    },
  );
});
