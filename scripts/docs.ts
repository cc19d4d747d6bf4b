/** `npm run docs`: makes the transcripts and the generated parts of README.md and of the pages in `docs/`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES, ROOT } from './docs/documents.ts';
import { rewriteGenerated } from './docs/generated.ts';
import { rewriteTranscripts } from './docs/transcripts.ts';

for (const page of PAGES) {
  const path = join(ROOT, page);
  writeFileSync(path, rewriteGenerated(await rewriteTranscripts(readFileSync(path, 'utf8'))));
}
