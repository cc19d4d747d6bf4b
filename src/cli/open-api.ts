/** The real API with the user's credentials. */
import { hostOf } from '../backend/allxon/base-url.ts';
import type { Clock } from '../base/clock.ts';
import { openClient } from '../host/open-client.ts';
import type { OpenedClient } from '../host/open-client.ts';
import type { Region } from '../plan/rollout-plan.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { Settings } from '../settings/settings.ts';
import { findCredentials } from './find-credentials.ts';
import type { Io } from './io.ts';

export type OpenedApi =
  | ({ readonly kind: 'open' } & OpenedClient)
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

export type ApiWanted = { readonly settings: Settings; readonly region: Region; readonly clock: Clock };

export async function openApi({ settings, region, clock }: ApiWanted, io: Io): Promise<OpenedApi> {
  const found = await findCredentials(settings, io);
  if (found.kind === 'failed') return found;
  const { credentials } = found;
  const origin = settings.apiUrl ?? hostOf(region);
  return { kind: 'open', ...(await openClient({ origin, credentials, env: io.env, clock })) };
}
