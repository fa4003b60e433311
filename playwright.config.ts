import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'build/test-results',
  testMatch: '**/*.test.ts',
  timeout: 180_000,
  workers: 2,
  fullyParallel: true,
  // A whole app and a browser on two cores now and then miss each other; what needed it is named as flaky.
  retries: 1,
  forbidOnly: true,
  reporter: [['list']],
});
