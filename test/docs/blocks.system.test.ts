import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCHEMAS } from '../../src/cli/schema-names.ts';
import { breakwater, ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { expectValid } from '../kit/schemas.ts';
import { BLOCKS, blocksIn, titleOf } from './document.ts';
import type { PageBlock } from './document.ts';

/** What a plan in a page leaves unsaid where it shows a part of one. */
const BASE: Readonly<Record<string, string>> = {
  version: 'version: 1\n',
  name: 'name: part\n',
  region: 'region: us\n',
  artifact: 'artifact: { uuid: a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a }\n',
  waves: 'waves: [{ name: only, devices: [player-001] }]\n',
};

/** What a YAML block may say that it is, and the command that takes it. */
const CHECKS: Readonly<Record<string, (text: string) => Promise<void>>> = {
  plan: (text) => expectValidPlan(text),
  'part of a plan': (text) => {
    const given = new Set(Object.keys(parse(text) as object));
    const rest = Object.entries(BASE).flatMap(([key, line]) => (given.has(key) ? [] : [line]));
    return expectValidPlan(rest.join('') + text);
  },
  settings: async (text) => {
    const cwd = openFolder({ 'breakwater.config.yaml': text });
    expect(await breakwater(['settings'], { cwd })).toMatchObject({ exitCode: 0, stderr: '' });
  },
  scenario: async (text) => {
    const cwd = openFolder({ 'plan.yaml': Object.values(BASE).join(''), 'scenario.yaml': text });
    const args = ['rehearse', 'plan.yaml', '--scenario', 'scenario.yaml'];
    expect(await breakwater(args, { cwd })).toMatchObject({ exitCode: 0, stderr: '' });
  },
  /** Of each schema that it names, the package holds the file. */
  'settings of an editor': (text) => {
    const { 'yaml.schemas': schemas } = JSON.parse(text) as { readonly 'yaml.schemas': object };
    const prefix = './node_modules/breakwater/';
    const paths = Object.keys(schemas);
    const absent = paths.filter((path) => !existsSync(join(ROOT, path.replace(prefix, ''))));
    expect(absent).toEqual([]);
    return Promise.resolve();
  },
  program: async (text) => {
    const cwd = openFolder({ 'program.mjs': text });
    mkdirSync(join(cwd, 'node_modules'));
    symlinkSync(ROOT, join(cwd, 'node_modules/breakwater'));
    symlinkSync(join(ROOT, 'node_modules/@types'), join(cwd, 'node_modules/@types'));
    const options = ['--noEmit', '--allowJs', '--checkJs', '--types', 'node', '--skipLibCheck'];
    const dialect = ['--strict', 'false', '--module', 'nodenext', '--target', 'es2023'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await execa('node', [tsc, ...options, ...dialect, 'program.mjs'], {
      cwd,
      reject: false,
    });
    expect(stdout).toBe('');
  },
  /** What they give an action of ours is an input of it. */
  'steps of a workflow': (text) => {
    const { inputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as { readonly inputs: object };
    const steps = parse(text) as readonly { readonly uses: string; readonly with: object }[];
    expect(steps.every(({ uses }) => uses.includes('/breakwater@'))).toBe(true);
    expect(Object.keys(inputs)).toEqual(
      expect.arrayContaining(steps.flatMap(({ with: given }) => Object.keys(given))),
    );
    return Promise.resolve();
  },
  'pre-commit configuration': (text) => {
    const { repos } = parse(text) as { readonly repos: readonly { readonly hooks: readonly Named[] }[] };
    const offered = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as readonly Named[];
    const ids = repos.flatMap(({ hooks }) => hooks.map(({ id }) => id));
    expect(offered.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    return Promise.resolve();
  },
};

/** JSON by the published schema of that name. */
async function expectValidBy(name: string, text: string): Promise<void> {
  const { stdout } = await breakwater(['schema', name]);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(stdout) as object);
  expectValid(validate, [JSON.parse(text)]);
}

type Named = { readonly id: string };

/** A folder with the device files and artifacts that the pages' plans name, and `files`. */
function openFolder(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  cpSync(join(ROOT, 'test/fixtures/docs'), folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function expectValidPlan(text: string): Promise<void> {
  const { exitCode, stdout, stderr } = await breakwater(['validate', 'plan.yaml'], {
    cwd: openFolder({ 'plan.yaml': text }),
  });
  // No artifact is at hand here, and none is uploaded.
  const warnings = [...stdout.matchAll(/warning\[(?!artifact-)/g)];
  expect({ exitCode, stderr, warnings, stdout }).toMatchObject({ exitCode: 0, stderr: '', warnings: [] });
}

function kindOf({ marker }: PageBlock): string {
  return /^example: (.+)$/.exec(marker ?? '')?.[1] ?? '';
}

const EXAMPLES = blocksIn('yaml', 'json', 'js');

describe('an example', () => {
  test('is marked as what it is', () => {
    expect(EXAMPLES.length).toBeGreaterThan(5);
    const isKnown = (block: PageBlock) =>
      kindOf(block) in CHECKS || SCHEMAS.some((name) => name === kindOf(block));
    expect(EXAMPLES.filter((block) => !isKnown(block)).map(titleOf)).toEqual([]);
  });

  test.each(EXAMPLES.map((block) => [titleOf(block), block] as const))('is that: %s', async (_, block) => {
    const kind = kindOf(block);
    await (CHECKS[kind]?.(block.text) ?? expectValidBy(kind, block.text));
  });
});

test('no block is of a kind that nothing checks', () => {
  const checked = [...EXAMPLES, ...blocksIn('sh', 'console')];
  expect(BLOCKS.filter((block) => !checked.includes(block)).map(titleOf)).toEqual([]);
});
