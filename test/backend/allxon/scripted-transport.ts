import { gzipSync } from 'node:zlib';
import type { AllxonApi } from '../../../src/backend/api.ts';
import { openAllxonClient } from '../../../src/backend/allxon/client.ts';
import type { Transport, TransportRequest, TransportResult } from '../../../src/backend/allxon/transport.ts';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import type { DeploymentId, Serial } from '../../../src/plan/identifiers.ts';

export const NOW = Date.UTC(2026, 0, 5, 8, 15, 30);
export const CREDENTIALS = { keyId: 'key-1', secret: 'EPqeEGVcYf6Zpo+6yCqHeoYJSrnDykc9gPShOA==' };
export const ORIGIN = 'https://us.api.allxon.com';
export const REQUEST_ID = '6f1c0f6e-0b5c-4c0e-9d6e-d3e4f5061728';

export const DEVICES = ['a1', 'b2'] as readonly string[] as readonly Serial[];
export const ARTIFACT = 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a';
export const REQUEST = { devices: DEVICES, artifactUuid: ARTIFACT, arguments: { channel: 'stable' } };
export const ID = 'd-1' as DeploymentId;
export const ACCEPTED = { deployment_id: ID, deployment_accepted: DEVICES, deployment_rejected: [] };

/** Answers a request; may look at it. */
export type Script = (request: TransportRequest) => TransportResult | Promise<TransportResult>;

export type ScriptedClient = {
  readonly api: AllxonApi;
  readonly clock: VirtualClock;
  /** What was sent, in order. */
  readonly sent: readonly TransportRequest[];
};

/** A client whose calls are answered by the scripts in order; a call after the last is a fault of the test. */
export function openScripted(...scripts: readonly Script[]): ScriptedClient {
  const clock = new VirtualClock(NOW);
  const sent: TransportRequest[] = [];
  const transport: Transport = {
    async send(request) {
      const script = scripts[sent.length];
      sent.push(request);
      if (script === undefined) throw new Error(`an unexpected ${request.method} ${request.pathWithQuery}`);
      return script(request);
    },
    close: () => Promise.resolve(),
  };
  const api = openAllxonClient({
    origin: ORIGIN,
    credentials: CREDENTIALS,
    transport,
    clock,
    version: '1.2.3',
  });
  return { api, clock, sent };
}

export type AnswerDetails = {
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it travels; JSON in gzip unless given. */
  readonly bytes?: Buffer;
};

/** An answer as documented, but for what `details` changes. */
export function answer(status: number, json: unknown, details: AnswerDetails = {}): Script {
  const headers = { 'content-encoding': 'gzip', 'x-request-id': REQUEST_ID, ...details.headers };
  const body = details.bytes ?? gzipSync(JSON.stringify(json));
  return () => ({ kind: 'response', status, headers: new Map(Object.entries(headers)), body });
}

export function failedWith(phase: 'connect' | 'exchange', message: string, isTimeOut = false): Script {
  return () => ({ kind: 'failed', phase, isTimeOut, message });
}

/** The POST of `REQUEST`, accepted whole. */
export const SOUND = answer(202, ACCEPTED);
