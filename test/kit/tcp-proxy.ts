/** Stands between a client and a server on this machine, and fails in the ways in which networks fail. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export type TcpProxy = {
  readonly port: number;
  /** All connections end, as if somebody had pulled the plug; new ones are let through. */
  cut(): void;
  /** Nothing arrives any more, in either direction or in one, and nobody is told. New connections are silent as well. */
  stall(what: 'everything' | 'answers'): void;
  /** Answers stand still from the one on to what a client next sends that holds this text. */
  stallAnswerTo(text: string): void;
  /** What was held back arrives after all, ends of connections too, and nothing is held back any more. */
  release(): void;
  /** Resolves when the server has next sent something that is held back. */
  heldBack(): Promise<void>;
};

export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let stalled: 'nothing' | 'everything' | 'answers' = 'nothing';
  let tellHeldBack: (() => void)[] = [];
  let kept: (() => void)[] = [];
  let awaited: string | null = null;
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => null);
      from.on('close', () => {
        sockets.delete(from);
        // What stands still stands still at both ends.
        if (stalled === 'nothing') to.destroy();
        else kept.push(() => to.end());
      });
      from.on('data', (bytes) => {
        if (from === client && awaited !== null && bytes.includes(awaited)) {
          stalled = 'answers';
          awaited = null;
        }
        const isHeldBack = stalled === 'everything' || (stalled === 'answers' && from === target);
        if (isHeldBack) kept.push(() => to.write(bytes));
        if (!isHeldBack) to.write(bytes);
        else if (from === target) {
          for (const tell of tellHeldBack) tell();
          tellHeldBack = [];
        }
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    stalled = 'nothing';
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    server.close();
    cut();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    stall(what) {
      stalled = what;
    },
    stallAnswerTo(text) {
      awaited = text;
    },
    release() {
      stalled = 'nothing';
      for (const send of kept) send();
      kept = [];
    },
    heldBack: () =>
      new Promise((resolve) => {
        tellHeldBack.push(resolve);
      }),
  };
}
