// Which Chromium the tests drive: the one that is installed, or the one that an npm package carries, so that browser
// tests also run after nothing but `npm ci`.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');

export interface FoundChromium {
  executablePath: string;
  /** Flags without which it would not start here. */
  args: string[];
  /** To be added to the environment it is started with. */
  env: Record<string, string>;
  kind: 'installed' | 'npm';
}

const INSTALLED: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((folder) =>
    folder
      ? [
          join(folder, 'Google/Chrome/Application/chrome.exe'),
          join(folder, 'Chromium/Application/chrome.exe'),
          join(folder, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [],
  ),
};

/**
 * Looks for a Chromium: the environment's HEARTH_CHROMIUM (a path, or `npm` for the carried one), then the usual places,
 * then, on Linux x64, `@sparticuz/chromium`.
 *
 * @returns undefined when there is none
 * @throws Error when HEARTH_CHROMIUM names a file that does not exist
 */
export async function findChromium(wanted = process.env.HEARTH_CHROMIUM): Promise<FoundChromium | undefined> {
  if (wanted === 'npm') return carried();
  if (wanted) {
    if (!existsSync(wanted)) throw new Error(`HEARTH_CHROMIUM: ${wanted} does not exist`);
    return installed(wanted);
  }
  const found = INSTALLED[process.platform]?.find((path) => existsSync(path));
  return found ? installed(found) : carried();
}

function installed(executablePath: string): FoundChromium {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []; // Chromium refuses to sandbox root
  return { executablePath, args, env: {}, kind: 'installed' };
}

/**
 * The carried Chromium is a headless shell made for AWS Lambda. The flags its package recommends suit that place (one
 * process, web security off); outside it only the sandbox is missing. Its NSS, NSPR and Expat libraries are put first, so
 * that a machine without them will do: it needs glibc and libgcc and nothing else.
 */
async function carried(): Promise<FoundChromium | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const manifest = join(root, 'node_modules/@sparticuz/chromium/package.json');
  if (!existsSync(manifest)) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const folder = join(root, `node_modules/.cache/chromium/${version}`);
  if (!existsSync(folder)) await unpack(folder);
  const libraries = [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean);
  return {
    executablePath: join(folder, 'chromium'),
    args: ['--no-sandbox'],
    env: { LD_LIBRARY_PATH: libraries.join(delimiter), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
    kind: 'npm',
  };
}

/**
 * The package unpacks into the temporary directory and takes whatever lies there by the right name. A process of its own
 * with a fresh TMPDIR keeps that apart; renaming a finished folder makes parallel runs safe.
 */
async function unpack(folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const fresh = await mkdtemp(`${folder}-`);
  try {
    const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
    // This environment variable is what makes the package unpack its shared libraries too.
    const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { cwd: root, env });
    await writeFile(join(fresh, 'fonts.conf'), fontsConfig(folder));
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // otherwise another process was faster
  }
}

/** The carried configuration knows only Lambda's folders. */
const fontsConfig = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/fonts/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;
