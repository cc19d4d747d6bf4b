import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { ApiCall, ApiReply } from '../../../src/backend/simulator/api-call.ts';
import { openSimulator } from '../../../src/backend/simulator/server.ts';
import type { Simulator, SimulatorOptions } from '../../../src/backend/simulator/server.ts';
import { SCENARIO_DEFAULTS } from '../../../src/backend/simulator/scenario.ts';
import type { Behaviour, Scenario } from '../../../src/backend/simulator/scenario.ts';
import { SimulatedApi } from '../../../src/backend/simulator/simulated-api.ts';
import type { SimulatedApiOptions } from '../../../src/backend/simulator/simulated-api.ts';

/** The secret of the vendor's own example, so that its check values can be used. */
export const CREDENTIALS = { keyId: 'key-1', secret: 'EPqeEGVcYf6Zpo+6yCqHeoYJSrnDykc9gPShOA==' };
export const STARTED_AT = Date.UTC(2026, 0, 5, 8, 15);
export const ARTIFACT = 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a';

/** Every device succeeds after 90 s, unless `change` says otherwise. */
export function makeScenario(change: Partial<Scenario> = {}, devices: Partial<Behaviour> = {}): Scenario {
  return {
    ...SCENARIO_DEFAULTS,
    devices: { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 90_000 }, ...devices },
    ...change,
  };
}

export function makeApi(
  scenario: Scenario = makeScenario(),
  options: Partial<SimulatedApiOptions> = {},
): {
  readonly api: SimulatedApi;
  readonly clock: VirtualClock;
} {
  const clock = new VirtualClock(STARTED_AT);
  return { api: new SimulatedApi({ scenario, credentials: CREDENTIALS, clock, ...options }), clock };
}

/** On a free port and a virtual clock; closed with the test. */
export async function openTestSimulator(
  scenario: Scenario,
  options: Partial<SimulatorOptions> = {},
): Promise<Simulator & { readonly clock: VirtualClock }> {
  const clock = new VirtualClock(STARTED_AT);
  const simulator = await openSimulator({ scenario, credentials: CREDENTIALS, clock, ...options });
  onTestFinished(() => simulator.close());
  return { ...simulator, clock };
}

export type CallDetails = {
  readonly body?: string;
  /** The caller's clock. */
  readonly at?: number;
  readonly secret?: string;
  /** Laid over the right ones; `null` leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
};

/** A call with every header as the vendor asks for it, signed. */
export function makeCall(line: string, details: CallDetails = {}): ApiCall {
  const [method = '', path = ''] = line.split(' ');
  const epoch = String(details.at ?? STARTED_AT);
  const signature = sign(`${method}${path}${epoch}`, epoch, {
    secret: details.secret ?? CREDENTIALS.secret,
    hmac: hmacByNode,
  });
  const headers: Readonly<Record<string, string | null>> = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'content-type': 'application/json',
    authorization: `ALLXON-SIG1 Credential="${CREDENTIALS.keyId}",Signature="${signature}"`,
    'x-allxon-epoch': epoch,
    ...details.headers,
  };
  return {
    method,
    path,
    headers: Object.fromEntries(
      Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null),
    ),
    body: new TextEncoder().encode(details.body ?? ''),
  };
}

export function makePost(
  devices: readonly string[],
  details: CallDetails & { readonly artifact?: string } = {},
): ApiCall {
  const body = JSON.stringify({ device_sn: devices, artifact_uuid: details.artifact ?? ARTIFACT });
  return makeCall('POST /ota/deployment', { body, ...details });
}

export function makePoll(deploymentId: string, filter = 'all', details: CallDetails = {}): ApiCall {
  return makeCall(`GET /ota/deployment/${deploymentId}/${filter}`, details);
}

/** In the vendor's two steps: a key for the hour, and with it the signature; in lower-case hex. */
export function sign(message: string, epoch: string, { secret, hmac }: Signing): string {
  const hour = String(Math.floor(Number(epoch) / 3_600_000));
  return hmac(hmac(secret, hour), message);
}

/** `hmac`: HMAC-SHA256, in lower-case hex. */
export type Signing = { readonly secret: string; readonly hmac: (key: string, text: string) => string };

function hmacByNode(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

/** The status, headers and JSON of a reply that is an answer. */
export function readAnswer(reply: ApiReply) {
  if (reply.kind !== 'answer') throw new Error(`expected an answer, found ${reply.kind}`);
  const json: unknown = JSON.parse(gunzipSync(reply.body).toString('utf8'));
  return { status: reply.status, headers: reply.headers, json };
}

export function deploymentIdOf(json: unknown): string {
  return (json as { readonly deployment_id: string }).deployment_id;
}

/** What came of a call over a socket: a whole answer, or a connection that broke, before or after the answer's head. */
export type Received =
  | {
      readonly kind: 'whole';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: Buffer;
    }
  | { readonly kind: 'broken'; readonly status: number | null; readonly bytes: number };

/** Sends `call` on a connection of its own. */
export function sendCall(url: string, { method, path, headers, body }: ApiCall): Promise<Received> {
  return new Promise((resolve) => {
    let status: number | null = null;
    let bytes = 0;
    const broken = () => {
      resolve({ kind: 'broken', status, bytes });
    };
    const request = httpRequest(`${url}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      status = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
      });
      response.on('end', () => {
        resolve({
          kind: 'whole',
          status: status ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        });
      });
      response.on('error', broken);
    });
    request.on('error', broken);
    request.end(body);
  });
}
