/**
 * Preloaded into the command's own process: every process finds a lock of its own at the place of the rollout's, so that
 * all of them hold it. To show that the campaign would notice.
 */
'use strict';
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');

function own(path) {
  return typeof path === 'string' && /[/]lock(?:[.].*)?$/.test(path) ? `${path}-of-${process.pid}` : path;
}

for (const name of ['openSync', 'readFileSync', 'rmSync', 'statSync']) {
  const real = fs[name];
  fs[name] = (path, ...rest) => real(own(path), ...rest);
}
for (const name of ['linkSync', 'renameSync']) {
  const real = fs[name];
  fs[name] = (from, to, ...rest) => real(own(from), own(to), ...rest);
}
syncBuiltinESMExports();
