// The order in which things come alive: the entry module is evaluated and Chromium starts, then, and only then, `ready`.
import { findChromium } from './chromium.ts';
import { DevTools } from './devtools.ts';

export const browser = new DevTools();

let started = false;
const entry = Promise.withResolvers<void>();
const startup = Promise.withResolvers<void>();

export const isReady = (): boolean => started;

/** Resolves when the app may open windows. */
export const whenReady = (): Promise<void> => startup.promise;

/** Says that the app's entry module has been evaluated; Electron emits `ready` no sooner. */
export const entryLoaded = (): void => entry.resolve();

/** @throws Error when there is no Chromium, or it does not start */
export async function start(): Promise<void> {
  const chromium = await findChromium();
  if (!chromium) throw new Error('stand-in: no Chromium found; install one or set HEARTH_CHROMIUM');
  await Promise.all([browser.start(chromium), entry.promise]);
  started = true;
  startup.resolve();
}
