declare const BREAKWATER_VERSION: string | undefined;

/** This release's version. The build puts in what package.json says; run from the sources, it is `dev`. */
export const VERSION = typeof BREAKWATER_VERSION === 'string' ? BREAKWATER_VERSION : 'dev';
