/** README.md as its tests read it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBlocks } from '../../scripts/readme/blocks.ts';
import type { Block } from '../../scripts/readme/blocks.ts';
import { ROOT } from '../kit/command.ts';

export const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

export const BLOCKS = readBlocks(README);

export function blocksIn(...languages: readonly string[]): readonly Block[] {
  return BLOCKS.filter(({ language }) => languages.includes(language));
}

/** Where it stands and what it is, for the title of a test. */
export function titleOf({ line, language, marker }: Block): string {
  return `README.md:${line}, ${language} (${marker ?? 'unmarked'})`;
}
