/** `breakwater init`: writes a first plan from answers and flags. The plan is checked like any plan before it is written. */
import { dirname, extname, relative, resolve, sep, join } from 'node:path';
import { statSync, linkSync, renameSync, rmSync, existsSync } from 'node:fs';
import { printable, count, quoteForShell, renderNumber } from '../../base/text.ts';
import { openPlanFiles } from '../../files/plan-files.ts';
import { readPlan, printDiagnostics } from '../read-plan.ts';
import { composeFirstPlan } from '../../plan/first-plan/compose-first-plan.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { whyNotAsk } from '../ask.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { askPlan, fallbackName } from './init/ask-plan.ts';
import type { Asked } from './init/ask-plan.ts';
import { describeMissing, readGiven } from './init/given.ts';
import type { InitFlags } from './init/given.ts';
import { assumeFallbacks, openInterview } from './init/interview.ts';
import { randomUUID } from 'node:crypto';
import { withFile, writeWhole } from '../../store/file/files.ts';
import { foldersUpwards } from '../../files/repository.ts';
import { displayWidth, padTo } from '../../base/columns.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

export async function runInit(flags: InitFlags, io: Io): Promise<ExitCode> {
  const { path, yes } = flags;
  const whyNot = whyNotAsk(io, yes);
  const isAsked = whyNot === null;
  const refusal = checkTarget(flags, io);
  if (refusal !== null) return fail(io, EXIT.refused, refusal);
  const missing = whyNot === null ? null : describeMissing(flags, fallbackName(path));
  if (missing !== null) {
    return fail(io, EXIT.refused, `${whyNot}; nothing was written. ${missing}.`);
  }
  const files = openPlanFiles({ planPath: path, cwd: io.cwd, allowOutside: flags.allowOutside });
  const given = readGiven(flags, isAsked, { files, io });
  if (given.kind === 'refused') return fail(io, EXIT.refused, `${given.why}. Nothing was written.`);
  const interview = isAsked ? openInterview(path, io) : assumeFallbacks(io);
  const asked = await askPlan(flags, given.value, { interview, files, io });
  interview.close();
  return asked === null ? interview.exit() : writeChecked(asked, flags, io);
}

/** Why no plan can be written there, checked before the first question; `null` if one can. */
function checkTarget({ path, force }: InitFlags, { cwd }: Io): string | null {
  const shown = printable(path);
  const target = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  if (target?.isDirectory() === true)
    return `${shown} is a folder. Name a file in it, such as ${shown.replace(/\/?$/, '/')}rollout.yaml`;
  if (!['.yaml', '.yml'].includes(extname(path)))
    return `${shown} is not a valid plan name. It must end in .yaml or .yml.`;
  if (target !== undefined && !force) return describeTaken(shown);
  const folder = dirname(path);
  const isThere = statSync(resolve(cwd, folder), { throwIfNoEntry: false })?.isDirectory() === true;
  return isThere ? null : `${shown} cannot be written: no folder ${printable(folder)} exists`;
}

function describeTaken(shown: string): string {
  return `${shown} already exists and was not changed. Name another file, or pass --force to replace it.`;
}

