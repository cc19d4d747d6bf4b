import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/build.ts', 'test/kit/postgres-setup.ts'],
    // A bound against hangs only: no test measures time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
