import { openAllxonClient } from '../../src/allxon/client.ts';
import type { AllxonApi } from '../../src/allxon/api.ts';
import type { Transport, TransportRequest, TransportResult } from '../../src/allxon/transport.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { ApiAnswer } from '../../src/simulator/api-call.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { SCENARIO_DEFAULTS } from '../../src/simulator/scenario.ts';
import { SimulatedApi } from '../../src/simulator/simulated-api.ts';
import type { SimulatedApiOptions } from '../../src/simulator/simulated-api.ts';

const CREDENTIALS = { keyId: 'key-1', secret: 'c2VjcmV0LW9mLXRoZS10ZXN0' };

export type SimulatedWorld = {
  readonly simulator: SimulatedApi;
  /** The real client, whose bytes go to the simulator without a socket between them. */
  readonly api: AllxonApi;
  /** Another client of the same simulator, which knows nothing of what the first has learned. */
  readonly connect: () => AllxonApi;
};

export function openSimulatedWorld(
  scenario: Partial<Scenario>,
  clock: Clock,
  onCall?: SimulatedApiOptions['onCall'],
): SimulatedWorld {
  const simulator = new SimulatedApi({
    scenario: { ...SCENARIO_DEFAULTS, ...scenario },
    credentials: CREDENTIALS,
    clock,
    ...(onCall === undefined ? {} : { onCall }),
  });
  const connect = () =>
    openAllxonClient({
      origin: 'http://127.0.0.1:1',
      credentials: CREDENTIALS,
      transport: connectTo(simulator, clock),
      clock,
      version: 'test',
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
  request: TransportRequest,
  { simulator, clock }: { readonly simulator: SimulatedApi; readonly clock: Clock },
): Promise<TransportResult> {
  const { method, pathWithQuery, body, timeoutMs } = request;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const reply = await simulator.respond({
    method,
    path: pathWithQuery,
    headers,
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
