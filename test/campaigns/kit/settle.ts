/** What the person on call does about a deployment in doubt: looks at what truly exists, and says so. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Project } from './project.ts';
import { claimsOf, doubtsIn, readDeployments } from './record.ts';
import { holds, violation } from './verdict.ts';
import type { Violation } from './verdict.ts';

export type Settled = {
  readonly adopted: number;
  readonly notCreated: number;
  /** Settling commands that were killed. */
  readonly killed: number;
  readonly violations: readonly Violation[];
};

export type Manner = {
  /** Says the contrary of the truth, to show that the campaign would notice. */
  readonly isLying: boolean;
  /** The command is killed so long after its start, and given again; `null` leaves it alone. */
  readonly killAfterMs: number | null;
};

/** Turns of this process' loop after which its simulator has heard all that a dead process had sent. */
const TURNS = 50;

const DONE = { exitCode: 0, stderr: '' };

export async function settleByTruth(project: Project, { isLying, killAfterMs }: Manner): Promise<Settled> {
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  const settled = { adopted: 0, notCreated: 0, killed: 0, violations: [] as Violation[] };
  for (const { key, devices } of doubtsIn(readDeployments(await project.events()))) {
    const made = findMade(project, readDeployments(await project.events()), devices);
    const word = (made === null) !== isLying ? ['--not-created'] : ['--adopt', made ?? 'no-such-deployment'];
    const args = ['settle', project.rollout, '--deployment', key, ...word, '--reason', 'seen in the portal'];
    if (killAfterMs !== null) {
      const { signal } = await project.command(args, killAfterMs);
      if (signal !== null) settled.killed++;
      await project.store.comeToRest();
    }
    // What a command that was killed has left is taken up by the next one, before its own.
    const { exitCode, stderr } = (await isInDoubt(project, key)) ? await project.command(args) : DONE;
    const isSettled = !(await isInDoubt(project, key));
    if (!isSettled || (exitCode !== 0 && killAfterMs === null)) {
      settled.violations.push(violation('settle-failed', `${key}: exit ${exitCode ?? 'none'}: ${stderr}`));
    } else if (word.length === 2) settled.adopted++;
    else settled.notCreated++;
  }
  return settled;
}

/** The id of a deployment of exactly these devices that the record does not claim. */
function findMade(
  { ledger }: Project,
  deployments: ReturnType<typeof readDeployments>,
  devices: readonly string[],
): string | null {
  const claims = claimsOf(deployments);
  const made = ledger().deployments.find((one) => !claims.has(one.id) && holds(one, devices));
  return made?.id ?? null;
}

async function isInDoubt({ events }: Project, wanted: string): Promise<boolean> {
  return doubtsIn(readDeployments(await events())).some(({ key }) => key === wanted);
}