async function writeChecked(
  asked: Asked,
  { path, force, allowOutside, color }: InitFlags,
  io: Io,
): Promise<ExitCode> {
  const text = compose(asked, path, io);
  const wanted = { path, text, state: null, isNeeded: false, isStoreOpened: false, allowOutside };
  const draft = await readPlan(wanted, io);
  printDiagnostics(draft, io, color);
  if (draft.problem !== null) return fail(io, EXIT.environment, `${draft.problem}. Nothing was written.`);
  if (draft.plan === null) return fail(io, EXIT.refused, 'the plan would not be valid; nothing was written');
  try {
    const isWritten = writePlan(resolve(io.cwd, path), text, { overwrites: force });
    if (!isWritten) return fail(io, EXIT.refused, describeTaken(printable(path)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(io, EXIT.environment, `${printable(path)} cannot be written: ${printable(why)}`);
  }
  io.stdout.write(describeWritten(asked, { path, allowOutside, diagnostics: draft.diagnostics }));
  return EXIT.completed;
}

function compose({ artifact, fleet, ...rest }: Asked, path: string, { cwd }: Io): string {
  const folder = dirname(resolve(cwd, path));
  const fromPlan = (file: string) => relative(folder, resolve(cwd, file)).split(sep).join('/');
  return composeFirstPlan({
    ...rest,
    artifact: 'uuid' in artifact ? artifact : { file: fromPlan(artifact.path) },
    fleet: fleet === null ? null : { file: fromPlan(fleet.path), serialColumn: fleet.serialColumn },
    schema: findSchema(folder),
  });
}

/** Returns `false` if the file already exists; it is not changed. Throws errors of the file system. */
function writePlan(path: string, text: string, { overwrites }: { readonly overwrites: boolean }): boolean {
  const draft = `${path}.${randomUUID()}`;
  try {
    withFile(draft, 'wx', (file) => {
      writeWhole(file, Buffer.from(text));
    });
    if (overwrites) renameSync(draft, path);
    // Unlike a rename, a link never replaces a file, not even one that was just created.
    else linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

const PLACES = [
  'rollout-plan.schema.json',
  'schemas/rollout-plan.schema.json',
  'node_modules/breakwater/schemas/rollout-plan.schema.json',
];

/** Path relative to `folder`, which is absolute; `null` if the repository and its packages have no schema. */
function findSchema(folder: string): string | null {
  const found = foldersUpwards(folder)
    .flatMap((upper) => PLACES.map((place) => join(upper, place)))
    .find((path) => existsSync(path));
  if (found === undefined) return null;
  const path = relative(folder, found);
  return path.startsWith('..') ? path : `./${path}`;
}

const WAVES_SHOWN = 10;

type Written = {
  /** The path as typed. */
  readonly path: string;
  readonly allowOutside: boolean;
  /** Findings of the plan; none is an error. */
  readonly diagnostics: readonly Diagnostic[];
};

function describeWritten(asked: Asked, written: Written): string {
  const { name, waves } = asked;
  const devices = waves.reduce((sum, { size }) => sum + size, 0);
  const next = listNext(asked, written);
  const width = Math.max(...next.map(({ command }) => command.length));
  return [
    `${printable(written.path)} written: ${name}, ${count(waves.length, 'wave')}, ${count(devices, 'device')}`,
    ...renderWaves(asked),
    '',
    'Next',
    ...next.map(({ command, purpose }) => `  ${command.padEnd(width)}  ${purpose}`),
    '',
  ].join('\n');
}

function renderWaves({ waves }: Asked): readonly string[] {
  const shown = waves.slice(0, WAVES_SHOWN);
  const names = Math.max(...shown.map(({ name }) => displayWidth(name)));
  const sizes = Math.max(...shown.map(({ size }) => renderNumber(size).length));
  return [
    ...shown.map(({ name, size }) => `  ${padTo(name, names)}  ${renderNumber(size).padStart(sizes)}`),
    ...(waves.length > shown.length ? [`  and ${count(waves.length - shown.length, 'more wave')}`] : []),
  ];
}

type Next = { readonly command: string; readonly purpose: string };

function listNext(
  { artifact, region }: Asked,
  { path, allowOutside, diagnostics }: Written,
): readonly Next[] {
  const plan = `${quoteForShell(path)}${allowOutside ? ' --allow-outside' : ''}`;
  const isToUpload = diagnostics.some(({ code }) => code === 'artifact-not-uploaded');
  return [
    ...('path' in artifact && isToUpload
      ? [
          {
            command: `breakwater artifact upload ${quoteForShell(artifact.path)} --region ${region}`,
            purpose: 'upload the artifact',
          },
        ]
      : []),
    { command: `breakwater plan ${plan}`, purpose: 'show what a run would do' },
    { command: `breakwater rehearse ${plan} --break 5%`, purpose: 'show what halts a bad artifact' },
    { command: `breakwater run ${plan} --simulate`, purpose: 'try the plan on a simulator' },
    { command: `breakwater run ${plan}`, purpose: 'deploy' },
  ];
}
