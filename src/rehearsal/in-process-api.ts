/** The real client over a simulator in the same process: its bytes go there without a socket, and in virtual time. */
import type { AllxonApi } from '../backend/api.ts';
import { openAllxonClient } from '../backend/allxon/client.ts';
import type { Transport, TransportRequest, TransportResult } from '../backend/allxon/transport.ts';
import type { Clock } from '../base/clock.ts';
import type { ApiAnswer } from '../backend/simulator/api-call.ts';
import type { Scenario } from '../backend/simulator/scenario.ts';
import { SimulatedApi } from '../backend/simulator/simulated-api.ts';
import type { SimulatedApiOptions } from '../backend/simulator/simulated-api.ts';

const CREDENTIALS = { keyId: 'rehearsal', secret: 'bm90LWEtc2VjcmV0LWF0LWFsbA==' };

/** Nobody is called there. */
const HOST = '127.0.0.1:1';

export type InProcessApi = {
  readonly simulator: SimulatedApi;
  readonly api: AllxonApi;
  /** Another client of the same simulator, which knows nothing of what the first has learned. */
  readonly connect: () => AllxonApi;
};

export function openInProcessApi(
  scenario: Scenario,
  clock: Clock,
  options: Partial<Pick<SimulatedApiOptions, 'onCall' | 'clock'>> = {},
): InProcessApi {
  const simulator = new SimulatedApi({
    scenario,
    credentials: CREDENTIALS,
    clock,
    ...options,
  });
  const connect = () =>
    openAllxonClient({
      origin: `http://${HOST}`,
      credentials: CREDENTIALS,
      transport: connectTo(simulator, clock),
      clock,
      version: 'rehearsal',
    });
  return { simulator, api: connect(), connect };
}

function connectTo(simulator: SimulatedApi, clock: Clock): Transport {
  return {
    send: (request) => exchange(request, { simulator, clock }),
    close: () => Promise.resolve(),
  };
}

async function exchange(
  { method, pathWithQuery, body, timeoutMs, headers }: TransportRequest,
  { simulator, clock }: { readonly simulator: SimulatedApi; readonly clock: Clock },
): Promise<TransportResult> {
  const reply = await simulator.respond({
    method,
    path: pathWithQuery,
    headers: {
      host: HOST,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    body: Buffer.from(body ?? ''),
  });
  switch (reply.kind) {
    case 'answer':
      return respond(reply);
    case 'hang':
      await clock.sleepUntil(clock.now() + timeoutMs);
      return { kind: 'failed', phase: 'exchange', isTimeOut: true, message: 'no answer in time' };
    case 'reset':
    case 'cut-off':
      return { kind: 'failed', phase: 'exchange', isTimeOut: false, message: 'the connection was reset' };
  }
}

function respond({ status, headers, body }: ApiAnswer): TransportResult {
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { kind: 'response', status, headers: new Map(lowered), body: Buffer.from(body) };
}
