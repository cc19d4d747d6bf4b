/** The search of cosmiconfig. The package is large, so this module is imported late. */
import { basename, relative } from 'node:path';
import { ExplorerSync } from 'cosmiconfig/dist/ExplorerSync.js';
import { mayHaveSettings, PACKAGE_FILES } from './settings-names.ts';

/**
 * Returns the first place in a folder that contains settings.
 *
 * It does not use the public entry of the package, which reads and runs the package's own configuration in the current folder,
 * for example `.config/config.js`. A check of a pull request would then run the code of that pull request.
 */
export function openSearch(): (folder: string, places: readonly string[]) => string | null {
  return (folder, searchPlaces) => {
    const explorer = new ExplorerSync({
      moduleName: 'breakwater',
      searchPlaces,
      searchStrategy: 'none',
      loaders: { '.json': mark, '.yaml': mark, '.yml': mark, noExt: mark },
      // An empty file may have been cut off.
      ignoreEmptySearchPlaces: false,
      cache: false,
      metaConfigFilePath: null,
      transform: (found) => found,
    });
    const found = explorer.search(folder);
    return found === null ? null : relative(folder, found.filepath).replaceAll('\\', '/');
  };
}

/** Marks a file with settings. A package file counts only if it has our key, or if it cannot be parsed. */
function mark(path: string, text: string): Readonly<Record<string, true>> {
  const name = basename(path);
  return !PACKAGE_FILES.has(name) || mayHaveSettings(name, text) ? { breakwater: true } : {};
}
