/**
 * The frozen campaign: a runner is stopped (SIGSTOP) between the intent of a deployment and its POST; meanwhile its hold is
 * broken by force, somebody settles the deployment as not created, or the plan posts it again; then it goes on.
 */
import { present } from '../../src/base/assert.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeEnd } from './kit/crash-case.ts';
import type { Ended, Running } from './kit/command.ts';
import type { CrashPoint } from './kit/crash-points.ts';
import { renderKill } from './kit/crash-points.ts';
import { openProject } from './kit/project.ts';
import type { Campaign, Project } from './kit/project.ts';
import { doubtsIn, readDeployments } from './kit/record.ts';
import type { Shape } from './kit/shapes.ts';
import { readStatus } from './kit/told.ts';
import { violation } from './kit/verdict.ts';
import type { Violation } from './kit/verdict.ts';

/** `settle`: a person says that it was not created. `post-again`: the plan does. `early`: it goes on before anybody did. */
export type FrozenWord = 'settle' | 'post-again' | 'early';

export type FrozenCase = {
  /** `small/post-1-before/settle`. */
  readonly id: string;
  readonly shape: Shape;
  readonly point: CrashPoint;
  readonly word: FrozenWord;
  readonly seed: number;
};

export type FrozenResult = {
  readonly id: string;
  /** Whether it was stopped at its point. */
  readonly isStruck: boolean;
  /** How often a command said until when its signature lasts. */
  readonly toldUntil: number;
  readonly deployments: number;
  readonly violations: readonly Violation[];
};

const WORDS: readonly FrozenWord[] = ['settle', 'post-again', 'early'];

/** Each POST of the shape, and the intent before it. */
export function listFrozen(shapes: readonly Shape[], seed: number): readonly FrozenCase[] {
  return shapes.flatMap((plain) =>
    plain.waves.flatMap((_, wave) =>
      pointsOf(wave + 1).flatMap((point) =>
        WORDS.map((word) => ({
          id: `${plain.name}/${renderKill(point)}/${word}`,
          shape: { ...plain, isPostedAgain: word === 'post-again' },
          point,
          word,
          seed,
        })),
      ),
    ),
  );
}

function pointsOf(number: number): readonly CrashPoint[] {
  return [
    { kind: 'append', type: 'deployment-intended', number, position: 'after' },
    { kind: 'post', number, position: 'before' },
  ];
}

/** A signature's 10 minutes, and the margin. */
const ENDED_MS = 665_000;

export async function runFrozen(
  campaign: Campaign,
  { id, shape, point, word, seed }: FrozenCase,
  { signsAnew = false }: { readonly signsAnew?: boolean } = {},
): Promise<FrozenResult> {
  const project = await openProject(campaign, { shape, world: { seed, endsFromMs: 30, endsToMs: 120 } });
  const violations: Violation[] = [];
  const expectEnd = (what: string, ended: Ended, exitCodes: readonly number[]) => {
    if (!exitCodes.includes(ended.exitCode ?? -1)) violations.push(violation(what, describeEnd(ended)));
    return ended;
  };
  const frozen = project.runFrozen(point, signsAnew);
  let toldUntil = 0;
  const noteUntil = ({ stderr, stdout }: Ended) => {
    if (/until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/.test(stderr + stdout)) toldUntil++;
  };
  try {
    if (!(await isStopped(project, frozen))) {
      return { id, isStruck: false, toldUntil, deployments: 0, violations };
    }
    const key = present(readDeployments(await project.events()).at(-1), 'the announced deployment').key;
    const settle = ['settle', project.rollout, '--deployment', key, '--not-created', '--reason', 'not there'];
    const held = expectEnd('held', await project.run(null).ended, [5]);
    const [, holder = 'none'] = /--holder (\S+)/.exec(held.stderr) ?? [];
    noteUntil(
      expectEnd('unlocked', await project.command(['unlock', project.rollout, '--holder', holder]), [5]),
    );
    const postsBefore = project.posts();
    await project.store.breakHold(project.rollout);
    if (word === 'early') {
      frozen.thaw();
      expectEnd('went on', await frozen.ended, [4, 5]);
    }
    const next = await project.run(null, ['--max-wait', '1s']).ended;
    expectEnd('the next run', next, word === 'post-again' ? [3] : [6]);
    noteUntil(next);
    if (word !== 'early' && project.posts() > postsBefore)
      violations.push(violation('posted-while-signed', ''));
    if (word !== 'post-again') {
      const made = findMade(project, await project.events());
      if (made === null) {
        noteUntil(expectEnd('settled too early', await project.command(settle), [2]));
        project.setAhead(ENDED_MS);
        expectEnd('settle', await project.command(settle), [0]);
      } else {
        const { exitCode } = await project.command([...settle.slice(0, 4), '--adopt', made]);
        if (exitCode !== 0) violations.push(violation('adopt', made));
      }
    }
    project.setAhead(ENDED_MS);
    expectEnd('the last run', await project.run(null).ended, [0]);
    if (word !== 'early') {
      frozen.thaw();
      expectEnd('went on', await frozen.ended, [4, 5]);
    }
    violations.push(...(await judge(project)));
    return { id, isStruck: true, toldUntil, deployments: project.ledger().deployments.length, violations };
  } finally {
    frozen.thaw();
    frozen.kill();
    await frozen.ended;
    await project.close();
  }
}

const LOOK_EVERY_MS = 10;

/** Resolves to whether it was stopped at its point, and did not end before it came there. */
async function isStopped({ strikes }: Project, { ended }: Running): Promise<boolean> {
  const run = { isOver: false };
  void ended.then(() => {
    run.isOver = true;
  });
  while (strikes().length === 0 && !run.isOver) await sleep(LOOK_EVERY_MS);
  return strikes().length > 0;
}

/** The id of the deployment in doubt, where it exists. */
function findMade(project: Project, events: Awaited<ReturnType<Project['events']>>): string | null {
  const doubts = doubtsIn(readDeployments(events)).flatMap(({ devices }) => devices);
  const made = project
    .ledger()
    .deployments.find(({ devices }) => devices.some(({ serial }) => doubts.includes(serial)));
  return made?.id ?? null;
}

/** Every device of the shape was deployed to, and none twice; and the record says that it is done. */
async function judge(project: Project): Promise<readonly Violation[]> {
  const counts = new Map<string, number>();
  for (const { devices } of project.ledger().deployments) {
    for (const { serial } of devices) counts.set(serial, (counts.get(serial) ?? 0) + 1);
  }
  const serials = project.shape.waves.flatMap((wave) => wave.serials);
  const told = await readStatus(project);
  return [
    ...serials
      .filter((serial) => counts.get(serial) !== 1)
      .map((serial) =>
        violation(
          counts.has(serial) ? 'deployed-too-often' : 'not-deployed',
          `${serial}: ${counts.get(serial) ?? 0}`,
        ),
      ),
    ...('status' in told && told.status === 'completed'
      ? []
      : [violation('not-completed', JSON.stringify(told))]),
  ];
}
