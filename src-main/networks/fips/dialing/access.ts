// Who may be a neighbour: lists of npubs, aliases and ALL, as official nodes have them in two files. What allows beats what denies, and
// whom neither names may come.

import { decodeNpub } from '../identity/names.ts';

export interface AccessList {
  readonly all: boolean;
  /** Keys, x alone, in hex. */
  readonly nodes: ReadonlySet<string>;
  /** As they were written. */
  readonly entries: readonly string[];
}

export interface Access {
  readonly allow: AccessList;
  readonly deny: AccessList;
}

/** Aliases of peers, in lower case, and their keys (x alone). */
export type Aliases = ReadonlyMap<string, Uint8Array>;

/** Entries that name nobody, as an alias that no peer has, are left out. */
export function accessList(entries: readonly string[], aliases: Aliases): AccessList {
  const keyOf = (entry: string) => decodeNpub(entry) ?? aliases.get(entry.toLowerCase());
  const known = entries.filter((entry) => entry === 'ALL' || keyOf(entry) !== undefined);
  const keys = known.flatMap((entry) => keyOf(entry) ?? []).map((key) => Buffer.from(key).toString('hex'));
  return { all: known.includes('ALL'), nodes: new Set(keys), entries: known };
}

/** Of a file: an entry a line, and what follows a `#` is for people. */
export function accessEntries(text: string, most: number): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, '').trim());
  return lines.filter((line) => line !== '' && line.length <= 80).slice(0, most);
}

export function admits({ allow, deny }: Access, xOnly: Uint8Array): boolean {
  const key = Buffer.from(xOnly).toString('hex');
  const names = ({ all, nodes }: AccessList) => all || nodes.has(key);
  return names(allow) || !names(deny);
}
