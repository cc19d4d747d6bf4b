/** What the API's clock shows now, for what must not happen before an end that the API sets. */
import type { Region } from '../plan/rollout-plan.ts';
import type { Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { openApi } from './open-api.ts';

/** `null` where it cannot be asked: no credentials, no connection, no date in its answer. Makes one call, which changes nothing. */
export async function askApiTime(
  { settings, region }: { readonly settings: Settings; readonly region: Region },
  io: Io,
): Promise<number | null> {
  const opened = await openApi({ settings, region, clock: io.clock }, io);
  if (opened.kind === 'failed') return null;
  try {
    const outcome = await opened.api.readConnections();
    const offsetMs = opened.api.clockOffsetMs();
    return outcome.kind === 'failed' || offsetMs === null ? null : io.clock.now() + offsetMs;
  } finally {
    await opened.api.close();
  }
}
