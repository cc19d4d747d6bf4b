import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { breakwater, ROOT } from '../kit/command.ts';
import { FAILS_ONCE, openProject, QUICK } from '../kit/projects.ts';

const PLANS = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('rollout.yaml'),
);

test('there are examples', () => {
  expect(PLANS.length).toBeGreaterThan(5);
});

test.each(PLANS)('%s is valid, and can be shown', async (path) => {
  const plan = join('examples', path);
  expect(await breakwater(['validate', plan])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(`${plan}: valid: `) as string,
  });
  expect(await breakwater(['plan', plan])).toMatchObject({ exitCode: 0 });
});

type Told = { readonly path: string; readonly authorization: string | undefined; readonly body: unknown };

/** A chat and a tracker, as far as the hooks know: gives what they were told, and the variables that point at them. */
async function listen() {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      told.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    told,
    env: { CHAT_WEBHOOK_URL: `${url}/chat`, TICKETS_URL: `${url}/tickets`, TICKETS_TOKEN: 't0ken' },
  };
}

/** The example with hooks, as it stands, but for what it waits for and whom it asks. */
async function openExample(scenario: string) {
  const plan = readFileSync(join(ROOT, 'examples/hooks/rollout.yaml'), 'utf8')
    .replace('soak: 30m', 'soak: 0s')
    .replace(/run: \[curl.*\]/, "run: [node, '-e', '']");
  const project = await openProject(scenario, plan);
  cpSync(join(ROOT, 'examples/hooks/hooks'), join(project.cwd, 'hooks'), { recursive: true });
  const { told, env } = await listen();
  const run = () =>
    breakwater(['run', 'plan.yaml', '--yes'], { cwd: project.cwd, env: { ...project.env, ...env } });
  return { told, run };
}

test('the example with hooks tells the chat of each wave, and of the end', async () => {
  const { told, run } = await openExample(QUICK);
  const { exitCode, stderr } = await run();
  expect(exitCode, stderr).toBe(0);
  expect(told.map(({ path, body }) => [path, body])).toEqual([
    ['/chat', { text: 'player-5.2: wave canary has passed; 2 of 8 devices done, 0 failed' }],
    ['/chat', { text: 'player-5.2: wave everyone else has passed; 8 of 8 devices done, 0 failed' }],
    ['/chat', { text: 'player-5.2 is completed; 8 of 8 devices done, 0 failed' }],
  ]);
});

test('the example with hooks tells the chat of a halt, and opens a ticket', async () => {
  const { told, run } = await openExample(FAILS_ONCE);
  const { exitCode, stderr } = await run();
  expect(exitCode, stderr).toBe(1);
  const why = 'wave canary halted: 2 of 2 devices failed, none tolerated (maxFailures 0)';
  expect(told).toMatchObject([
    { path: '/chat', body: { text: `player-5.2: ${why}; 0 of 8 devices done, 2 failed` } },
    {
      path: '/tickets',
      authorization: 'Bearer t0ken',
      body: {
        title: 'Rollout player-5.2 halted in wave canary',
        body: expect.stringContaining(
          '- player-001 (canary): failed\n- player-002 (canary): failed',
        ) as string,
        labels: ['rollout'],
      },
    },
  ]);
});
