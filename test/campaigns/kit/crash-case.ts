/** One rollout whose processes are killed one after the other, and that is run again and again until it is done. */
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import type { Ended } from './command.ts';
import type { Kill, Strike } from './crash-points.ts';
import { openProject } from './project.ts';
import type { Campaign, Project } from './project.ts';
import { doubtsIn, readDeployments } from './record.ts';
import { settleByTruth } from './settle.ts';
import type { Shape, WorldWanted } from './shapes.ts';
import { readStatus } from './told.ts';
import { judgeAccounts, judgeDeployments, judgeEnd, violation } from './verdict.ts';
import type { Evidence, Told, Violation } from './verdict.ts';

export type CrashCase = {
  /** Names it within the campaign: `small/wave-passed-2-during`. */
  readonly id: string;
  readonly shape: Shape;
  readonly seed: number;
  /** One for each process that is started; the processes after them are left alone. */
  readonly kills: readonly Kill[];
  readonly operator: Operator;
};

/** How the person behaves who finds a deployment in doubt. */
export type Operator = {
  /** Settles what a killed process has left as soon as it is dead, and not only when a run has ended with 6 for it. */
  readonly isQuick: boolean;
  /** The command that settles is killed once, too, so long after its start. */
  readonly settleKilledAfterMs: number | null;
};

export const PATIENT: Operator = { isQuick: false, settleKilledAfterMs: null };

/** Faults that Breakwater does not have, to show that the campaign would notice them. */
export type Mutant = 'forgets-the-last-line' | 'settles-wrongly';

export type CrashResult = {
  readonly id: string;
  readonly starts: number;
  /** What injectors struck, one for each process that they ended. */
  readonly strikes: readonly Strike[];
  /** Kills from outside that ended a process. */
  readonly randomStruck: number;
  /** Kills that came too late: the process had ended. */
  readonly missed: number;
  /** Runs that ended with 6. */
  readonly doubtfulRuns: number;
  readonly adopted: number;
  readonly notCreated: number;
  readonly settlesKilled: number;
  readonly violations: readonly Violation[];
};

/** A rollout that nobody disturbs: what the others are held against. */
export type Reference = {
  readonly told: Told;
  readonly elapsedMs: number;
  readonly posts: number;
  /** Each type of event with how often every run appends it, however seldom it polls; and `header`. */
  readonly appends: ReadonlyMap<string, number>;
};

export async function runReference(campaign: Campaign, shape: Shape, seed: number): Promise<Reference> {
  const project = await openProject(campaign, { shape, world: quickWorld(seed) });
  try {
    const ended = await project.run(null).ended;
    if (ended.exitCode !== wantedExit(shape)) throw new Error(`undisturbed: ${describeEnd(ended)}`);
    const told = await readStatus(project);
    if (!('standings' in told)) throw new Error(`undisturbed: ${describeEnd(told)}`);
    const events = await project.events();
    const found = judgeEnd({ shape, ledger: project.ledger(), events, ran: project.ran() }, told, told);
    if (found.length > 0) throw new Error(`undisturbed: ${JSON.stringify(found)}`);
    return {
      told,
      elapsedMs: ended.elapsedMs,
      posts: project.posts(),
      appends: countAppends(events, project.store.hasHeader),
    };
  } finally {
    await project.close();
  }
}

function countAppends(events: readonly JournaledEvent[], hasHeader: boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(hasHeader ? [['header', 1]] : []);
  for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
  // Each deployment is reported on at least once; how often else goes by the polls.
  return counts.set('devices-reported', readDeployments(events).length);
}

export async function runCrashCase(
  campaign: Campaign,
  wanted: CrashCase,
  reference: Reference,
  mutant: Mutant | null = null,
): Promise<CrashResult> {
  const { shape, seed } = wanted;
  const project = await openProject(campaign, { shape, world: quickWorld(seed) });
  try {
    return await carry(project, { wanted, reference, mutant });
  } finally {
    await project.close();
  }
}

type Carrying = {
  readonly wanted: CrashCase;
  readonly reference: Reference;
  readonly mutant: Mutant | null;
};

