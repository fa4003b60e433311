import { quoted } from '../../format/text.ts';

/** `npub1abcd…wxyz`, as official nodes shorten it. */
export const shortNpub = (npub: string) => `${npub.slice(0, 9)}…${npub.slice(-4)}`;

/** What its user calls it, or its key in short. */
export function nameOf({ alias, npub }: { readonly alias: string | null; readonly npub: string }): string {
  return alias === null ? shortNpub(npub) : quoted(alias, 63);
}

/** A node of which perhaps only the address in the mesh is known. */
export const nodeName = (npub: string | null, addr: string) =>
  npub === null ? `${addr.slice(0, 8)}…${addr.slice(-4)}` : shortNpub(npub);
