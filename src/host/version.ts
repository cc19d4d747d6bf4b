declare const BREAKWATER_VERSION: string | undefined;

/** The version of this release from package.json; `dev` when run from the sources. */
export const VERSION = typeof BREAKWATER_VERSION === 'string' ? BREAKWATER_VERSION : 'dev';
