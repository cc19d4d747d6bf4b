/** A stand-in for the API on this machine: a scenario's world behind a server on loopback. */
import type { StoredArtifact } from './artifacts.ts';
import type { Ledger } from './ledger.ts';
import { openServer } from './server.ts';
import { SimulatedApi } from './simulated-api.ts';
import type { SimulatedApiOptions } from './simulated-api.ts';
import type { SimulatorStats } from './tally.ts';

export type SimulatorOptions = SimulatedApiOptions & {
  /** A free one unless given. */
  readonly port?: number;
};

export type Simulator = {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What was truly deployed so far. */
  readonly ledger: () => Ledger;
  /** The artifacts that were made so far. */
  readonly artifacts: () => readonly StoredArtifact[];
  readonly stats: () => SimulatorStats;
  /** Ends every connection and frees the port. */
  readonly close: () => Promise<void>;
};

/** Listens once it resolves; rejects with the system's error (`EADDRINUSE`, `EACCES`) where the port cannot be had. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const api = new SimulatedApi(options);
  const server = await openServer(api, options.port ?? 0);
  const { url, port } = server;
  return {
    url,
    port,
    artifacts: () => api.artifacts(),
    ledger: () => api.ledger(),
    stats: () => api.stats(),
    close: () => server.close(),
  };
}
