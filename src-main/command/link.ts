// `hearth link` and `hearth confirm`: what the owner says about the pages in browsers, over the socket that only the owner has.

import { z } from 'zod';
import type { RequestName } from '../../src-preload/contract/names.ts';
import { jsonText } from '../base/unseen.ts';
import type { SocketClient } from '../faces/socket.ts';
import { EXIT } from './exit.ts';
import { momentText } from './figures.ts';
import { plain, type Terminal } from './terminal.ts';
import { usage } from './usage.ts';
import { verb } from './verb.ts';

const Linked = z.object({ link: z.string() });
const Revoked = Linked.extend({ ended: z.number() });
const Confirmed = z.object({ asked: z.string(), openedAt: z.number() });

export const linkVerbs = [
  verb({
    name: 'link',
    about: 'a new link to the pages of a running node',
    flags: { revoke: { about: 'shuts out every page that is open first' } },
    node: 'running',
    json: 'the link; with --revoke also how many pages were shut out.',
    read: (_, given) => given,
    run: (line, { node, terminal }) => link(node, line, terminal),
  }),
  verb({
    name: 'confirm',
    args: 'NUMBER...',
    about: 'says yes to the page that shows this number, where it wants what only the owner may',
    node: 'running',
    json: 'what the page asked for, and when it was opened.',
    read: (words) => ({ number: numberOf(words) }),
    run: (line, { node, terminal }) => confirm(node, line, terminal),
  }),
];

/** As the page shows it, or with a space where a person reads it in two. */
function numberOf(words: readonly string[]): string {
  const number = words.join('');
  if (/^\d{6}$/.test(number)) return number;
  throw usage('Say the number of six digits that the page shows: "confirm NUMBER".', 'confirm');
}

interface LinkLine {
  /** Shuts out all pages first. */
  readonly revoke: boolean;
  readonly json: boolean;
}

async function link(node: SocketClient, { revoke, json }: LinkLine, { print }: Terminal): Promise<number> {
  if (!revoke) {
    const answer = Linked.parse(await node.verb('link', null));
    print(json ? jsonText(answer) : answer.link);
    return EXIT.ok;
  }
  const answer = Revoked.parse(await node.verb('revoke', null));
  if (json) print(jsonText(answer));
  else {
    print(`Every page is shut out (${answer.ended} could have gone on), and no earlier link works any more.`);
    print(`A new link for you alone: ${answer.link}`);
  }
  return EXIT.ok;
}

/** What each request does that has to be confirmed, in words. */
const DOES: Partial<Record<RequestName, string>> = {
  'wallet.make': 'make a wallet',
  'wallet.words': 'see the words of your wallet',
  'wallet.trust': 'trust a mint',
  'wallet.token': 'take money out of your wallet',
  'wallet.tokenOf': 'see a token of your wallet',
  'wallet.pay': 'pay from your wallet',
  'wallet.move': 'move money from one mint to another',
  'backup.create': 'make a backup of this node',
  'backup.read': 'save a backup of this node',
  'backup.discard': 'delete a backup',
  'backup.restore': 'put a backup in place of this node',
  'networks.rotateKey': 'change the key of this node',
  'networks.newIdentity': 'give this node a new identity',
  'removal.run': 'remove Hearth from this computer',
  'settings.set': 'set a key that says whose node this is',
  'desktop.moveKey': "move the key to this node's secrets",
};

async function confirm(
  node: SocketClient,
  { number, json }: { readonly number: string; readonly json: boolean },
  { print }: Terminal,
): Promise<number> {
  const answer = Confirmed.parse(await node.verb('confirm', { number }));
  if (json) print(jsonText(answer));
  else {
    const what = DOES[answer.asked as RequestName] ?? answer.asked;
    print(
      plain(
        `Confirmed: the page that was opened at ${momentText(answer.openedAt)} may ${what}, and the like, for ten minutes.`,
      ),
    );
    print('If that is not your page: "hearth link --revoke" shuts out every page.');
  }
  return EXIT.ok;
}
