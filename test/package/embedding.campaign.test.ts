/** The types as a program that embeds the library meets them. */
import { execa } from 'execa';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { installPackage, packProject } from '../kit/package.ts';

const EXAMPLE = join(ROOT, 'examples/embed/roll-out.mjs');

/** What must not be let through, each line of it, and what must be. */
const CONSUMER = `
import { giveOrder, loadPlan, previewRollout, runRollout, ListenerError } from 'breakwater';
import type { OrderOutcome, RolloutStatus, RunEvent, RunSummary } from 'breakwater';

const { plan, digest, findings } = await loadPlan('plan.yaml');
const place: number | null | undefined = findings[0]?.line;
// @ts-expect-error There may be no plan.
previewRollout(plan);
if (plan === null) throw new Error(String(place));
const sure: string = digest;
// @ts-expect-error A plan is not to be changed.
plan.waves[0]!.devices[0] = 'k-1';
// @ts-expect-error A plan is not put together by hand.
previewRollout({ ...plan, name: 'another' });
// @ts-expect-error What is real needs the digest that was agreed to.
await runRollout({ plan, state: 's', api: { keyId: 'k', secret: 's' } });
// @ts-expect-error It is either real or simulated.
await runRollout({ plan, state: 's', api: { keyId: 'k', secret: 's' }, agreedDigest: sure, simulator: {} });

const given = { rollout: 'r', state: 's' };
// @ts-expect-error An approval names the plan that is approved.
await giveOrder({ ...given, order: { kind: 'approve', wave: 'w' } });
// @ts-expect-error A deployment in doubt exists, or it does not.
await giveOrder({ ...given, order: { kind: 'settle', deployment: 'w/1', adopt: 'x', notCreated: true } });
const { outcome }: { readonly outcome: OrderOutcome } = await giveOrder({ ...given, order: { kind: 'pause' } });
// @ts-expect-error An order does not end so.
if (outcome === 'completed') throw new Error(sure);

function tell(event: RunEvent): string {
  // @ts-expect-error There is no such event.
  if (event.type === 'wave-started ') return '';
  switch (event.type) {
    case 'deployment-accepted':
      return event.deploymentId;
    case 'poll-due':
      // @ts-expect-error Only a deployment that was accepted has an id.
      return event.deploymentId;
    default:
      return event.at;
  }
}

try {
  const summary: RunSummary = await runRollout({ plan, state: 's', simulator: { speed: 60 }, onEvent: tell });
  const status: RolloutStatus | null = summary.status;
  console.log(status?.waves[0]?.tally['timed-out'], summary.outcome === 'in-doubt', previewRollout(plan).odds.broken);
} catch (error) {
  if (error instanceof ListenerError) console.log(error.summary.exitCode);
}
`;

test.each(['nodenext', 'bundler'])(
  '%s: the example and what must not pass are told apart',
  async (resolution) => {
    const folder = makeFolder();
    const project = join(folder, 'project');
    await installPackage(await packProject(folder), project);
    cpSync(EXAMPLE, join(project, 'roll-out.mjs'));
    writeFileSync(join(project, 'consumer.mts'), CONSUMER);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      checkJs: true,
      allowJs: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2023'],
      exactOptionalPropertyTypes: true,
      module: resolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution: resolution,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    const files = ['roll-out.mjs', 'consumer.mts'];
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await execa(process.execPath, [tsc, '--project', project], { reject: false });
    expect(stdout).toBe('');
  },
);

test('the page of the library shows the example', () => {
  const code = readFileSync(EXAMPLE, 'utf8').replace(/^.*?\*\/\n/s, '');
  expect(readFileSync(join(ROOT, 'docs/library.md'), 'utf8')).toContain(`\`\`\`js\n${code}\`\`\``);
});
