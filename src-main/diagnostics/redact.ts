// Takes out of a text what a helper need not know: where the user's files lie, what the computer is called and, unless
// they are wanted, addresses. Each is replaced by one word of its own throughout, so that it still shows what belongs together.

import { isIPv4, isIPv6 } from 'node:net';

export interface Private {
  /** Folders by the word that stands for them, e.g. `~` for the home folder. */
  readonly folders: readonly (readonly [word: string, path: string])[];
  /** Names by the word that stands for them. Short ones are left: they would be found in anything. */
  readonly names: readonly (readonly [word: string, name: string])[];
  /** The user's, taken out where it is a part of a path: as a word it may mean anything. */
  readonly user: string;
  /** Ids of this node, at networks. */
  readonly nodes: readonly string[];
  /** Hosts that everybody knows, such as the usual directory's. */
  readonly publicHosts: readonly string[];
}

export interface RedactOptions {
  readonly addresses: boolean;
}

const SHORTEST_NAME = 3;
const URL_HOST = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/?#"'@<>]*@)?(\[[0-9a-f:.]+\]|[^\s:/?#"'\\<>()[\]{},]+)/gi;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g;
/** Anything of the form; whether it is one decides `isIPv6`, for times and ratios look alike. */
const IPV6 = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])/gi;
/** Says nothing about a person. */
const HARMLESS = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?|\[::1?\])$/i;

/** A function that remembers what it has replaced by what: use one for a whole bundle. */
export function createRedactor(known: Private, { addresses }: RedactOptions): (text: string) => string {
  const hosts = new Map<string, string>();
  const hostWord = (host: string): string => {
    const name = host.toLowerCase();
    if (HARMLESS.test(name) || known.publicHosts.includes(name)) return host;
    const word = hosts.get(name) ?? `<address-${hosts.size + 1}>`;
    hosts.set(name, word);
    return word;
  };
  const fixed = [
    ...known.folders.filter(([, path]) => path.length > 1),
    ...(addresses ? [] : known.nodes.map((id, index) => [`<node-${index + 1}>`, id] as const)),
  ].toSorted(([, one], [, other]) => other.length - one.length);
  const names = known.names.filter(([, name]) => name.length >= SHORTEST_NAME);
  const user =
    known.user === ''
      ? undefined
      : new RegExp(`((?:home|Users|media)[/\\\\]+)${escaped(known.user)}(?=[/\\\\"'\\s]|$)`, 'gm');

  return (text) => {
    let left = text;
    for (const [word, value] of fixed) {
      left = left.replaceAll(value, word);
      // As JSON writes a path of Windows.
      if (value.includes('\\')) left = left.replaceAll(value.replaceAll('\\', '\\\\'), word);
    }
    for (const [word, name] of names) left = left.replaceAll(wholeWord(name), word);
    if (user) left = left.replaceAll(user, '$1<user>');
    if (addresses) return left;
    left = left
      .replace(URL_HOST, (_, scheme: string, host: string) => `${scheme}${hostWord(host)}`)
      .replace(IPV4, (match) => (isIPv4(match) ? hostWord(match) : match))
      .replace(IPV6, (match) => (isIPv6(match) ? hostWord(match) : match));
    // A host that stood in an address once is one without its scheme too.
    for (const [host, word] of hosts) left = left.replaceAll(wholeWord(host), word);
    return left;
  };
}

function wholeWord(text: string): RegExp {
  return new RegExp(`(?<![\\w.-])${escaped(text)}(?![\\w-])`, 'gi');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
