/** Plans and device files as text, for tests. */
import { loadPlan } from '../../src/plan/load-plan.ts';
import type { LoadedPlan } from '../../src/plan/load-plan.ts';
import type { FileReader } from '../../src/document/file-reader.ts';

export const UUID = 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a';

/** What stands at the top of a plan, so that only what matters needs to be written. */
export const HEAD = `version: 1\nname: camera-2.14\nregion: us\nartifact:\n  uuid: ${UUID}\n`;

/** A reader of files that are held here, by path. */
export function createMemoryReader(files: Readonly<Record<string, string | Uint8Array>>): FileReader {
  return (path) => {
    const file = files[path];
    if (file === undefined) return { kind: 'failed', problem: 'missing', message: `ENOENT: ${path}` };
    return { kind: 'read', bytes: typeof file === 'string' ? new TextEncoder().encode(file) : file };
  };
}

/** Loads `text` as `plan.yaml`, with `files` beside it. */
export function load(
  text: string | Uint8Array,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): LoadedPlan {
  return loadPlan('plan.yaml', createMemoryReader({ 'plan.yaml': text, ...files }));
}

/** The codes of the findings, in their order. */
export function codesOf({ diagnostics }: Pick<LoadedPlan, 'diagnostics'>): readonly string[] {
  return diagnostics.map(({ code }) => code);
}

/** `path:line:column` of each finding, with the text that it covers. */
export function placesOf({ diagnostics, sources }: LoadedPlan): readonly string[] {
  return diagnostics.map(({ place: { path, range } }) => {
    if (range === null) return path;
    const text = sources.get(path)?.text ?? '';
    const before = text.slice(0, range.start).split('\n');
    return `${path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1} ${text.slice(range.start, range.end)}`;
  });
}
