import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { quoted } from '../../format/text.ts';

/** `npub1abcd…wxyz`, as official nodes shorten it. */
const shortNpub = (npub: string) => `${npub.slice(0, 9)}…${npub.slice(-4)}`;

/** What its user calls it, or its key in short. */
export function nameOf({ alias, npub }: { readonly alias: string | null; readonly npub: string }): string {
  return alias === null ? shortNpub(npub) : quoted(alias, 63);
}

/** By their npubs, what their user calls them. */
export type Aliases = ReadonlyMap<string, string>;

export function aliasesOf({ wanted }: Pick<MeshView, 'wanted'>): Aliases {
  return new Map(wanted.flatMap(({ npub, alias }) => (alias === null ? [] : [[npub, alias] as const])));
}

/** A node of which perhaps only the address in the mesh is known. */
export function nodeName(npub: string | null, addr: string, aliases: Aliases): string {
  return npub === null ? `${addr.slice(0, 8)}…${addr.slice(-4)}` : nameOf({ npub, alias: aliases.get(npub) ?? null });
}
