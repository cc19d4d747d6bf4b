/** `breakwater simulator`: serves the simulated API on this machine until it is interrupted. */
import { randomBytes } from 'node:crypto';
import { count, list, printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { openSimulator } from '../../backend/simulator/server.ts';
import type { StoredArtifact } from '../../backend/simulator/artifacts.ts';
import type { LedgerDeployment } from '../../backend/simulator/ledger.ts';
import type { Simulator } from '../../backend/simulator/server.ts';
import { fail, print } from '../io.ts';
import type { Io } from '../io.ts';
import { loadScenarioOrReport } from '../read-scenario.ts';

export type SimulatorFlags = {
  readonly scenario: string | null;
  /** 0 selects a free port. */
  readonly port: number;
  readonly color: boolean;
};

/** The simulator requires the API key of the environment; without one, it creates a key. */
export async function runSimulator(
  { scenario: path, port, color }: SimulatorFlags,
  io: Io,
): Promise<ExitCode> {
  const scenario = loadScenarioOrReport(path, io, color);
  if (scenario === null) return EXIT.refused;
  const credentials = {
    keyId: given(io.env['ALLXON_API_KEY_ID']) ?? 'simulated',
    secret: given(io.env['ALLXON_API_SECRET']) ?? randomBytes(24).toString('hex'),
  };
  const isOwnKey = given(io.env['ALLXON_API_SECRET']) !== null;
  let simulator: Simulator;
  try {
    simulator = await openSimulator({
      scenario,
      credentials,
      clock: io.clock,
      port,
      onArtifact: (stored) => {
        print(io.stderr, `${describeStored(stored)}\n`);
      },
      onDeployment: (made) => {
        print(io.stderr, `${describeMade(made)}\n`);
      },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(io, EXIT.environment, `port ${port} cannot be opened: ${why}`);
  }
  io.stdout.write(`export ALLXON_API_URL=${simulator.url}\n`);
  // A key from the environment is never printed.
  if (!isOwnKey) {
    io.stdout.write(
      `export ALLXON_API_KEY_ID=${credentials.keyId}\nexport ALLXON_API_SECRET=${credentials.secret}\n`,
    );
  }
  io.stderr.write(
    'Serving the simulated API. Press Ctrl-C to stop it. Paste the lines above into another shell.\n',
  );
  await new Promise<void>((resolve) => {
    const off = io.onStopSignal(() => {
      off();
      resolve();
    });
  });
  const { calls } = simulator.stats();
  await simulator.close();
  io.stderr.write(`\nServed ${count(calls, 'call')}.\n`);
  return EXIT.completed;
}

/** Shows what the vendor's portal would show, so that `settle` can be practised. */
function describeMade({ id, artifactUuid, devices }: LedgerDeployment): string {
  const serials = devices.map(({ serial }) => printable(serial));
  return `Deployment ${id}: artifact ${printable(artifactUuid)} to ${count(serials.length, 'device')} (${list(serials, 3)}).`;
}

function describeStored({ uuid, name, bytes }: StoredArtifact): string {
  return `Artifact ${uuid}: ${name}, ${count(bytes ?? 0, 'byte')}.`;
}

function given(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
