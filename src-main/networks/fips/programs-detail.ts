// What the page says of programs of this computer in the mesh: only what they were promised and don't have.

import type { FipsDetail } from '../../../src-preload/contract/networks/fips.ts';
import type { FipsNode } from './node.ts';
import { setupCommand } from './tun/setup.ts';

export function programsDetail(node: FipsNode | undefined): FipsDetail['programs'] {
  const troubles = node?.partTroubles ?? [];
  const tun = node?.config.programs.tun;
  const needsSetup = troubles.some(({ code }) => code === 'fips.tun-needs-setup');
  const uid = process.getuid?.();
  if (!node || !needsSetup || tun === undefined || uid === undefined)
    return { troubles: [...troubles], tunSetup: null };
  return { troubles: [...troubles], tunSetup: asShell(setupCommand({ name: tun, address: node.identity.ipv6 }, uid)) };
}

/** To be pasted into a terminal. */
const asShell = (words: readonly string[]) =>
  words.map((word) => (/^[\w/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
