// How the journeys through the pages start: the app with a practising network, in console mode or in the desktop app, and the
// reason when a host can't be had on this machine.
import type { Page } from '@playwright/test';
import { findChromium } from '../host/chromium.ts';
import { launchConsole, openBrowser } from '../host/console.ts';
import { electronBinary, launchDesktop } from '../host/launch.ts';

export const HOSTS = ['console', 'desktop'] as const;
export type HostName = (typeof HOSTS)[number];

/** A start on a busy disk, with the first tasks. */
export const FIRST_MS = 90_000;

export interface Started {
  readonly page: Page;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly args?: string[];
  readonly env?: Record<string, string>;
}

/** The app on the data folder `data`, practising unless `args` say something else, and its page in English. */
export async function start(host: HostName, data: string, options: StartOptions = {}): Promise<Started> {
  const { args = ['--practice'], env = {} } = options;
  if (host === 'desktop') {
    const app = await launchDesktop({ data, args, env });
    return { page: await app.firstWindow(), close: () => app.close() };
  }
  const server = await launchConsole({ data, args, env });
  const browser = await openBrowser();
  const page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
  await page.goto(server.link);
  return {
    page,
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}

/** Why this host can't be started here; undefined when it can. */
export async function whyNot(host: HostName): Promise<string | undefined> {
  const found = await findChromium();
  if (host === 'console') return found ? undefined : 'there is no Chromium';
  if (electronBinary() || found?.kind === 'installed') return undefined;
  return 'neither Electron nor an installed Chromium for its stand-in is here';
}
