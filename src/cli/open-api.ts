/** The real API with the user's credentials. */
import type { AllxonApi } from '../allxon/api.ts';
import { hostOf } from '../allxon/base-url.ts';
import { openAllxonClient } from '../allxon/client.ts';
import { readCredentials } from '../allxon/credentials.ts';
import type { ReadCredentials } from '../allxon/credentials.ts';
import { openUndiciTransport, TRANSPORT_DEFAULTS } from '../allxon/undici-transport.ts';
import type { Clock } from '../base/clock.ts';
import type { Region } from '../plan/rollout-plan.ts';
import type { Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

export type OpenedApi =
  | {
      readonly kind: 'open';
      readonly api: AllxonApi;
      /** Tells apart whose rate budget is drawn on: the key's id and the API's host. No secret. */
      readonly budgetKey: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

export type ApiWanted = { readonly settings: Settings; readonly region: Region; readonly clock: Clock };

export async function openApi({ settings, region, clock }: ApiWanted, { env }: Io): Promise<OpenedApi> {
  const read = readCredentials(env);
  if (read.kind !== 'read') return { kind: 'failed', message: describeCredentials(read) };
  const origin = settings.apiUrl ?? hostOf(region);
  const { credentials } = read;
  const transport = await openUndiciTransport({ ...TRANSPORT_DEFAULTS, env });
  const api = openAllxonClient({ origin, credentials, transport, clock, version: VERSION });
  return { kind: 'open', api, budgetKey: `${credentials.keyId} ${origin}` };
}

function describeCredentials(read: Exclude<ReadCredentials, { readonly kind: 'read' }>): string {
  const names = read.names.join(' and ');
  const verb = read.names.length === 1 ? 'is' : 'are';
  return read.kind === 'missing'
    ? `${names} ${verb} not set. The API key comes from the environment: make one in the vendor's portal, and set both variables. To try a plan without it: breakwater run PLAN --simulate`
    : `${names} cannot be right: white space, quotes or control characters ${verb === 'is' ? 'stand in it' : 'stand in them'}. Look for a line feed at the end.`;
}
