// Puts the registries of the tests in the place of the shipped ones, which they spread and add their own network to.

import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const OURS = join(ROOT, 'tests/networks/registry');

/** All that a network touches outside its own folders, by the file of the tests that stands in for each. */
export const SWAPPED: Readonly<Record<string, string>> = {
  'src-preload/contract/networks/registry.ts': 'contract.ts',
  'src-main/networks/registry.ts': 'networks.ts',
  'src-main/networks/verbs.ts': 'verbs.ts',
  'src-main/practice/registry.ts': 'practice.ts',
  'src-renderer/networks/registry.ts': 'pages.ts',
  'src-renderer/networks/en.ts': 'en.ts',
  'src-renderer/networks/de.ts': 'de.ts',
};

const STANDS_IN = new Map(
  Object.entries(SWAPPED).map(([shipped, ours]) => [join(ROOT, shipped), join(OURS, ours)] as const),
);

/** For vite and vitest. Modules of the tests' registries get the shipped ones, which they add to. */
export function testNetworks() {
  return {
    name: 'networks-of-tests',
    enforce: 'pre' as const,
    resolveId(source: string, importer: string | undefined): string | undefined {
      if (importer === undefined || !source.startsWith('.') || importer.startsWith(OURS)) return undefined;
      return STANDS_IN.get(resolve(importer, '..', source));
    },
  };
}
