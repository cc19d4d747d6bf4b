/** The real API with the user's credentials. */
import { hostOf } from '../allxon/base-url.ts';
import { readCredentials } from '../allxon/credentials.ts';
import type { ReadCredentials } from '../allxon/credentials.ts';
import type { Clock } from '../base/clock.ts';
import { openClient } from '../host/open-client.ts';
import type { OpenedClient } from '../host/open-client.ts';
import type { Region } from '../plan/rollout-plan.ts';
import type { Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';

export type OpenedApi =
  ({ readonly kind: 'open' } & OpenedClient) | { readonly kind: 'failed'; readonly message: string };

export type ApiWanted = { readonly settings: Settings; readonly region: Region; readonly clock: Clock };

export async function openApi({ settings, region, clock }: ApiWanted, { env }: Io): Promise<OpenedApi> {
  const read = readCredentials(env);
  if (read.kind !== 'read') return { kind: 'failed', message: describeCredentials(read) };
  const origin = settings.apiUrl ?? hostOf(region);
  const { credentials } = read;
  return { kind: 'open', ...(await openClient({ origin, credentials, env, clock })) };
}

function describeCredentials(read: Exclude<ReadCredentials, { readonly kind: 'read' }>): string {
  const names = read.names.join(' and ');
  const verb = read.names.length === 1 ? 'is' : 'are';
  return read.kind === 'missing'
    ? `${names} ${verb} not set. The API key comes from the environment: make one in the vendor's portal, and set both variables. To try a plan without it: breakwater run PLAN --simulate`
    : `${names} cannot be right: white space, quotes or control characters ${verb === 'is' ? 'stand in it' : 'stand in them'}. Look for a line feed at the end.`;
}
