// The walls of the house, as checks: data flows from the top of `mayImport` to its bottom, and imports point upwards only.

const LIBRARY_AND_HOST =
  'base findings document files plan rollout backend/api.ts backend/allxon backend/simulator store settings';

const mayImport = {
  base: '',
  findings: 'base',
  document: 'base findings',
  files: 'base document/file-reader.ts',
  plan: 'base findings document',
  rollout: 'base plan',
  'backend/api.ts': 'base plan',
  'backend/allxon': 'base plan backend/api.ts',
  // Two readings of one contract: nothing of the client but the wire shapes, which are types.
  'backend/simulator': 'base findings document backend/allxon/wire.ts',
  store: 'base plan rollout',
  settings: 'base findings document files backend/api.ts backend/allxon store/postgres/database-url.ts',
  'run/loop': 'base plan rollout backend/api.ts backend/allxon store',
  views: 'base plan rollout',
  'views/live': 'base plan rollout run/loop views',
  // The report in a browser: it is given data, and knows what their numbers mean.
  page: 'base rollout/device-status.ts views/html/page-data.ts views/wording/moments.ts',
  rehearsal: 'base plan rollout backend store run/loop views',
  upload: 'base plan backend/api.ts backend/allxon store',
  host: `${LIBRARY_AND_HOST} run/loop views`,
  'run/session': `${LIBRARY_AND_HOST} run/loop views host`,
  library: `${LIBRARY_AND_HOST} run views host`,
};

function pathOf(place) {
  return place.endsWith('.ts') ? `^src/${place}$` : `^src/${place}/`;
}

const names = Object.keys(mayImport);
const layers = Object.entries(mayImport).map(([from, places]) => {
  const to = places.split(' ').filter((place) => place !== '');
  return {
    name: `${from.replace('/', '-')}-imports-only-what-flows-into-it`,
    comment: `src/${from} may import ${to.length === 0 ? 'nothing else' : to.join(', ')}.`,
    severity: 'error',
    // A folder with a line of its own goes by that one.
    from: { path: pathOf(from), pathNot: names.filter((name) => name.startsWith(`${from}/`)).map(pathOf) },
    to: { path: '^src/', pathNot: [from, ...to].map(pathOf) },
  };
});

// The folder, or the few, by which each third-party package is imported.
const homes = {
  yaml: 'document',
  ajv: 'document',
  'csv-parse': 'plan',
  'csv-stringify': 'views',
  cosmiconfig: 'settings',
  undici: 'backend/allxon',
  'p-limit': 'run|store',
  pg: 'store',
  'pg-connection-string': 'store',
  pgpass: 'store',
  '@tanstack/virtual-core': 'page',
  listr2: 'views/live',
  execa: 'host',
  commander: 'cli',
};

const packages = Object.entries(homes).map(([name, folder]) => ({
  name: `${name}-lives-in-${folder}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${folder})/` },
  to: { path: `node_modules/${name}/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; code may not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing reaches is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
    {
      name: 'pure-folders-touch-nothing',
      comment: 'No file, network, process or timer in the folders that only decide.',
      severity: 'error',
      from: { path: '^src/(findings|document|plan|rollout|views/(?!live/))' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|path)$' },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'nothing-imports-the-page',
      comment: 'It is bundled by itself, for browsers, and put into the report as text.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/page/' },
      to: { path: '^src/page/' },
    },
    {
      name: 'nothing-imports-the-library',
      comment: 'It is for other programs; what the command line shares with it is in src/host.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/library/' },
      to: { path: '^src/library/' },
    },
    {
      name: 'the-library-finds-no-settings',
      comment: 'A program passes in what the command line takes from files and from the environment.',
      severity: 'error',
      from: { path: '^src/library/' },
      to: { path: '^src/(settings/(find|resolve)-|host/look-up-artifacts)', reachable: true },
    },
    {
      name: 'src-does-not-know-its-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    ...layers,
    ...packages,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
