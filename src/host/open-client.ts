/** The real API, with a key to call it. */
import { openAllxonClient } from '../backend/allxon/client.ts';
import type { AllxonClient } from '../backend/allxon/client.ts';
import type { Credentials } from '../backend/allxon/credentials.ts';
import { createMask } from '../backend/allxon/mask.ts';
import type { Mask } from '../backend/allxon/mask.ts';
import type { Transport } from '../backend/allxon/transport.ts';
import { openUndiciTransport, TRANSPORT_DEFAULTS } from '../backend/allxon/undici-transport.ts';
import type { Clock } from '../base/clock.ts';
import { VERSION } from './version.ts';

export type ApiAccess = {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly credentials: Credentials;
  /** Where proxies are named. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Around each exchange; nothing unless given. */
  readonly hold?: <T>(work: () => Promise<T>) => Promise<T>;
};

export type OpenedClient = {
  readonly api: AllxonClient;
  /** Tells apart whose rate budget is drawn on: the key's id and the API's host. No secret. */
  readonly budgetKey: string;
  /** Hides the key's secret. */
  readonly mask: Mask;
};

export async function openClient({
  origin,
  credentials,
  env,
  clock,
  hold,
}: ApiAccess): Promise<OpenedClient> {
  const opened = await openUndiciTransport({ ...TRANSPORT_DEFAULTS, env });
  const transport: Transport =
    hold === undefined ? opened : { ...opened, send: (request) => hold(() => opened.send(request)) };
  const api = openAllxonClient({ origin, credentials, transport, clock, version: VERSION });
  return { api, budgetKey: `${credentials.keyId} ${origin}`, mask: createMask([credentials.secret]) };
}
