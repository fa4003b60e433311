// `hearth link` while the desktop app runs: its pages in a browser, for whoever sits at another computer or has no tray. The
// server starts with the first link, on this computer alone, and needs a link to be of any use.

import type { Faces } from '../faces/gather.ts';
import { type ConsoleFace, createConsoleFace } from '../faces/http.ts';

export interface Console {
  link(): Promise<{ link: string }>;
  stop(): Promise<void>;
}

export function createConsole(faces: Faces, pages: string): Console {
  let starting: Promise<ConsoleFace> | undefined;

  async function start(): Promise<ConsoleFace> {
    const face = createConsoleFace(faces, { pages });
    await face.start();
    return face;
  }

  return {
    async link() {
      starting ??= start();
      // A start that failed is tried again by the next who asks.
      const face = await starting.catch((error: unknown) => {
        starting = undefined;
        throw error;
      });
      return { link: face.issueLink() };
    },
    async stop() {
      await (await starting?.catch(() => undefined))?.stop();
    },
  };
}
