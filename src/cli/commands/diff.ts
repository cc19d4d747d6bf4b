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
  /** Whether a difference has its own exit code. */
  readonly exitCode: boolean;
  readonly allowOutside: boolean;
  readonly color: boolean;
};

export async function runDiff(flags: DiffFlags, io: Io): Promise<ExitCode> {
  const before = await readSide(flags.before, flags, io);
  const after = await readSide(flags.after, flags, io);
  if (typeof before === 'number' || typeof after === 'number')
    return [before, after].includes(EXIT.environment) ? EXIT.environment : EXIT.refused;
  // The comparison does not depend on the polling settings.
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

/** Resolves to the plan; or to the exit code, after printing the errors. Only `validate` prints warnings. */
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

/** A plan in git. `path` starts at the root of the repository, or with `./` or `../` at the current folder. */
type RevisionPath = { readonly revision: string; readonly path: string };

type ReadRevision =
  | { readonly kind: 'read'; readonly read: ReadPlan }
  /** `wrong`: wrong input; `failed`: git cannot run, or cannot read its objects. */
  | { readonly kind: 'wrong' | 'failed'; readonly message: string };

async function readRevision(wanted: RevisionPath, context: PlanContext): Promise<ReadRevision> {
  const root = rootOf(context.cwd);
  try {
    const git = openGit({ root, env: context.env });
    const tree = git.findTree(wanted.revision);
    if (tree === null)
      return { kind: 'wrong', message: `git finds no revision ${wanted.revision} in this repository` };
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

/** `place`: the current folder, relative to the root. */
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

/** Names paths as the user does: `v1.2:plans/a.yaml`. */
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
  /** Neither. */
  | { readonly kind: 'wrong'; readonly message: string };

/** Text with a colon is `REV:PATH`, unless it starts like a path or names an existing file. */
function parseSide(text: string, cwd: string): Side {
  const colon = findColon(text);
  if (colon < 0 || /^[./]/.test(text) || existsSync(resolve(cwd, text))) return { kind: 'path', path: text };
  const [revision, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (revision === '') return refuse(text, 'has no revision');
  if (revision.startsWith('-'))
    return refuse(text, 'has no valid revision: a revision cannot begin with `-`');
  if (path === '') return refuse(text, 'has no file');
  return { kind: 'revision', revision, path };
}

function refuse(text: string, why: string): Side {
  return { kind: 'wrong', message: `${text} ${why}. Expected REV:PATH, such as HEAD:rollout.yaml` };
}

/** Finds the first colon outside braces: `main@{2026-01-31 10:00}:rollout.yaml`. */
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
