// A forward as somebody types it. Pure.

import type { FipsForward, FipsPeer } from '../../../src-preload/contract/networks/fips-settings.ts';

export type Peer = Pick<FipsPeer, 'npub' | 'alias'>;

export interface TypedForward {
  readonly kind: FipsForward['kind'];
  /** Here where it leads out, in the mesh where it leads in. */
  readonly port: string;
  /** Where it leads. */
  readonly otherPort: string;
  /** The node it leads to, or those that may come: names of peers, or keys. */
  readonly nodes: string;
}

const NPUB = /^npub1[02-9ac-hj-np-z]{58}$/;

/** Which of them is wrong, where one is. */
export function readForward(
  { kind, port: typedPort, otherPort: typedOther, nodes }: TypedForward,
  peers: readonly Peer[],
): FipsForward | 'port' | 'otherPort' | 'nodes' {
  const [port, otherPort] = [portOf(typedPort), portOf(typedOther)];
  if (port === undefined) return 'port';
  if (otherPort === undefined) return 'otherPort';
  const words = wordsOf(nodes);
  const keys = words.map((word) => keyOf(word, peers));
  const [word, ...more] = words;
  if (word === undefined || keys.includes(undefined)) return 'nodes';
  if (kind === 'in') return { kind, port, host: '127.0.0.1', hostPort: otherPort, allow: keys.map((key) => key!) };
  // By name, so that it follows whoever has that name.
  return more.length > 0 ? 'nodes' : { kind, port, node: word, nodePort: otherPort };
}

/** Those words, the names of peers by their keys. What is neither stays as it is: the setting says what is wrong with it. */
export function readKeys(typed: string, peers: readonly Peer[]): string[] {
  return wordsOf(typed).map((word) => keyOf(word, peers) ?? word);
}

export const wordsOf = (typed: string) => typed.split(/[\s,]+/).filter((word) => word !== '');

const portOf = (typed: string) => {
  const port = /^\s*\d{1,5}\s*$/.test(typed) ? Number(typed) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
};

const keyOf = (word: string, peers: readonly Peer[]) =>
  NPUB.test(word) ? word : peers.find(({ alias }) => alias?.toLowerCase() === word.toLowerCase())?.npub;
