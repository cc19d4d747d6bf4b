/** `breakwater diff`: what changes from one plan to another. Writes nothing; runs nothing but git, and that only reads. */
import { guardLog, printable } from '../../base/text.ts';
import { readPlan, printDiagnostics } from '../read-plan.ts';
import type { ReadPlan, PlanWanted, PlanContext } from '../../host/read-plan.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { diffPlans, isSamePlan } from '../../views/diff/plan-diff.ts';
import type { PlanDiff, Sides } from '../../views/diff/plan-diff.ts';
import { renderDiffJson } from '../../views/diff/render-json.ts';
import { renderDiffMarkdown, renderDiffText } from '../../views/diff/diff-document.ts';
import type { DiffSource } from '../../views/diff/diff-document.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { previewRollout } from '../../rollout/preview.ts';
import { SETTINGS_DEFAULTS } from '../../settings/settings.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { writeOutput } from '../write-output.ts';
import { relative, sep, posix, resolve } from 'node:path';
import type { Place, SourceFile } from '../../findings/source-place.ts';
import type { Files } from '../../files/files.ts';
import { rootOf } from '../../files/repository.ts';
import { GitError, openGit, openRevisionFiles } from '../../host/git.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import { existsSync } from 'node:fs';

export type DiffFlags = {
  readonly before: string;
  readonly after: string;
  readonly format: 'text' | 'json' | 'markdown';
  /** Whether a difference has an exit code of its own. */
  readonly exitCode: boolean;
  readonly allowOutside: boolean;
  readonly color: boolean;
};

export async function runDiff(flags: DiffFlags, io: Io): Promise<ExitCode> {
  const before = await readSide(flags.before, flags, io);
  const after = await readSide(flags.after, flags, io);
  if (typeof before === 'number' || typeof after === 'number')
    return [before, after].includes(EXIT.environment) ? EXIT.environment : EXIT.refused;
  // What is compared does not depend on how often the API is asked.
  const preview = (plan: RolloutPlan) => previewRollout(plan, SETTINGS_DEFAULTS);
  const diff = diffPlans({ before: preview(before), after: preview(after) });
  const sources = {
    before: { label: flags.before, digest: digestPlan(before) },
    after: { label: flags.after, digest: digestPlan(after) },
  };
  await writeOutput([render(diff, sources, flags.format)], null, io);
  return flags.exitCode && !isSamePlan(diff) ? EXIT.different : EXIT.completed;
}

function render(diff: PlanDiff, sources: Sides<DiffSource>, format: DiffFlags['format']): string {
  switch (format) {
    case 'text':
      return guardLog(renderDiffText(diff, sources));
    case 'json':
      return renderDiffJson(diff, sources);
    case 'markdown':
      return renderDiffMarkdown(diff, sources);
  }
}

/** The plan; or, having told what is wrong with it, the exit code. Warnings are `validate`'s to tell. */
async function readSide(text: string, flags: DiffFlags, io: Io): Promise<RolloutPlan | ExitCode> {
  const side = parseSide(text, io.cwd);
  switch (side.kind) {
    case 'wrong':
      return fail(io, EXIT.refused, printable(side.message));
    case 'path':
      return planOf(await readPlan({ path: side.path, ...wantedOf(flags) }, io), flags, io);
    case 'revision': {
      const outcome = await readRevision(side, io);
      if (outcome.kind === 'read') return planOf(outcome.read, flags, io);
      return fail(io, outcome.kind === 'wrong' ? EXIT.refused : EXIT.environment, printable(outcome.message));
    }
  }
}

function wantedOf({ allowOutside }: DiffFlags): Omit<PlanWanted, 'path'> {
  return { state: null, isNeeded: false, isStoreOpened: false, allowOutside };
}

function planOf(read: ReadPlan, { color }: DiffFlags, io: Io): RolloutPlan | ExitCode {
  const { plan, problem } = read;
  if (plan !== null) return plan;
  printDiagnostics(read, io, color);
  return problem === null ? EXIT.refused : fail(io, EXIT.environment, problem);
}

/** A plan as it stands in git. `path` begins at the root of the repository, or with `./` or `../` where one stands. */
type RevisionPath = { readonly revision: string; readonly path: string };

type ReadRevision =
  | { readonly kind: 'read'; readonly read: ReadPlan }
  /** `wrong`: what was typed; `failed`: git cannot be run, or cannot read what it holds. */
  | { readonly kind: 'wrong' | 'failed'; readonly message: string };

async function readRevision(wanted: RevisionPath, context: PlanContext): Promise<ReadRevision> {
  const root = rootOf(context.cwd);
  try {
    const git = openGit({ root, env: context.env });
    const tree = git.findTree(wanted.revision);
    if (tree === null) return { kind: 'wrong', message: `git knows no revision ${wanted.revision} here` };
    const path = pathFromRoot(wanted.path, relative(root, context.cwd));
    const asked = new Set([path]);
    const files = recordAsked(openRevisionFiles(git, tree), asked);
    const plan = { path, state: null, isNeeded: false, isStoreOpened: false, allowOutside: false };
    const read = await readPlan(plan, { ...context, cwd: root }, files);
    return {
      kind: 'read',
      read: renamePaths(read, (file) => (asked.has(file) ? `${wanted.revision}:${file}` : file)),
    };
  } catch (error) {
    if (error instanceof GitError) return { kind: 'failed', message: `git: ${error.message}` };
    throw error;
  }
}

/** `place` is where one stands, from the root. */
function pathFromRoot(path: string, place: string): string {
  return /^\.\.?(\/|$)/.test(path) ? posix.join(...place.split(sep), path) : path;
}

function recordAsked({ readFile, ...files }: Files, asked: Set<string>): Files {
  return {
    ...files,
    readFile(path, bytesMax) {
      asked.add(path);
      return readFile(path, bytesMax);
    },
  };
}

/** As the user would name them: `v1.2:plans/a.yaml`. */
function renamePaths(read: ReadPlan, nameOf: (path: string) => string): ReadPlan {
  const rename = <T extends Place>(place: T): T => ({ ...place, path: nameOf(place.path) });
  return {
    ...read,
    diagnostics: read.diagnostics.map((diagnostic): Diagnostic => ({
      ...diagnostic,
      place: rename(diagnostic.place),
      related: diagnostic.related.map(rename),
    })),
    sources: new Map(
      [...read.sources.values()].map(({ path, text }): [string, SourceFile] => [
        nameOf(path),
        { path: nameOf(path), text },
      ]),
    ),
  };
}

type Side =
  | { readonly kind: 'path'; readonly path: string }
  | ({ readonly kind: 'revision' } & RevisionPath)
  /** It cannot be either. */
  | { readonly kind: 'wrong'; readonly message: string };

/** With a colon it is `REV:PATH`, unless it begins as a path does or is the name of a file. */
function parseSide(text: string, cwd: string): Side {
  const colon = findColon(text);
  if (colon < 0 || /^[./]/.test(text) || existsSync(resolve(cwd, text))) return { kind: 'path', path: text };
  const [revision, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (revision === '') return refuse(text, 'names no revision');
  if (revision.startsWith('-')) return refuse(text, 'is no revision: none begins with `-`');
  if (path === '') return refuse(text, 'names no file');
  return { kind: 'revision', revision, path };
}

function refuse(text: string, why: string): Side {
  return { kind: 'wrong', message: `${text} ${why}; write REV:PATH, such as HEAD:rollout.yaml` };
}

/** The first that is not within braces: `main@{2026-01-31 10:00}:rollout.yaml`. */
function findColon(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === ':' && depth === 0) return index;
  }
  return -1;
}
