// What the owner can do about the pages of the console over the local socket, and the owner alone: it needs the note in the data
// folder. The same for console mode and for the desktop app.
import { z } from 'zod';
import type { ConsoleFace } from './http.ts';
import type { Verb } from './socket.ts';

export interface ConsolePages {
  /** Rejects where this node has no pages in a browser. */
  face(): Promise<ConsoleFace>;
}

const Number6 = z.object({ number: z.string().max(64) });

export function consoleVerbs({ face }: ConsolePages): ReadonlyMap<string, Verb> {
  return new Map<string, Verb>([
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
