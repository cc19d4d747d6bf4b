/** The package as it would be published, in a folder with nothing else, on every release of Node.js that it is promised for. */
import { execa } from 'execa';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';
import { nodeFolder, NODES } from '../kit/nodes.ts';
import { installPackage, packProject } from '../kit/package.ts';
import { QUICK } from '../kit/projects.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const folder = mkdtempSync(join(tmpdir(), 'breakwater-package-'));
const project = join(folder, 'project');
const PLAN = 'node_modules/breakwater/examples/canary/rollout.yaml';
const EMBEDDED = 'node_modules/breakwater/examples/embed/rollout.yaml';

beforeAll(async () => {
  await installPackage(await packProject(folder), project);
  cpSync(join(ROOT, 'examples/embed/roll-out.mjs'), join(project, 'roll-out.mjs'));
  // Devices that end at once, so that the fleet is done in seconds at a speed at which a busy machine cannot be too slow.
  writeFileSync(join(project, 'scenario.yaml'), `version: 1\n${QUICK}`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('nothing else is installed with it', () => {
  const installed = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed).toEqual(['breakwater']);
});

describe.each(NODES)('on Node.js %s', (release) => {
  const run = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa(program, args, {
      cwd: project,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      env: { PATH: `${nodeFolder(release)}:${process.env['PATH'] ?? ''}`, HOME: folder, ...env },
    });
  const npx = (...args: readonly string[]) => run('npx', ['--offline', 'breakwater', ...args]);

  test('the command says its version', async () => {
    const node = await run('node', ['--version']);
    expect(node.stdout).toMatch(new RegExp(`^v${release}\\.`));
    expect(await npx('--version')).toMatchObject({ exitCode: 0, stdout: version });
  });

  test('the command validates a plan, and says what is wrong with one', async () => {
    expect(await npx('validate', PLAN)).toMatchObject({
      exitCode: 0,
      stdout: `${PLAN}: valid: camera-firmware-2.14, 3 waves, 120 devices`,
    });
    writeFileSync(join(project, `wrong-${release}.yaml`), 'version: 2\n');
    expect(await npx('validate', `wrong-${release}.yaml`)).toMatchObject({ exitCode: 2 });
  });

  test('the command brings a simulated rollout to its end', async () => {
    const { exitCode, stdout, stderr } = await npx('run', PLAN, '--simulate', 'scenario.yaml');
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('✔ Simulated rollout camera-firmware-2.14 completed: 120 of 120 success');
  });

  test('the command prints its completion, and the schemas stand where an editor looks for them', async () => {
    const { exitCode, stdout } = await npx('completion', 'bash');
    expect({ exitCode, hasFunction: stdout.includes('complete ') }).toEqual({
      exitCode: 0,
      hasFunction: true,
    });
    const schema = await npx('schema', 'plan');
    const shipped = join(project, 'node_modules/breakwater/schemas/rollout-plan.schema.json');
    expect(JSON.parse(schema.stdout)).toEqual(JSON.parse(readFileSync(shipped, 'utf8')));
  });

  test('the library is the same for import and for require', async () => {
    const script = `
      import { createRequire } from 'node:module';
      import * as imported from 'breakwater';
      import { loadPlan } from 'breakwater';
      const required = createRequire(import.meta.url)('breakwater');
      const isSame = loadPlan === required.loadPlan && imported.runRollout === required.runRollout;
      console.log(isSame, Object.keys(required).sort().join(' '));`;
    const { stdout, stderr } = await run('node', ['--input-type=module', '--eval', script]);
    expect(stdout, stderr).toBe(
      'true BreakwaterError ListenerError OptionError ScenarioError UploadsError giveOrder loadPlan previewRollout runRollout',
    );
  });

  test('the example that embeds it runs on the simulator', async () => {
    const { exitCode, stdout, stderr } = await run('node', ['roll-out.mjs', EMBEDDED]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('kiosk-4.1: 6 devices in 2 waves, about ');
    expect(stdout).toContain('canary: 2 devices are done\n');
    expect(stdout).toContain('✔ Simulated rollout kiosk-4.1 completed');
    expect(await run('node', ['roll-out.mjs', `nowhere-${release}.yaml`])).toMatchObject({ exitCode: 2 });
  });

  test('the example that embeds it does nothing real without the very digest', async () => {
    const key = { ALLXON_API_KEY_ID: 'key', ALLXON_API_SECRET: 'secret' };
    const { exitCode, stderr } = await run('node', ['roll-out.mjs', PLAN, 'f'.repeat(64)], key);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('OptionError: agreedDigest is ffff');
    expect(readdirSync(project)).not.toContain('.breakwater');
  });
});
