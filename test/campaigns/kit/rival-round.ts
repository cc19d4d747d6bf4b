/**
 * One rollout that many processes start at the same time, volley after volley, until it is done. In some of them the one
 * that holds it is killed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/base/random.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import { describeEnd } from './crash-case.ts';
import type { Ended, Running } from './command.ts';
import { openProject } from './project.ts';
import type { Campaign, Project } from './project.ts';
import { doubtsIn, readDeployments } from './record.ts';
import { settleByTruth } from './settle.ts';
import { CONTESTED } from './shapes.ts';
import { readStatus } from './told.ts';
import { judgeEnd, violation } from './verdict.ts';
import type { Told, Violation } from './verdict.ts';

export type RoundWanted = {
  readonly processes: number;
  readonly seed: number;
  readonly random: Random;
  /** How often the holder is killed, in one volley each. */
  readonly kills: number;
  /** Whether those that find it held wait for it, instead of ending at once. */
  readonly isWaiting: boolean;
  /** Whether they run without the lock, which must be noticed. */
  readonly hasLock: boolean;
};

export type RoundResult = {
  readonly volleys: number;
  readonly starts: number;
  readonly killed: number;
  /** Processes that took hold of it and put that on record, one after the other. */
  readonly holders: number;
  /** Processes that ended with 5; and of these, those that named the holder: it may be just taking hold. */
  readonly keptOut: number;
  readonly named: number;
  /** Processes that found it done. */
  readonly foundDone: number;
  readonly inDoubt: number;
  readonly violations: readonly Violation[];
};

/** A start is some 0.2 s of one core: the holder is to be at work while all of the others come. */
const DEVICE_MS_PER_PROCESS = 70;
const TRUTHFUL = { isLying: false, killAfterMs: null };
const WAIT_FLAGS = ['--wait-lock', '50s'];

export async function runRound(campaign: Campaign, wanted: RoundWanted): Promise<RoundResult> {
  const { seed, processes, hasLock } = wanted;
  const endsFromMs = processes * DEVICE_MS_PER_PROCESS;
  const world = { seed, endsFromMs, endsToMs: endsFromMs * 1.3 };
  const project = await openProject(campaign, { shape: CONTESTED, world, hasLock });
  try {
    return await fight(project, wanted);
  } finally {
    await project.close();
  }
}

async function fight(project: Project, wanted: RoundWanted): Promise<RoundResult> {
  const count = { volleys: 0, starts: 0, killed: 0, keptOut: 0, named: 0, foundDone: 0, inDoubt: 0 };
  const violations: Violation[] = [];
  /** When each process that was killed was seen alive for the last time, by its id. */
  const killedAt = new Map<number, number>();
  for (let isDone = false; !isDone;) {
    // A kill may leave a doubt behind: then a volley is spent on saying so.
    if (count.volleys > 2 * wanted.kills) {
      violations.push(violation('too-many-volleys', `not done after ${count.volleys}`));
      break;
    }
    count.volleys++;
    const wasInDoubt = doubtsIn(readDeployments(await project.events())).length > 0;
    const postsBefore = project.posts();
    const volley = startVolley(project, wanted);
    if (
      count.killed < wanted.kills &&
      !wasInDoubt &&
      (await killHolder(project, volley, wanted.random, killedAt))
    )
      count.killed++;
    const ended = await Promise.all(volley.map((running) => running.ended));
    count.starts += ended.length;
    await project.store.comeToRest();
    const events = await project.events();
    const holders = new Set(holdersIn(events).map(({ pid }) => pid));
    const rivals = new Set(volley.map(({ pid }) => pid));
    for (const one of ended) {
      const told = tellOf(one, { holders, rivals, isInDoubt: doubtsIn(readDeployments(events)).length > 0 });
      if (told === 'kept-out' || told === 'kept-out-and-told') count.keptOut++;
      if (told === 'kept-out-and-told') count.named++;
      if (told === 'found-done') count.foundDone++;
      if (told === 'in-doubt') count.inDoubt++;
      if (told === 'wrong') violations.push(violation('wrong-end', describeEnd(one)));
    }
    if (wasInDoubt && project.posts() > postsBefore) violations.push(violation('posted-in-doubt', ''));
    if (!ended.some(({ pid }) => holders.has(pid))) {
      violations.push(violation('nobody-went-on', describeEnd(ended[0] ?? NOBODY)));
    }
    isDone = events.some(({ type }) => type === 'rollout-completed');
    if (!isDone) violations.push(...(await settleByTruth(project, TRUTHFUL)).violations);
  }
  const events = await project.events();
  violations.push(...judgeHolders(events, killedAt), ...(await judge(project, events)));
  return { ...count, holders: holdersIn(events).length, violations };
}

