/** The workflows for pull requests, step by step as they stand: the one that checks, and the one that comments. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { isMet } from '../kit/actions/expression.ts';
import { runJob } from '../kit/actions/run-job.ts';
import { readWorkflow } from '../kit/actions/workflow.ts';
import type { Job } from '../kit/actions/workflow.ts';
import { commitAll } from '../kit/checkout.ts';
import { ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { PLAN } from '../kit/projects.ts';

const CHECKED = 'c0ffee0123456789c0ffee0123456789c0ffee01';
const MARKER = '<!-- breakwater: what the plans would do -->';

function readJob(workflow: string, name: string): Job {
  const job = readWorkflow(join(ROOT, 'examples/ci/github', workflow)).jobs[name];
  if (job === undefined) throw new Error(`${workflow} has no job ${name}`);
  return job;
}

type Plans = Readonly<Record<string, string>>;

/** `base` is on the branch already. Gives what it left for the other workflow too. */
async function check(plans: Plans, base: Plans | null = null) {
  const workspace = makeFolder();
  mkdirSync(join(workspace, 'rollouts'));
  const write = (files: Plans) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, 'rollouts', name), text);
  };
  if (base !== null) {
    write(base);
    await commitAll(workspace);
  }
  write(plans);
  if (base !== null) await commitAll(workspace);
  const left = makeFolder();
  const result = await runJob(readJob('check-plans.yml', 'check'), {
    workspace,
    temp: makeFolder(),
    github: { event: { number: 12 }, token: 't0ken' },
    contexts: {},
    env: {},
    standIns: {
      'actions/checkout': () => ({}),
      'actions/setup-node': () => ({}),
      'actions/upload-artifact': ({ path = '' }) => {
        cpSync(join(workspace, path), left, { recursive: true });
        return {};
      },
    },
  });
  return { ...result, left };
}

type Comment = { readonly id: number; readonly user: { readonly login: string }; readonly body: string };

