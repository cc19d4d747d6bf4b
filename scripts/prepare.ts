/** What `npm ci` runs: the build, unless `SKIP_BUILD=1` says that `dist/` is built already, and it is there. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const isBuilt = existsSync(join(import.meta.dirname, '..', 'dist', 'breakwater.js'));
if (process.env['SKIP_BUILD'] !== '1' || !isBuilt) await import('./build.ts');
