/**
 * Fixtures of diagnostics: a folder named for a code, and a variant after a dot, with what the user gives
 *
 *     plan.yaml, and device files beside it      or saved.json      or fixture.ts, which makes them
 *     artifacts.json                             what is on record of uploads
 *     NAME.failed                                a file that cannot be read; holds the problem's name
 *     expected.txt                               what is printed
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/base/assert.ts';
import { checkRolloutNames } from '../../src/plan/rules/names.ts';
import type { SourceFile } from '../../src/findings/source-place.ts';
import type { FileReader, FileReading, FileSummer, FoundProgram } from '../../src/document/file-reader.ts';
import { parseArtifactRecords } from '../../src/plan/artifact-record.ts';
import { loadPlan, openPlan } from '../../src/plan/load-plan.ts';
import { parseSavedPlan } from '../../src/plan/saved-plan.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

export type Fixture = { readonly folder: string; readonly name: string; readonly code: string };

export type Found = {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
};

/** The fixtures in `test/fixtures/KIND`. */
export function listFixtures(kind: string): readonly Fixture[] {
  const root = join(FIXTURES, kind);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort()
    .map((name) => ({ folder: join(root, name), name, code: name.split('.')[0] ?? '' }));
}

type FixtureModule = {
  readonly files?: Readonly<Record<string, string>>;
  readonly load?: () => Found;
};

export async function loadFixture({ folder }: Fixture): Promise<Found> {
  const script = join(folder, 'fixture.ts');
  const { files, load } = existsSync(script) ? ((await import(script)) as FixtureModule) : {};
  if (load !== undefined) return load();
  const saved = join(folder, 'saved.json');
  if (!existsSync(saved)) return loadPlan('plan.yaml', createReader(folder, files ?? {}));
  const source = { path: 'saved.json', text: readFileSync(saved, 'utf8') };
  return { ...parseSavedPlan(source), sources: new Map([[source.path, source]]) };
}

/** Reads from `files`, and else from the folder. */
export function createReader(folder: string, files: Readonly<Record<string, string>>): FileReader {
  return (path): FileReading => {
    const made = files[path];
    if (made !== undefined) return { kind: 'read', bytes: new TextEncoder().encode(made) };
    const full = join(folder, path);
    if (existsSync(`${full}.failed`)) {
      const problem = readFileSync(`${full}.failed`, 'utf8') as (FileReading & { kind: 'failed' })['problem'];
      return { kind: 'failed', problem, message: 'EIO: i/o error, read' };
    }
    if (!existsSync(full)) return { kind: 'failed', problem: 'missing', message: 'ENOENT' };
    return { kind: 'read', bytes: readFileSync(full) };
  };
}

/** Plans that are validated together. */
export function loadTogether(folder: string, paths: readonly string[]): Found {
  const read = paths.map((path) => loadPlan(path, createReader(folder, {})));
  const sources = new Map(read.flatMap((one) => [...one.sources]));
  const named = read.map(({ plan }, index) => ({
    plan: present(plan, 'a plan'),
    source: present(sources.get(paths[index] ?? ''), 'its text'),
  }));
  return { diagnostics: [...read.flatMap((one) => one.diagnostics), ...checkRolloutNames(named)], sources };
}

/** A plan whose programs are found to be so. */
export function loadWithProgram(folder: string, found: FoundProgram): Found {
  const sum: FileSummer = () => ({ kind: 'failed', problem: 'missing', message: '' });
  const lookup = { sum, records: [], state: null, isNeeded: false };
  return openPlan('plan.yaml', createReader(folder, {}), () => found).resolve(lookup);
}

/** A plan that names artifacts by their files, with what is on record of uploads. */
export function loadWithArtifacts(folder: string, { isNeeded }: { readonly isNeeded: boolean }): Found {
  const readFile = createReader(folder, {});
  const written = join(folder, 'artifacts.json');
  const records = existsSync(written) ? parseArtifactRecords(readFileSync(written, 'utf8')) : [];
  if (typeof records === 'string') throw new Error(records);
  const sum: FileSummer = (path) => {
    const reading = readFile(path, Infinity);
    if (reading.kind === 'failed') return reading;
    const md5 = createHash('md5').update(reading.bytes).digest('hex');
    return { kind: 'summed', md5, bytes: reading.bytes.length };
  };
  return loadPlan('plan.yaml', readFile, { sum, records, state: null, isNeeded });
}
