/** cosmiconfig's search. Its package is large, so this module is imported late. */
import { basename, relative } from 'node:path';
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { mayHaveSettings, PACKAGE_FILES } from './settings-names.ts';

/**
 * Gives the first of the places in a folder that holds settings.
 *
 * The package's front door looks for a configuration of its own in the current folder, `.config/config.js` among it, and
 * runs that: whoever checks a pull request would run its code.
 */
export function openSearch(): (folder: string, places: readonly string[]) => string | null {
  return (folder, searchPlaces) => {
    const explorer = new ExplorerSync({
      moduleName: 'breakwater',
      searchPlaces,
      searchStrategy: 'none',
      loaders: { '.json': mark, '.yaml': mark, '.yml': mark, noExt: mark },
      // One that is empty may have been cut short.
      ignoreEmptySearchPlaces: false,
      cache: false,
      metaConfigFilePath: null,
      transform: (found) => found,
    });
    const found = explorer.search(folder);
    return found === null ? null : relative(folder, found.filepath).replaceAll('\\', '/');
  };
}

/** Says that a file holds settings. A package's counts only if it has a key for us, or if that cannot be told. */
function mark(path: string, text: string): Readonly<Record<string, true>> {
  const name = basename(path);
  return !PACKAGE_FILES.has(name) || mayHaveSettings(name, text) ? { breakwater: true } : {};
}
