/**
 * Makes `records/` and `plans/` anew, by the built command of release 0.1 against its own simulator:
 *
 *     npx tsx test/released/0.1/make.ts PATH/TO/0.1/dist/breakwater.cjs [RECORD…]
 *
 * It is kept to show how they were made, and as a model for releases to come. The command of any other release would
 * make other records.
 */
import { execa } from 'execa';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ARTIFACT_FILE, PLANS } from './make-plans.ts';
import { RECORDS } from './make-records.ts';
import type { Deployed, Project, RecordMade } from './make-records.ts';

const HERE = import.meta.dirname;
/** Loaded into the command: whatever machine and user make a record, it names these. */
const IDENTITY = `const os = require('node:os');
Object.assign(os, { hostname: () => 'runner-1', userInfo: () => ({ username: 'ana' }) });
require('node:module').syncBuiltinESMExports();
`;
const SETTINGS = 'polling: { minInterval: 50ms, maxInterval: 200ms }\n';

const [built = '', ...wanted] = process.argv.slice(2);
const command = resolve(built);
const home = mkdtempSync(join(tmpdir(), 'released-'));
writeFileSync(join(home, 'identity.cjs'), IDENTITY);

const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
for (const [name, made] of Object.entries(RECORDS)) if (isWanted(name)) await makeRecord(name, made);
if (isWanted('plans')) await makePlans();
rmSync(home, { recursive: true });

async function makeRecord(name: string, made: RecordMade): Promise<void> {
  const cwd = join(home, name);
  const files = { 'plan.yaml': made.plan, 'scenario.yaml': `version: 1\n${made.scenario}`, ...made.files };
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'breakwater.config.yaml'), SETTINGS);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(cwd, path), text);
  const said = join(cwd, 'simulator.txt');
  const { simulator, env } = await startSimulator(['scenario.yaml'], cwd, said);
  const project = openProject(name, { cwd, env }, said);
  await made.make(project);
  const to = join(HERE, 'records', name);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const path of Object.keys(files)) cpSync(join(cwd, path), join(to, path));
  const records = join(cwd, '.breakwater');
  for (const rollout of rolloutsIn(records)) {
    for (const what of ['status', 'report']) {
      const { stdout, exitCode, stderr } = await start([what, rollout, '--format', 'json'], { cwd, env });
      if (exitCode !== 0) throw new Error(stderr);
      writeFileSync(join(to, `${rollout}.${what}.json`), `${stdout}\n`);
    }
  }
  // Locks are those of the machine, and of no use anywhere else.
  const filter = (path: string) => !/\/(\..*|lock.*)$/.test(path.slice(records.length));
  cpSync(records, join(to, 'record'), { recursive: true, filter });
  writeFileSync(join(to, 'ledger.json'), `${JSON.stringify(project.ledger(), null, 2)}\n`);
  simulator.kill('SIGTERM');
  await simulator;
  process.stdout.write(`${name}\n`);
}

async function startSimulator(args: readonly string[], cwd: string, said: string) {
  const simulator = start(['simulator', ...args], { cwd, env: {} }, said);
  const lines = await readUntil(simulator, /ALLXON_API_SECRET/);
  const env = Object.fromEntries(
    lines.map((line) => {
      const [, key = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      return [key, value];
    }),
  );
  return { simulator, env };
}

function openProject(name: string, where: Where, said: string): Project {
  return {
    ...where,
    async run(exit, ...args) {
      const { exitCode, stderr } = await start(args, where);
      if (exitCode !== exit) throw new Error(`${name}: ${args.join(' ')}: ${exitCode} ${stderr}`);
    },
    async runUntil(event, then, ...args) {
      const run = start([...args, '--yes', '--progress', 'json'], where);
      await readUntil(run, event);
      if (typeof then === 'string') run.kill(then);
      else await then(run);
      await run;
    },
    ledger: () => ledgerOf(readFileSync(said, 'utf8')),
  };
}

/** Plans that 0.1 read, each beside what it saved of it. */
async function makePlans(): Promise<void> {
  const to = join(HERE, 'plans');
  rmSync(to, { recursive: true, force: true });
  for (const [path, text] of Object.entries(PLANS)) {
    mkdirSync(resolve(to, path, '..'), { recursive: true });
    writeFileSync(join(to, path), text);
  }
  const { simulator, env } = await startSimulator([], to, join(home, 'simulator.txt'));
  const plans = Object.keys(PLANS).filter((path) => path.endsWith('.yaml'));
  for (const args of [
    ['artifact', 'upload', ARTIFACT_FILE, '--region', 'us'],
    ...plans.map((path) => ['plan', path, '--out', path.replace('.yaml', '.saved.json')]),
  ]) {
    const { exitCode, stderr } = await start(args, { cwd: to, env: { ...env, BREAKWATER_STATE: 'record' } });
    if (exitCode !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  }
  simulator.kill('SIGTERM');
  await simulator;
}

type Where = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

function start(args: readonly string[], { cwd, env }: Where, stderr?: string) {
  return execa(process.execPath, ['--require', join(home, 'identity.cjs'), command, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...env },
    stderr: stderr === undefined ? 'pipe' : { file: stderr },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

function readUntil(run: ReturnType<typeof start>, event: RegExp): Promise<readonly string[]> {
  const lines: string[] = [];
  return new Promise((found, failed) => {
    const reader = createInterface({ input: run.stdout as NodeJS.ReadableStream });
    reader.on('line', (line) => {
      lines.push(line);
      if (event.test(line)) found([...lines]);
    });
    reader.once('close', () => {
      void run.then(({ stderr }) => {
        failed(new Error(`it ended before ${String(event)}: ${stderr}`));
      });
    });
  });
}

function ledgerOf(said: string): readonly Deployed[] {
  return said.split('\n').flatMap((line) => {
    const match = /^Deployment (\S+): artifact (\S+) to \d+ devices? \((.*)\)\.$/.exec(line);
    if (match === null) return [];
    const [, id = '', artifact = '', devices = ''] = match;
    return [{ id, artifact, devices: devices.split(', ') }];
  });
}

function rolloutsIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(folder, name)).includes('journal.jsonl'));
}
