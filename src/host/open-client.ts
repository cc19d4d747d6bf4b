/** A client of the API with its key. */
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
  /** Environment that names proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Wraps each exchange; optional. */
  readonly hold?: <T>(work: () => Promise<T>) => Promise<T>;
};

export type OpenedClient = {
  readonly api: AllxonClient;
  /** Identifies the rate budget: the key's id and the API's host. Not a secret. */
  readonly budgetKey: string;
  /** Masks the key's secret in text. */
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
