declare const BREAKWATER_VERSION: string | undefined;
declare const BREAKWATER_HOMEPAGE: string | undefined;

/** The version of this release from package.json; `dev` when run from the sources. */
export const VERSION = typeof BREAKWATER_VERSION === 'string' ? BREAKWATER_VERSION : 'dev';

/** Where Breakwater is described, by package.json too. */
export const HOMEPAGE =
  typeof BREAKWATER_HOMEPAGE === 'string'
    ? BREAKWATER_HOMEPAGE
    : 'https://github.com/OWNER/breakwater#readme';