/** GitHub with pull request 12 at the commit that was checked, and what was done to its comments. */
async function openGithub(comments: readonly Comment[]) {
  const done: { readonly what: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const what = `${request.method ?? ''} ${request.url ?? ''}`;
    const answers: Readonly<Record<string, unknown>> = {
      'GET /repos/acme/kiosks/pulls/12': { head: { sha: CHECKED } },
      'GET /repos/acme/kiosks/pulls/13': { head: { sha: 'f00d' } },
      'GET /repos/acme/kiosks/issues/12/comments?per_page=100': comments,
    };
    if (request.method === 'GET') {
      response.writeHead(answers[what] === undefined ? 404 : 200).end(JSON.stringify(answers[what] ?? {}));
      return;
    }
    void json(request).then((sent) => {
      done.push({ what, ...(sent as { readonly body: string }) });
      response.writeHead(200).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, done };
}

/** `fill` puts into the folder what the workflow finds there. */
async function comment(fill: (folder: string) => void, comments: readonly Comment[] = []) {
  const { url, done } = await openGithub(comments);
  const workspace = makeFolder();
  const run = { id: 1, head_sha: CHECKED, html_url: 'https://github.example/acme/kiosks/actions/runs/1' };
  const result = await runJob(readJob('comment-plans.yml', 'comment'), {
    workspace,
    temp: makeFolder(),
    github: { event: { workflow_run: run }, token: 't0ken' },
    contexts: {},
    env: { GITHUB_API_URL: url },
    standIns: {
      'actions/download-artifact': ({ path = '' }) => {
        mkdirSync(join(workspace, path));
        fill(join(workspace, path));
        return {};
      },
    },
  });
  return { ...result, done };
}

function leave(number: string, text: string) {
  return (folder: string) => {
    writeFileSync(join(folder, 'number'), number);
    writeFileSync(join(folder, 'plans.txt'), text);
  };
}

test('what the plans of a pull request would do is shown, and put into a comment', async () => {
  const { conclusion, summary, log, left } = await check({ 'kiosk-1.yaml': PLAN });
  expect(conclusion, log).toBe('success');
  expect(summary).toContain('kiosk-1');
  expect(summary).not.toContain('HEAD^1');

  const commented = await comment((folder) => {
    cpSync(left, folder, { recursive: true });
  });
  expect(commented.conclusion, commented.log).toBe('success');
  expect(commented.done).toEqual([
    {
      what: 'POST /repos/acme/kiosks/issues/12/comments',
      body: expect.stringContaining('kiosk-1') as string,
    },
  ]);
});

test('what a changed plan changes is shown beside what it would do', async () => {
  const changed = {
    'kiosk-1.yaml': PLAN.replace('[k-1', '[k-0, k-1'),
    'kiosk-2.yaml': PLAN.replace('name: kiosk-1', 'name: kiosk-2'),
  };
  const { conclusion, summary, log } = await check(changed, { 'kiosk-1.yaml': PLAN });
  expect(conclusion, log).toBe('success');
  expect(summary).toContain('k-0');
  expect(summary.match(/HEAD\^1/g)).toHaveLength(1);
});

test('a plan whose earlier form cannot be read is checked all the same', async () => {
  const { conclusion, summary } = await check({ 'kiosk-1.yaml': PLAN }, { 'kiosk-1.yaml': 'waves: 3\n' });
  expect(conclusion).toBe('success');
  expect(summary).toContain('The changes cannot be shown');
});

test('a wrong plan fails the check, with the finding beside the line, and nothing is left to comment', async () => {
  const { conclusion, log, left } = await check({ 'wrong.yaml': PLAN.replace('waves:', 'wavs:') });
  expect(conclusion).toBe('failure');
  expect(log).toMatch(/^::error .*file=rollouts\/wrong\.yaml,line=5,/m);
  expect((await execa('ls', [left])).stdout).toBe('');
});

test('the comment of an earlier check is changed, and nobody else’s', async () => {
  const { done } = await comment(leave('12\n', 'new'), [
    { id: 1, user: { login: 'mallory' }, body: `${MARKER}\nold` },
    { id: 2, user: { login: 'github-actions[bot]' }, body: 'something else' },
    { id: 3, user: { login: 'github-actions[bot]' }, body: `${MARKER}\nold` },
  ]);
  expect(done).toEqual([
    {
      what: 'PATCH /repos/acme/kiosks/issues/comments/3',
      body: expect.stringContaining('    new') as string,
    },
  ]);
});

test('text of a stranger makes no mention, no link, no HTML and no heading', async () => {
  const hostile =
    'a\n\n# Approved @acme/everyone\r\r@acme/all\n<img src=x>\n```\n[x](https://evil.example)\n\n- @b';
  const { done } = await comment(leave('12', hostile));
  const { stdout } = await execa('cmark-gfm', ['--unsafe', '--extension', 'autolink'], {
    input: done[0]?.body ?? '',
  });
  const outside = stdout.replace(/<pre><code>.*?<\/code><\/pre>/s, '');
  expect(outside).not.toContain('@');
  expect(outside.match(/<(?!\/)[a-z]+/g)).toEqual(['<p', '<a']);
  expect(outside).not.toContain('evil');
});

test('a long text is cut to what a comment holds', async () => {
  const { done } = await comment(leave('12', '\n'.repeat(100_000)));
  expect(done[0]?.body.length).toBeLessThan(65_536);
  expect(done[0]?.body).toContain('Shortened. The check has the full text.');
});

test.each([
  ['a number that is none', leave('12/../../issues/1', 'x'), 'does not contain a number'],
  ['another pull request', leave('13', 'x'), 'is not at the checked commit'],
  ['a text that is too large', leave('12', 'x'.repeat(1024 * 1024 + 1)), 'larger than 1 MiB'],
  [
    'a link to a file of the runner',
    (folder: string) => {
      writeFileSync(join(folder, 'number'), '12');
      symlinkSync('/etc/hostname', join(folder, 'plans.txt'));
    },
    'is not a file',
  ],
])('%s is refused, and nothing is written', async (_what, fill, message) => {
  const { conclusion, log, done } = await comment(fill);
  expect(conclusion).toBe('failure');
  expect(log).toContain(message);
  expect(done).toEqual([]);
});

test('only a check of a pull request that has passed is commented on', () => {
  const condition = readJob('comment-plans.yml', 'comment').if;
  const runs = (event: string, conclusion: string) =>
    isMet(condition, { github: { event: { workflow_run: { event, conclusion } } } }, false);
  expect(runs('pull_request', 'success')).toBe(true);
  expect(runs('pull_request', 'failure')).toBe(false);
  expect(runs('push', 'success')).toBe(false);
});

test('no step that may write, or that has a secret, runs what a pull request brings', () => {
  const text = readFileSync(join(ROOT, 'examples/ci/github/check-plans.yml'), 'utf8');
  expect(text).not.toContain('secrets.');
  const { steps } = readJob('comment-plans.yml', 'comment');
  expect(steps.map(({ uses }) => uses?.split('@')[0])).toEqual(['actions/download-artifact', undefined]);
});
