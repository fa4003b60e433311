// Puts the registries of the tests in the place of the shipped ones, which they spread and add their own network to.

import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const OURS = join(ROOT, 'tests/networks/registry');

const SWAPPED: Readonly<Record<string, string>> = {
  [join(ROOT, 'src-preload/contract/networks/registry.ts')]: join(OURS, 'contract.ts'),
  [join(ROOT, 'src-main/networks/registry.ts')]: join(OURS, 'networks.ts'),
  [join(ROOT, 'src-main/practice/registry.ts')]: join(OURS, 'practice.ts'),
};

/** For vite and vitest. Modules of the tests' registry get the shipped ones, which they add to. */
export function testNetworks() {
  return {
    name: 'networks-of-tests',
    enforce: 'pre' as const,
    resolveId(source: string, importer: string | undefined): string | undefined {
      if (importer === undefined || !source.endsWith('registry.ts') || importer.startsWith(OURS)) return undefined;
      return SWAPPED[resolve(importer, '..', source)];
    },
  };
}
