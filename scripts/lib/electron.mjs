// Whether the desktop app can run here, and if not, why in a few words.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

const PACKAGE = join(ROOT, 'node_modules/electron');
/** A download takes a while on a slow line; a refusal comes at once. */
const FETCH_MS = 300_000;

/** The path of Electron's executable; undefined where it is not there. */
export function electronBinary() {
  const marker = join(PACKAGE, 'path.txt');
  if (!existsSync(marker)) return undefined;
  const file = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(PACKAGE, 'dist'), readFileSync(marker, 'utf8'));
  return existsSync(file) ? file : undefined;
}

/** Undefined when it can run; fetches Electron's executable if need be. */
export function whyNoDesktop(node) {
  if (process.platform === 'linux') {
    if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
    if (process.getuid?.() === 0) return 'the desktop app does not run as root';
  }
  if (!existsSync(join(PACKAGE, 'install.js'))) return 'Electron is not installed';
  if (electronBinary()) return undefined;
  process.stderr.write('Fetching Electron, once...\n');
  spawnSync(node, [join(PACKAGE, 'install.js')], { cwd: ROOT, timeout: FETCH_MS, stdio: 'ignore' });
  return electronBinary() ? undefined : "Electron's runtime can't be fetched";
}
