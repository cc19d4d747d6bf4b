/** `npm run readme`: makes the transcripts of README.md anew, and its table of contents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteContents } from './readme/headings.ts';
import { rewriteTranscripts } from './readme/transcripts.ts';

const README = join(import.meta.dirname, '..', 'README.md');

writeFileSync(README, rewriteContents(await rewriteTranscripts(readFileSync(README, 'utf8'))));
