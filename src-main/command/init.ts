// `hearth init` as a verb: a node is set up without any display, asked in the terminal or wholly by flags. What it does is in
// init/; what it leaves is what the first run on the pages leaves.

import { type NetworkId, networkIds } from '../../src-preload/contract/networks/index.ts';
import { CAPS, type CapsName, weekNames } from '../../src-preload/contract/settings/presets.ts';
import type { Flags } from '../base/verb.ts';
import type { InitLine, When } from './init/line.ts';
import { address, usage } from './usage.ts';
import { verb } from './verb.ts';

const WHENS: readonly When[] = ['always', 'away', ...weekNames];
const presets = Object.keys(CAPS) as CapsName[];

/** One of these words. */
const among =
  <W extends string>(flag: string, words: readonly W[]) =>
  (text: string): W => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw usage(`${flag} takes ${words.join(', ')}.`, 'init');
  };

const network = (word: string): NetworkId => {
  const id = networkIds.find((each) => each === word);
  if (id !== undefined) return id;
  throw usage(`--join takes none, or any of ${networkIds.join(', ')}.`, 'init');
};

/** Readers of single choices, for flags and for what is typed alike. */
export const readers = {
  preset: among('--preset', presets),
  hours: among('--hours', WHENS),
  router: (text: string) => among('--router', ['yes', 'no'])(text) === 'yes',
  start: (text: string) => among('--start', ['yes', 'no'])(text) === 'yes',
  key: among('--key', ['file', 'passphrase']),
  join: (text: string): NetworkId[] =>
    text === 'none' ? [] : [...new Set(text.split(',').map((word) => network(word.trim())))],
  price: (text: string): number => {
    const price = /^\d{1,4}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
    if (price >= 0 && price <= 1000) return price;
    throw usage('--price takes a number from 0 to 1000, where 1 is the usual price.', 'init');
  },
};

const FLAGS = {
  yes: { about: 'asks nothing: what no flag says stays as it is, or as is usual' },
  name: { value: 'NAME', about: 'a name for this computer, shown to you alone' },
  server: { value: 'URL', about: 'a model server besides those that are found', read: address },
  preset: { value: 'NAME', about: `how much others may have: ${presets.join(', ')}`, read: readers.preset },
  hours: { value: 'WHEN', about: `when to share: ${WHENS.join(', ')}`, read: readers.hours },
  join: {
    value: 'IDS',
    about: `networks to join: none, or, with commas between, any of ${networkIds.join(', ')}`,
    read: readers.join,
  },
  'accept-consent': { about: 'agrees to what they send, cost and see, which is shown without it' },
  router: { value: 'yes|no', about: 'whether the router may be asked to open a port', read: readers.router },
  price: { value: 'N', about: 'what a task costs, as a multiple of the usual price', read: readers.price },
  key: { value: 'HOLDER', about: 'who keeps the key to the secrets here: file or passphrase', read: readers.key },
  reach: { about: 'tries whether others can get in, before anything is joined' },
  rehearse: { about: 'tries the whole path once with your own model server' },
  service: { about: 'has systemd run it from now on, also while you are not logged in' },
  start: { value: 'yes|no', about: 'whether sharing begins with the next start', read: readers.start },
} as const satisfies Flags;

export const initVerb = verb({
  name: 'init',
  about: 'sets up a node without any display: asks in the terminal, or takes it all from flags',
  more: 'Each answer is kept at once: leave at any question, and run it again to go on there. Where standard input is not a terminal,\nit asks nothing and names the flag that is missing.',
  flags: FLAGS,
  node: 'optional',
  json: 'what was found, what was chosen, and how the tries went.',
  exits: { failed: 'failed, or a try did' },
  read: (_, given): InitLine => ({ ...given, acceptConsent: given['accept-consent'] }),
  run: async (line, context) => {
    // Loaded when needed, for it brings what puts a node together.
    const { init } = await import('./init/init.ts');
    return init(line, context, readers);
  },
});
