/** What `validate` is given besides files: folders, with the plans in them, and standard input. */
import { resolve } from 'node:path';
import { count, list } from '../../base/text.ts';
import type { FileReading } from '../../document/file-reader.ts';
import type { Place } from '../../findings/source-place.ts';
import type { Files } from '../../files/files.ts';
import { listYamlFiles } from '../../files/list-yaml.ts';
import { openPlanFiles } from '../../files/plan-files.ts';
import { isFolderAt } from '../../files/repository.ts';
import type { ReadPlan } from '../../host/read-plan.ts';
import { looksLikePlan } from '../../plan/looks-like-plan.ts';
import { SAVED_PLAN_BYTES_MAX } from '../../plan/read-plan-document.ts';
import { PLAN_BYTES_MAX } from '../../plan/limits.ts';
import type { Io } from '../io.ts';

export type Inputs = {
  readonly paths: readonly string[];
  /** What to say of the folders. */
  readonly remarks: readonly string[];
  /** Folders without a plan. */
  readonly refusals: readonly string[];
  /** What could not be looked at. */
  readonly problems: readonly string[];
};

type Wanted = { readonly paths: readonly string[]; readonly allowOutside: boolean };

/** What it is called unless it is given a name. */
export const STDIN_NAME = '<stdin>';

const NAMED_MAX = 20;

export function openFolders({ paths, allowOutside }: Wanted, io: Pick<Io, 'cwd'>): Inputs {
  const opened = paths.map((path) => {
    if (!isFolderAt(resolve(io.cwd, path))) return { paths: [path], remarks: [], refusals: [], problems: [] };
    const { paths: files, unread } = listYamlFiles(path, io.cwd);
    const plans = files.filter((file) => isPlan(file, allowOutside, io));
    const others = files.filter((file) => !plans.includes(file));
    const passed =
      others.length === 0
        ? ''
        : `, ${count(others.length, 'other YAML file')} passed over: ${list(others, NAMED_MAX)}`;
    return {
      paths: plans,
      remarks: plans.length === 0 ? [] : [`${path}: ${count(plans.length, 'plan')} checked${passed}`],
      refusals: plans.length === 0 ? [`${path}: no plan in this folder${passed}`] : [],
      problems: unread,
    };
  });
  return {
    paths: opened.flatMap((one) => one.paths),
    remarks: opened.flatMap((one) => one.remarks),
    refusals: opened.flatMap((one) => one.refusals),
    problems: opened.flatMap((one) => one.problems),
  };
}

/** What cannot be read may be one, and is told as a plan that cannot be read. */
function isPlan(planPath: string, allowOutside: boolean, { cwd }: Pick<Io, 'cwd'>): boolean {
  const read = openPlanFiles({ planPath, cwd, allowOutside }).readFile(planPath, PLAN_BYTES_MAX);
  if (read.kind === 'read') return looksLikePlan(new TextDecoder().decode(read.bytes));
  return read.problem !== 'directory';
}

/** The files that a plan on standard input is among: it is one of the current folder. */
export async function openStdin(allowOutside: boolean, io: Io): Promise<Files> {
  const reading = await readStdin(io.stdin);
  const { readFile, ...files } = openPlanFiles({ planPath: STDIN_NAME, cwd: io.cwd, allowOutside });
  return {
    ...files,
    readFile: (path, bytesMax) => {
      if (path !== STDIN_NAME) return readFile(path, bytesMax);
      return reading.kind === 'read' && reading.bytes.length > bytesMax ? TOO_LARGE : reading;
    },
  };
}

const TOO_LARGE: FileReading = { kind: 'failed', problem: 'too-large', message: 'it is too large' };

async function readStdin(stdin: AsyncIterable<unknown>): Promise<FileReading> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of stdin) {
      const buffer = Buffer.from(piece as Uint8Array);
      bytes += buffer.length;
      if (bytes > SAVED_PLAN_BYTES_MAX) return TOO_LARGE;
      pieces.push(buffer);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', problem: 'unreadable', message };
  }
  return { kind: 'read', bytes: Buffer.concat(pieces) };
}

/** The same, with another name for standard input. */
export function renameStdin(read: ReadPlan, name: string): ReadPlan {
  const rename = <Named extends Place>(place: Named): Named =>
    place.path === STDIN_NAME ? { ...place, path: name } : place;
  const diagnostics = read.diagnostics.map((one) => ({
    ...one,
    place: rename(one.place),
    related: one.related.map(rename),
  }));
  const sources = [...read.sources].map(([path, source]) =>
    path === STDIN_NAME ? ([name, { ...source, path: name }] as const) : ([path, source] as const),
  );
  return { ...read, diagnostics, sources: new Map(sources) };
}
