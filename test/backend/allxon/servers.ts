import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { signCertificate } from '../../kit/certificates.ts';
import { makeFolder } from '../../kit/folders.ts';

/** A server on a free port of this machine; closed, with all its connections, when the test is over. */
export type TestServer = {
  readonly port: number;
  /** Connections so far. */
  readonly connections: () => number;
  /** All bytes that have arrived, as text. */
  readonly received: () => string;
};

/** Bytes in, whatever `serve` does out. */
export function openTcpServer(serve: (socket: Socket, received: string) => void): Promise<TestServer> {
  const server = createServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      serve(socket, text);
    });
  });
  return listen(server);
}

export function openHttpServer(
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  return listen(createHttpServer(serve));
}

export type TlsServer = TestServer & {
  /** The path of its certificate, signed by itself. */
  readonly certificate: string;
  /** What came through TLS, as `METHOD PATH BODY`. */
  readonly requests: readonly string[];
};

export async function openTlsServer(host: string): Promise<TlsServer> {
  const { key, certificate: cert } = await signCertificate(host);
  const certificate = join(makeFolder(), 'certificate.pem');
  writeFileSync(certificate, cert);
  const requests: string[] = [];
  const server = createHttpsServer({ key, cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`);
      response.end('ok');
    });
  });
  return { ...(await listen(server)), certificate, requests };
}

export type TestProxy = TestServer & { readonly asked: readonly string[] };

/** What a proxy does with a CONNECT: a tunnel to a port of this machine, a refusal, or nothing until `hold` resolves. */
export type ProxyRule =
  | { readonly kind: 'tunnel'; readonly toPort: number; readonly hold?: Promise<unknown> }
  | { readonly kind: 'refuse'; readonly status: string };

export async function openProxy(rule: ProxyRule): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createHttpServer((_, response) => {
    response.writeHead(500).end('not through a tunnel');
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const credentials = request.headers['proxy-authorization'];
    asked.push(`${request.url ?? ''}${credentials === undefined ? '' : ` ${credentials}`}`);
    socket.on('error', () => socket.destroy());
    void answerConnect(socket, rule);
  });
  return { ...(await listen(server)), asked };
}

async function answerConnect(socket: Socket, rule: ProxyRule): Promise<void> {
  if (rule.kind === 'refuse') {
    socket.end(`HTTP/1.1 ${rule.status}\r\n\r\n`);
    return;
  }
  await rule.hold;
  const upstream = connect(rule.toPort, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
}

/** A port that nothing listens on. */
export async function findClosedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let received = '';
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections, received: () => received };
}
