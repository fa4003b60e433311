// Pages keep what the engine sent them, and their words, in modules. Where many files run in one process, each of theirs gets new ones:
// of others that ran before it too, which may have loaded words without those of a test's own network.
import { afterAll, expect, vi } from 'vitest';

if (/[\\/]renderer[\\/]/.test(expect.getState().testPath ?? '')) {
  vi.resetModules();
  afterAll(() => vi.resetModules());
}
