/** A process that sends one request, read as JSON from stdin, and prints what came of it. */
import { text } from 'node:stream/consumers';
import type { TransportRequest } from '../../../src/backend/allxon/transport.ts';
import { openUndiciTransport } from '../../../src/backend/allxon/undici-transport.ts';

type Input = { readonly request: TransportRequest; readonly env: Readonly<Record<string, string>> };

const { request, env } = JSON.parse(await text(process.stdin)) as Input;
const transport = await openUndiciTransport({ env, connectTimeoutMs: 30_000, bodyBytesMax: 1_000_000 });
const result = await transport.send(request);
await transport.close();
process.stdout.write(
  JSON.stringify(result.kind === 'response' ? { ...result, body: result.body.toString() } : result),
);
