/** One rollout of a campaign: its plan and settings in a folder, its record, and a simulator of its own in this process. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.ts';
import type { Clock } from '../../../src/base/clock.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import type { Ledger } from '../../../src/backend/simulator/ledger.ts';
import { openSimulator } from '../../../src/backend/simulator/server.ts';
import { runCommand, startCommand } from './command.ts';
import type { CommandWanted, Ended, Running } from './command.ts';
import type { CrashPoint, Kill, Strike } from './crash-points.ts';
import { RAN, renderPlan, scenarioOf } from './shapes.ts';
import type { Shape, WorldWanted } from './shapes.ts';
import type { CampaignStore, Stores } from './stores.ts';

/** What all rollouts of a campaign share. */
export type Campaign = {
  /** The copy of the command. */
  readonly command: string;
  /** Goes with the campaign. */
  readonly folder: string;
  readonly stores: Stores;
};

export type Project = {
  readonly shape: Shape;
  readonly rollout: string;
  /** Starts `breakwater run`, with more flags. */
  readonly run: (kill: Kill | null, flags?: readonly string[]) => Running;
  /** Any other command on this rollout's record; killed after a while, or left alone. */
  readonly command: (args: readonly string[], killAfterMs?: number) => Promise<Ended>;
  readonly ledger: () => Ledger;
  /** POSTs that have reached the API. */
  readonly posts: () => number;
  readonly events: () => Promise<readonly JournaledEvent[]>;
  /** Lines that hooks and gates have left. */
  readonly ran: () => readonly string[];
  /** Starts `breakwater run`, to be frozen at this point; `signsAnew` makes a runner of it that does what none may. */
  readonly runFrozen: (point: CrashPoint, signsAnew: boolean) => Running;
  /** Lets the API's clock run ahead of this machine's. */
  readonly setAhead: (byMs: number) => void;
  /** What the injector has told so far. */
  readonly strikes: () => readonly Strike[];
  readonly store: CampaignStore;
  readonly close: () => Promise<void>;
};

export type ProjectWanted = {
  readonly shape: Shape;
  readonly world: WorldWanted;
  /** `false`: processes that are left alone do not lock each other out, to show that this would be noticed. */
  readonly hasLock?: boolean;
};

const CREDENTIALS = { keyId: 'campaign', secret: 'c2VjcmV0LW9mLXRoZS1jYW1wYWlnbg==' };

const SETTINGS = 'polling: { minInterval: 20ms, maxInterval: 40ms }\n';

export async function openProject(campaign: Campaign, wanted: ProjectWanted): Promise<Project> {
  const { shape, world, hasLock = true } = wanted;
  const folder = mkdtempSync(join(campaign.folder, 'rollout-'));
  const rollout = shape.name;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'plan.yaml'), renderPlan(shape, rollout));
  writeFileSync(join(folder, 'breakwater.config.yaml'), SETTINGS);
  const store = await campaign.stores.open(folder);
  const scenario = scenarioOf(world);
  const report = join(folder, 'strikes.jsonl');
  let aheadMs = 0;
  const setAhead = (byMs: number) => {
    aheadMs = byMs;
    writeFileSync(`${report}.ahead`, String(byMs));
  };
  const clock: Clock = {
    now: () => systemClock.now() + aheadMs,
    sleepUntil: (at, signal) => systemClock.sleepUntil(at - aheadMs, signal),
  };
  const simulator = await openSimulator({ scenario, credentials: CREDENTIALS, clock });
  setAhead(0);
  const env = {
    ALLXON_API_URL: simulator.url,
    ALLXON_API_KEY_ID: CREDENTIALS.keyId,
    ALLXON_API_SECRET: CREDENTIALS.secret,
  };
  const wantedOf = (args: readonly string[]): CommandWanted => ({
    command: campaign.command,
    args: [...args, '--state', store.state],
    cwd: folder,
    env,
    preloads: [],
    killAfterMs: null,
  });
  const crashAt = (point: CrashPoint, more: object = {}) =>
    JSON.stringify({
      ...more,
      report,
      point,
      apiPort: simulator.port,
      databasePort: store.database?.port ?? null,
      appendSql: store.database?.appendSql ?? null,
    });
  return {
    shape,
    rollout,
    store,
    run(kill, flags = []) {
      const running = wantedOf(['run', 'plan.yaml', '--yes', '--progress', 'plain', ...flags]);
      if (kill === null) return startCommand({ ...running, preloads: hasLock ? [] : ['noLock'] });
      if (kill.kind === 'random') return startCommand({ ...running, killAfterMs: kill.afterMs });
      return startCommand({
        ...running,
        env: { ...env, CRASH_AT: crashAt(kill) },
        preloads: ['injector'],
      });
    },
    runFrozen: (point, signsAnew) =>
      startCommand({
        ...wantedOf(['run', 'plan.yaml', '--yes', '--progress', 'plain']),
        // It stands still while others are at work.
        hangsAfterMs: 600_000,
        env: { ...env, CRASH_AT: crashAt(point, { isFrozen: true, signsAnew }) },
        preloads: ['injector'],
      }),
    setAhead,
    command: (args, killAfterMs) => runCommand({ ...wantedOf(args), killAfterMs: killAfterMs ?? null }),
    ledger: simulator.ledger,
    posts: () => simulator.stats().callsByKind.post,
    events: () => store.readEvents(rollout),
    ran: () => readLines(join(folder, RAN)),
    strikes: () => readLines(report).map((line) => JSON.parse(line) as Strike),
    close: simulator.close,
  };
}

/** None where there is no such file. */
function readLines(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
