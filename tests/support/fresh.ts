// Pages keep what the engine sent them in modules. Where many files run in one process, each of theirs gets new ones.
import { afterAll, expect, vi } from 'vitest';

if (/[\\/]renderer[\\/]/.test(expect.getState().testPath ?? '')) afterAll(() => vi.resetModules());
