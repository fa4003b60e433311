import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          setupFiles: ['tests/support/leaks.ts'],
          pool: 'forks',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          // No test but the lab's asks the home router of whoever runs it.
          env: { HEARTH_REACHABILITY: 'none' },
          include: ['tests/integration/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['tests/lab/**/*.test.ts'],
          pool: 'forks',
          // Whole nodes, several at once, on computers with two cores.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Routers' daemons keep real time. Once more, for virtual machines whose host lets them stand for a minute.
          retry: 1,
        },
      },
    ],
  },
});