async function carry(project: Project, { wanted, reference, mutant }: Carrying): Promise<CrashResult> {
  const { shape, kills, operator } = wanted;
  const count = { starts: 0, randomStruck: 0, missed: 0, doubtfulRuns: 0 };
  const settled = { adopted: 0, notCreated: 0, settlesKilled: 0 };
  const violations: Violation[] = [];
  /** Resolves to whether there was anything to settle. */
  async function settle(): Promise<boolean> {
    const done = await settleByTruth(project, {
      isLying: mutant === 'settles-wrongly',
      killAfterMs: operator.settleKilledAfterMs,
    });
    settled.adopted += done.adopted;
    settled.notCreated += done.notCreated;
    settled.settlesKilled += done.killed;
    violations.push(...done.violations);
    return done.adopted + done.notCreated + done.killed + done.violations.length > 0;
  }

  // Each kill may leave one doubt behind, which costs a run that says so; and one run comes to the end.
  const startsMax = 2 * kills.length + 1;
  for (let isOver = false; !isOver;) {
    if (count.starts === startsMax) {
      violations.push(violation('too-many-starts', `not at its end after ${startsMax}`));
      break;
    }
    const kill = kills[count.starts] ?? null;
    count.starts++;
    const before = await project.events();
    const postsBefore = project.posts();
    const ended = await project.run(kill).ended;
    await project.store.comeToRest();
    const since = (await project.events()).slice(before.length);
    // A settling command that was killed may have left its word, which the run takes up before anything else.
    const wasInDoubt =
      doubtsIn(readDeployments(before)).length > 0 &&
      !since.some(({ type }) => type === 'deployment-settled');
    if (wasInDoubt && project.posts() > postsBefore) {
      violations.push(violation('posted-in-doubt', `start ${count.starts}`));
    }
    if (ended.signal === 'SIGKILL' && !ended.isHung) {
      if (kill?.kind === 'random') count.randomStruck++;
      if (mutant === 'forgets-the-last-line') await forgetIntent(project);
      violations.push(...(await judgeCrash(project)));
      if (operator.isQuick) await settle();
      continue;
    }
    if (kill !== null) count.missed++;
    if (ended.exitCode === 6) {
      count.doubtfulRuns++;
      if (await settle()) continue;
      violations.push(violation('doubt-without-cause', describeEnd(ended)));
      break;
    }
    isOver = true;
    if (wasInDoubt) violations.push(violation('went-on-in-doubt', describeEnd(ended)));
    if (ended.exitCode !== wantedExit(shape)) violations.push(violation('wrong-exit', describeEnd(ended)));
  }
  const strikes = project.strikes();
  violations.push(...(await judgeAll(project, reference)));
  return { id: wanted.id, ...count, ...settled, strikes, violations };
}

/** The most that can be said of a rollout that was just killed. */
async function judgeCrash(project: Project): Promise<readonly Violation[]> {
  const evidence = await evidenceOf(project);
  return [...judgeAccounts(evidence), ...judgeDeployments(evidence)];
}

async function judgeAll(project: Project, { told: wanted }: Reference): Promise<readonly Violation[]> {
  const told = await readStatus(project);
  if (!('standings' in told)) return [violation('record-unreadable', describeEnd(told))];
  const evidence = await evidenceOf(project);
  return judgeEnd(evidence, told, wanted);
}

/** Only an intent is worth forgetting: without it, its devices look as if nobody had ever deployed to them. */
async function forgetIntent({ events, store, rollout }: Project): Promise<void> {
  if ((await events()).at(-1)?.type === 'deployment-intended') await store.loseLastEvent(rollout);
}

/** Devices end within an eighth of a second. */
function quickWorld(seed: number): WorldWanted {
  return { seed, endsFromMs: 30, endsToMs: 120 };
}

function wantedExit({ ends }: Shape): 0 | 1 {
  return ends === 'completed' ? 0 : 1;
}

export function describeEnd({ exitCode, signal, isHung, stderr, stdout }: Ended): string {
  const how = isHung ? 'hung' : exitCode === null ? `ended by ${signal ?? 'nothing'}` : `exit ${exitCode}`;
  return `${how}: ${`${stderr}\n${stdout}`.trim().split('\n').slice(-6).join(' | ')}`;
}

async function evidenceOf(project: Project): Promise<Evidence> {
  const { shape, ledger, ran } = project;
  return { shape, ledger: ledger(), events: await project.events(), ran: ran() };
}
