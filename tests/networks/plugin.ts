// Puts the registries of the tests in the place of the shipped ones, which they spread and add their own network to.

import { join, resolve } from 'node:path';

const OURS = 'tests/networks/registry';

/** All that a network touches outside its own folders, by the file of the tests that stands in for each. */
export const SWAPPED: Readonly<Record<string, string>> = {
  'src-preload/contract/networks/registry.ts': `${OURS}/contract.ts`,
  'src-main/networks/registry.ts': `${OURS}/networks.ts`,
  'src-main/networks/verbs.ts': `${OURS}/verbs.ts`,
  'src-main/practice/registry.ts': `${OURS}/practice.ts`,
  'src-renderer/networks/registry.ts': `${OURS}/pages.ts`,
  'src-renderer/networks/en.ts': `${OURS}/en.ts`,
  'src-renderer/networks/de.ts': `${OURS}/de.ts`,
  'src-renderer/networks/settings-de.ts': `${OURS}/settings-de.ts`,
};

const DRAWN = 'tests/networks/drawn/registry';
/** For pages alone: an engine knows nothing of networks that are only drawn. */
const SWAPPED_DRAWN: Readonly<Record<string, string>> = {
  'src-preload/contract/networks/registry.ts': `${DRAWN}/contract.ts`,
  'src-renderer/networks/registry.ts': `${DRAWN}/pages.ts`,
};

/**
 * For vite and vitest. Modules of the tests' registries get the shipped ones, which they add to.
 *
 * @param drawn the networks of the drawings instead, for pages to be looked at
 * @param root of the project: a tool that bundles its configuration does not leave this file where it is
 */
export function testNetworks(root: string, drawn = false) {
  const folder = drawn ? DRAWN : OURS;
  const standsIn = new Map(
    Object.entries(drawn ? SWAPPED_DRAWN : SWAPPED).map(([shipped, ours]) => [join(root, shipped), join(root, ours)]),
  );
  return {
    name: 'networks-of-tests',
    enforce: 'pre' as const,
    resolveId(source: string, importer: string | undefined): string | undefined {
      if (importer === undefined || !source.startsWith('.') || importer.startsWith(join(root, folder)))
        return undefined;
      return standsIn.get(resolve(importer, '..', source));
    },
  };
}
