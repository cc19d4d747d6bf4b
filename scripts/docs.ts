/** `npm run docs`: makes the transcripts, the generated parts and the picture of README.md and of the pages in `docs/`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES, ROOT } from './docs/documents.ts';
import { rewriteGenerated } from './docs/generated.ts';
import { drawPicture, PICTURE } from './docs/terminal-picture.ts';
import { rewriteTranscripts } from './docs/transcripts.ts';

writeFileSync(join(ROOT, PICTURE), await drawPicture());
for (const page of PAGES) {
  const path = join(ROOT, page);
  writeFileSync(path, rewriteGenerated(await rewriteTranscripts(readFileSync(path, 'utf8'))));
}
