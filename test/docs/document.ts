/** The pages for users as their tests read them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBlocks } from '../../scripts/docs/blocks.ts';
import type { Block } from '../../scripts/docs/blocks.ts';
import { PAGES, ROOT } from '../../scripts/docs/documents.ts';

type Page = { readonly path: string; readonly text: string };

export type PageBlock = Block & { readonly page: string };

export const DOCUMENTS: readonly Page[] = PAGES.map((path) => ({ path, text: readPage(path) }));

/** All pages, one after the other. */
export const TEXT = DOCUMENTS.map(({ text }) => text).join('\n');

export const BLOCKS: readonly PageBlock[] = DOCUMENTS.flatMap(({ path, text }) =>
  readBlocks(text).map((block) => ({ ...block, page: path })),
);

/** `path`: from the root. */
function readPage(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function blocksIn(...languages: readonly string[]): readonly PageBlock[] {
  return BLOCKS.filter(({ language }) => languages.includes(language));
}

/** Where it is and what it is, for the title of a test. */
export function titleOf({ page, line, language, marker }: PageBlock): string {
  return `${page}:${line}, ${language} (${marker ?? 'unmarked'})`;
}
