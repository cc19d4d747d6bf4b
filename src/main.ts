#!/usr/bin/env node
/** Where a process starts: what V8 makes of the modules is kept from one run to the next, where Node can do that. */
import module from 'node:module';
import { isAbsolute, join } from 'node:path';

/** Of this user alone: what is in it is run. */
function findCacheFolder({ XDG_CACHE_HOME: cache = '', HOME: home = '' }: NodeJS.ProcessEnv): string | null {
  const folder = cache === '' ? join(home, '.cache') : cache;
  return isAbsolute(folder) ? join(folder, 'breakwater') : null;
}

/** Node has it from 22.1 on. A folder that cannot be written to is passed over. */
type Caching = { readonly enableCompileCache?: (folder: string) => unknown };

const folder = findCacheFolder(process.env);
if (folder !== null) (module as Caching).enableCompileCache?.(folder);

// A module that waits at its top level keeps Rolldown from laying what belongs together into one file.
void import('./cli/start.ts').then(({ start }) => start());
