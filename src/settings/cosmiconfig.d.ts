/** Types for a part of the package that has none: its search. */
declare module 'cosmiconfig/dist/ExplorerSync.js' {
  type Found = { readonly config: unknown; readonly filepath: string };
  type Loader = (path: string, text: string) => unknown;
  export class ExplorerSync {
    constructor(options: {
      readonly moduleName: string;
      readonly searchPlaces: readonly string[];
      readonly loaders: Readonly<Record<string, Loader>>;
      readonly searchStrategy: 'none';
      readonly ignoreEmptySearchPlaces: boolean;
      readonly cache: boolean;
      readonly metaConfigFilePath: null;
      readonly transform: (found: Found | null) => Found | null;
    });
    search(folder: string): Found | null;
  }
}
