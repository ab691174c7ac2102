import { defineConfig } from 'vitest/config';

const seed = process.env['PLIMSOLL_TEST_SEED'] ?? '';

/** What runs in this process, what starts real programs, what looks at the package as it ships, and other runtimes. */
export default defineConfig({
  test: {
    env: { PLIMSOLL_TEST_SEED: seed },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{unit,contract,model,types}/**/*.test.ts', 'test/package/{floors,registry,entries}.test.ts'],
          pool: 'threads',
          // Of the longest a second, on a machine of its own; a busy one gives a tenth of that.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One for each core; vitest alone leaves one core idle.
          maxWorkers: '100%',
          globalSetup: ['test/helpers/peers.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'program',
          include: ['test/program/**/*.test.ts'],
          pool: 'forks',
          globalSetup: ['test/helpers/tools.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          exclude: ['test/package/{floors,registry,entries}.test.ts'],
          pool: 'forks',
          globalSetup: ['test/helpers/packed.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'runtimes',
          include: ['test/runtimes/*.test.ts'],
          pool: 'forks',
          testTimeout: 900_000,
        },
      },
    ],
  },
});
