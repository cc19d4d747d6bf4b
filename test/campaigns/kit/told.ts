/** `breakwater status NAME --format json`, as a campaign reads it. */
import type { Ended } from './command.ts';
import type { Project } from './project.ts';
import type { Told } from './verdict.ts';

type StatusDocument = {
  readonly status: string;
  readonly events: number;
  readonly waves: readonly { readonly devices: Readonly<Record<string, readonly string[]>> }[];
};

/** A command that fails is told as it ended: the record cannot be read. */
export async function readStatus({ rollout, command }: Project): Promise<Told | Ended> {
  const ended = await command(['status', rollout, '--format', 'json']);
  if (ended.exitCode !== 0) return ended;
  const { status, events, waves } = JSON.parse(ended.stdout) as StatusDocument;
  const standings = waves.flatMap(({ devices }) =>
    Object.entries(devices).flatMap(([standing, serials]) =>
      serials.map((serial) => [serial, standing] as const),
    ),
  );
  return { status, events, standings: new Map(standings) };
}
