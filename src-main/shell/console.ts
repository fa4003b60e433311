// `hearth link` while the desktop app runs: its pages in a browser, for use from another computer or without a tray. The
// server starts with the first link, on this computer alone, and needs a link to be of any use.

import type { ConsolePages } from '../faces/console-verbs.ts';
import type { Faces } from '../faces/gather.ts';
import { type ConsoleFace, createConsoleFace } from '../faces/http.ts';

export interface Console extends ConsolePages {
  stop(): Promise<void>;
}

/** `confirmCommand` as in ConsoleFaceOptions. */
export function createConsole(faces: Faces, pages: string, confirmCommand: string): Console {
  let starting: Promise<ConsoleFace> | undefined;

  async function start(): Promise<ConsoleFace> {
    const face = createConsoleFace(faces, { pages, confirmCommand });
    await face.start();
    return face;
  }

  return {
    face() {
      // A start that failed is tried again by the next who asks.
      starting ??= start().catch((error: unknown) => {
        starting = undefined;
        throw error;
      });
      return starting;
    },
    async stop() {
      await (await starting?.catch(() => undefined))?.stop();
    },
  };
}