const NOBODY: Ended = {
  pid: 0,
  exitCode: null,
  signal: null,
  stdout: '',
  stderr: '',
  isHung: false,
  elapsedMs: 0,
};

function startVolley(project: Project, { processes, isWaiting }: RoundWanted): readonly Running[] {
  return Array.from({ length: processes }, () => project.run(null, isWaiting ? WAIT_FLAGS : []));
}

/** Kills whichever of `volley` holds the rollout, at some moment of its work. Resolves to whether one was killed alive. */
async function killHolder(
  project: Project,
  volley: readonly Running[],
  random: Random,
  killedAt: Map<number, number>,
): Promise<boolean> {
  const gone = new Map<number, Ended>();
  for (const { pid, ended } of volley) void ended.then((end) => gone.set(pid, end));
  let holder: Running | undefined;
  while (holder === undefined && gone.size < volley.length) {
    await sleep(5);
    const pids = new Set(holdersIn(await project.events()).map(({ pid }) => pid));
    holder = volley.find(({ pid }) => pids.has(pid));
  }
  if (holder === undefined) return false;
  await sleep(random() * 700);
  killedAt.set(holder.pid, Date.now());
  holder.kill();
  return (await holder.ended).signal === 'SIGKILL';
}

type Holding = {
  readonly pid: number;
  readonly at: number;
  /** It said itself that it ended, before the next one began. */
  readonly isStopped: boolean;
};

function holdersIn(events: readonly JournaledEvent[]): readonly Holding[] {
  const holdings: Holding[] = [];
  for (const event of events) {
    const last = holdings.at(-1);
    if (event.type === 'runner-started') {
      holdings.push({ pid: event.runner.pid, at: event.at, isStopped: false });
    } else if (event.type === 'runner-stopped' && last !== undefined) {
      holdings[holdings.length - 1] = { ...last, isStopped: true };
    }
  }
  return holdings;
}

/** Nobody begins before the one before has stopped, or was killed. */
function judgeHolders(
  events: readonly JournaledEvent[],
  killedAt: ReadonlyMap<number, number>,
): readonly Violation[] {
  const holdings = holdersIn(events);
  return holdings.slice(1).flatMap((next, index): readonly Violation[] => {
    const before = holdings[index];
    if (before === undefined || before.isStopped) return [];
    const goneAt = killedAt.get(before.pid) ?? Infinity;
    return next.at >= goneAt
      ? []
      : [violation('two-at-once', `process ${next.pid} began while process ${before.pid} was alive`)];
  });
}

type Circumstances = {
  /** By their ids: all that ever put on record that they hold it, and all of this volley. */
  readonly holders: ReadonlySet<number>;
  readonly rivals: ReadonlySet<number>;
  readonly isInDoubt: boolean;
};

type Tale = 'went-on' | 'killed' | 'kept-out' | 'kept-out-and-told' | 'found-done' | 'in-doubt' | 'wrong';

/** What became of one process. */
function tellOf(
  { pid, exitCode, signal, isHung, stderr }: Ended,
  { holders, rivals, isInDoubt }: Circumstances,
): Tale {
  if (isHung) return 'wrong';
  if (signal === 'SIGKILL') return holders.has(pid) ? 'killed' : 'wrong';
  switch (exitCode) {
    case 0:
      if (holders.has(pid)) return 'went-on';
      return stderr.includes('already completed') ? 'found-done' : 'wrong';
    case 5: {
      // Whoever finds it done has held it for a moment, too.
      const named = Number(/process (\d+)/.exec(stderr)?.[1]);
      if (named !== pid && rivals.has(named)) return 'kept-out-and-told';
      return stderr.includes('another runner is locking') ? 'kept-out' : 'wrong';
    }
    case 6:
      return isInDoubt ? 'in-doubt' : 'wrong';
    case null:
    default:
      return 'wrong';
  }
}

async function judge(project: Project, events: readonly JournaledEvent[]): Promise<readonly Violation[]> {
  const told = await readStatus(project);
  if (!('standings' in told)) return [violation('record-unreadable', describeEnd(told))];
  const evidence = { shape: CONTESTED, ledger: project.ledger(), events, ran: [] };
  return judgeEnd(evidence, told, wantedTold(events));
}

/** Every device of this shape succeeds. */
function wantedTold({ length }: readonly JournaledEvent[]): Told {
  const serials = CONTESTED.waves.flatMap((wave) => wave.serials);
  return {
    status: 'completed',
    events: length,
    standings: new Map(serials.map((serial) => [serial, 'success'])),
  };
}
