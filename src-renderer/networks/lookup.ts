// What the shared pages ask the pages of networks for.
import type { NetworkId, NetworkView } from '../../src-preload/contract/networks/index.ts';
import type { Key, Translate } from '../i18n/keys.ts';
import { networkSigns, type Sign } from '../signs.ts';
import type { NetworkPages } from './pages.ts';
import { networkPages } from './registry.ts';

const registry = networkPages as unknown as Readonly<Record<string, NetworkPages>>;

/** The pages of a network, to be given views of the same one. Undefined for one that is no longer there. */
export function pagesOf(id: NetworkId): NetworkPages;
export function pagesOf(id: string): NetworkPages | undefined;
export function pagesOf(id: string): NetworkPages | undefined {
  return Object.hasOwn(registry, id) ? registry[id] : undefined;
}

/** How a network stands, in its own word where it has one. */
export function signOf({ id, state }: Pick<NetworkView, 'id' | 'state'>): Sign {
  const sign = networkSigns[state];
  return { ...sign, word: pagesOf(id).states?.[state] ?? sign.word };
}

/** "Chat" for a kind of work, whichever network it is of; a kind that none has a word for reads as it is written. */
export function workWords(what: string, t: Translate): string {
  for (const { workWords: words } of Object.values(registry)) {
    const known = words(what, t);
    if (known !== undefined) return known;
  }
  return what;
}

/** Whether all that these networks have booked are estimates, which nothing ever confirms. */
export function areEstimates(networks: readonly string[]): boolean {
  return networks.length > 0 && networks.every((id) => pagesOf(id)?.estimates === true);
}

/** The capabilities for which any network is known to lease jobs. */
export function jobCapabilities(): readonly string[] {
  return [...new Set(Object.values(registry).flatMap((pages) => pages.jobCapabilities ?? []))];
}

/** Why a claim waits or has failed; undefined where its network has no word for it. */
export function claimWords(network: string, reason: string): Key | undefined {
  const claims = pagesOf(network)?.account?.claims ?? {};
  return Object.hasOwn(claims, reason) ? claims[reason] : undefined;
}

/** Whether the name of an error begins with a network's: `id.` for its own, `ID-` for those that its protocol has. */
export function isOfNetwork(code: string): boolean {
  const [id = ''] = code.toLowerCase().split(/[.-]/, 1);
  return Object.hasOwn(registry, id);
}
