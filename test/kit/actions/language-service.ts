import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as LanguageService from '@actions/languageservice';
import { build } from 'esbuild';
import { ROOT } from '../command.ts';

/** What GitHub's editors check workflows with; bundled, because it imports JSON in a way that Node.js does not take. */
export async function loadLanguageService(folder: string): Promise<typeof LanguageService> {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@actions/languageservice';", resolveDir: ROOT },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    write: false,
  });
  const path = join(folder, 'language-service.cjs');
  writeFileSync(path, outputFiles.map(({ text }) => text).join(''));
  return createRequire(import.meta.url)(path) as typeof LanguageService;
}
