import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from '@playwright/test';

// The app of each journey starts anew, and Node would compile it each time.
process.env.NODE_COMPILE_CACHE ??= resolve(import.meta.dirname, 'node_modules/.cache/node');

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'build/test-results',
  testMatch: '**/*.test.ts',
  // What a journey needs on a busy computer; the longest take a minute on a quiet one.
  timeout: 300_000,
  // What is waited for comes sooner or later on a busy computer; what is there already costs no wait.
  expect: { timeout: 30_000 },
  // One more than there are processors: a journey spends a third of its time waiting, for tasks and for what it clicked.
  workers: Math.min(8, availableParallelism()),
  fullyParallel: true,
  // A whole app and a browser on two cores now and then miss each other; what needed it is named as flaky.
  retries: 1,
  forbidOnly: true,
  reporter: [['list']],
});
