/** `npm run readme`: makes the transcripts of README.md anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewriteTranscripts } from './readme/transcripts.ts';

const README = join(import.meta.dirname, '..', 'README.md');

writeFileSync(README, await rewriteTranscripts(readFileSync(README, 'utf8')));
