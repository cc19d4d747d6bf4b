/** What `npm ci` runs: the build, unless `SKIP_BUILD=1` says that `dist/` is built already. */
if (process.env['SKIP_BUILD'] !== '1') await import('./build.ts');

export {};
