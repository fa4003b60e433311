// Entry of the stand-in: `node --import ./register.ts run.ts [arguments for the app]`, with STAND_IN_APP naming the app's
// folder. Plays what Electron does around an app's main module.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import { serveTest } from './controls.ts';
import { serveDownloads } from './downloads.ts';
import { browser, entryLoaded, isReady, start } from './lifecycle.ts';
import { appFolder, manifest, settings } from './settings.ts';

/** An entry that is still not evaluated after this is waiting for something that its own evaluation holds up. */
const ENTRY_MS = 10_000;
/** How long an app may take to quit after a signal. */
const QUIT_MS = 10_000;

const EXIT_NO_CHROMIUM = 69;
const EXIT_ENTRY_HANGS = 70;

Object.assign(process, { type: 'browser', resourcesPath: settings.resources });
Object.defineProperty(process.versions, 'electron', { value: '0.0.0-stand-in', enumerable: true });
process.argv = [process.execPath, appFolder, ...process.argv.slice(2)];

// Whatever the end, Chromium and its profile go first.
process.on('exit', () => browser.kill());
process.on('disconnect', () => app.exit(0)); // the test is gone
let signalled = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Stays in place after the first: the same signal often comes twice, once for the process and once for its group.
  process.on(signal, () => {
    if (signalled) return;
    signalled = true;
    setTimeout(() => app.exit(1), QUIT_MS).unref();
    if (isReady()) app.quit();
    else app.exit(1);
  });
}

const started = start().catch((error: Error) => {
  console.error(error.message);
  process.exit(EXIT_NO_CHROMIUM);
});

const main = join(appFolder, manifest.main);
const late = setTimeout(() => {
  console.error(
    `stand-in: ${main} is not evaluated yet. Electron emits "ready" afterwards; does it await app.whenReady()?`,
  );
  process.exit(EXIT_ENTRY_HANGS);
}, ENTRY_MS);
await import(pathToFileURL(main).href);
clearTimeout(late);
entryLoaded();

await started;
await serveDownloads();
app.emit('will-finish-launching');
app.emit('ready', {}, {});
serveTest();
