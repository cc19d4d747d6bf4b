/** What `validate` loads: every commit and every save in an editor waits for it. */
import { execa } from 'execa';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { COMMAND, ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { nodeFolder } from '../kit/nodes.ts';

const DIST = join(ROOT, 'dist/');

/** Prints the path of each file that is loaded as a module, and the name of each of Node.js's own. There are hooks from 22.15 on. */
const HOOKS = `
import { registerHooks } from 'node:module';
import { writeSync } from 'node:fs';
registerHooks({
  load(url, context, next) {
    writeSync(2, (url.startsWith('file:') ? new URL(url).pathname : url) + '\\n');
    return next(url, context);
  },
});`;

/** The sources of the files that are loaded for these arguments, and the modules of Node's own. */
async function sourcesOf(...args: readonly string[]): Promise<readonly string[]> {
  const folder = makeFolder();
  const hooks = join(folder, 'hooks.mjs');
  writeFileSync(hooks, HOOKS);
  const node = join(nodeFolder('24'), 'node');
  const { stderr, exitCode } = await execa(node, ['--import', hooks, COMMAND, ...args], {
    cwd: ROOT,
    extendEnv: false,
    reject: false,
    env: { HOME: folder },
  });
  expect(exitCode, stderr).toBe(0);
  return stderr.split('\n').flatMap((line) => {
    if (line.startsWith(DIST)) return sourcesIn(line);
    return line.startsWith('node:') ? [line] : [];
  });
}

/** As Rolldown names them where each begins. */
function sourcesIn(path: string): readonly string[] {
  const named = readFileSync(path, 'utf8').matchAll(/^\/\/ (\S+\.[cm]?[jt]s(?:on)?)$/gm);
  return [...named].map(([, source = '']) => source);
}

const PLAN = 'examples/device-files/rollout.yaml';

/** What other commands need, by a part of the path of each. */
const NOT_FOR_VALIDATE = [
  'node_modules/listr2/',
  'node_modules/pg/',
  'node_modules/undici/',
  'node_modules/execa/',
  'node_modules/csv-stringify/',
  'node_modules/temporal-polyfill/',
  'src/plan/saved-plan.ts',
  'src/document/generated/validate-saved-plan.js',
  'src/views/generated/',
  'src/cli/explain/codes.ts',
  'src/findings/areas/explain-',
  'src/findings/generated/',
  'src/backend/simulator/',
  'src/run/',
  'src/store/file/file-store.ts',
  'src/store/postgres/postgres-store.ts',
];

test('validate loads no code for calls, databases, live views, pages, explanations, saved plans and hashes', async () => {
  const sources = await sourcesOf('validate', PLAN);
  expect(sources).toContain('src/cli/commands/validate.ts');
  expect(sources).toContain('node:fs');
  expect(sources).not.toContain('node:crypto');
  const needless = sources.filter((source) => NOT_FOR_VALIDATE.some((part) => source.includes(part)));
  expect(needless).toEqual([]);
});

test('what it does not load is there for the others, and named as it is', async () => {
  const built = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.js'),
  );
  const sources = built.flatMap((path) => sourcesIn(join(DIST, path)));
  const unknown = NOT_FOR_VALIDATE.filter((part) => !sources.some((source) => source.includes(part)));
  expect(unknown).toEqual([]);
  const run = await sourcesOf('run', PLAN, '--simulate', '--speed', '100000');
  for (const part of [
    'node_modules/undici/',
    'src/run/',
    'src/backend/simulator/',
    'src/store/file/file-store.ts',
  ])
    expect(run.some((source) => source.includes(part))).toBe(true);
});
