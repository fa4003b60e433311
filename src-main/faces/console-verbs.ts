// What the owner can do about the pages of the console over the local socket, and about those of other Hearths, and the owner alone: it
// needs the note in the data folder. The same for console mode and for the desktop app.
import { z } from 'zod';
import { NetworkId } from '../../src-preload/contract/networks/index.ts';
import type { ConsoleFace } from './http.ts';
import type { Verb } from './socket.ts';

export interface ConsolePages {
  /** Rejects where this node has no pages in a browser. */
  face(): Promise<ConsoleFace>;
}

export interface ConsoleVerbsDeps extends ConsolePages {
  /** Opens the pages of another Hearth by a network of this node; the link. */
  visit(id: NetworkId, node: string): Promise<string>;
}

const Number6 = z.object({ number: z.string().max(64) });

const Visit = z.object({ id: NetworkId, node: z.string().min(1).max(128) });

export function consoleVerbs({ face, visit }: ConsoleVerbsDeps): ReadonlyMap<string, Verb> {
  return new Map<string, Verb>([
    [
      'visit',
      async (input) => {
        const { id, node } = Visit.parse(input);
        return { link: await visit(id, node) };
      },
    ],
    ['link', async () => ({ link: (await face()).issueLink() })],
    [
      'revoke',
      async () => {
        const pages = await face();
        return { ended: pages.revoke(), link: pages.issueLink() };
      },
    ],
    [
      'confirm',
      async (input) => {
        const { asked, session } = (await face()).confirm(Number6.parse(input).number);
        return { asked, openedAt: session.openedAt };
      },
    ],
  ]);
}
