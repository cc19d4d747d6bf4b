import { defineConfig } from 'vitest/config';

const SYSTEM = 'test/**/*.system.test.ts';
const TOOLS = 'test/**/*.tools.test.ts';
const CAMPAIGN = ['test/campaigns/**/*.test.ts', 'test/**/*.campaign.test.ts'];
const PROPERTY = 'test/**/*.property.test.ts';

/** CONTRIBUTING.md says what each needs. */
const UNIT = {
  name: 'unit',
  include: ['test/**/*.test.ts'],
  exclude: [SYSTEM, TOOLS, ...CAMPAIGN],
  setupFiles: ['test/kit/no-processes.ts'],
  // None changes what the others import, and the sources are loaded once a worker.
  isolate: false,
};

export default defineConfig({
  test: {
    globalSetup: ['test/kit/build.ts', 'test/kit/postgres-setup.ts'],
    // A bound against hangs only: no test measures time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 120_000,
    maxWorkers: '100%',
    projects: [
      { extends: true, test: UNIT },
      { extends: true, test: { name: 'system', include: [SYSTEM] } },
      { extends: true, test: { name: 'tools', include: [TOOLS] } },
      {
        extends: true,
        test: { name: 'campaign', include: [...CAMPAIGN, PROPERTY], env: { PROPERTY_RUNS: 'all' } },
      },
    ],
  },
});
