// How electron-builder packs Hearth for the desktop; `npm run package -- --linux dir` and the like read it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const SQLITE = 'node_modules/better-sqlite3';
/** What makes TUN devices; of Linux alone so far. */
const KOFFI = 'node_modules/koffi';
const KOFFI_NATIVE = `node_modules/@koromix/koffi-linux-\${arch}`;

const HELPER = 'build/resources/hearth-volumes';

/**
 * The system that is packed for, by its name in Node. One in each run: in a pattern `${platform}` means the system that
 * packs, and a list of files per platform reaches only a part of what is copied, so the native file is chosen here.
 */
export const target = targetOf(process.argv) ?? process.platform;

function targetOf(args) {
  const flags = {
    linux: ['--linux', '-l'],
    win32: ['--win', '--windows', '-w'],
    darwin: ['--mac', '--macos', '-m', '-o'],
  };
  const named = Object.keys(flags).filter((system) => flags[system].some((flag) => args.includes(flag)));
  if (named.length > 1) throw new Error(`One system at a time, please, not ${named.join(' and ')}.`);
  return named[0];
}

// A Debian package marks the folder that it is made of, and an app with that mark leaves updates to the system.
if (process.argv.includes('deb') && process.argv.includes('tar.gz')) {
  throw new Error('Pack deb and tar.gz in runs of their own, please: the one would mark the other.');
}

/**
 * Where installed apps look for new versions: a folder on the web with latest.yml and the packages, named by whoever releases.
 * Without it the app has no feed, and says so under Updates.
 */
const feed = feedOf(process.env.HEARTH_UPDATES);

function feedOf(url) {
  if (!url) return undefined;
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:' || /[?#@]/.test(url)) {
    throw new Error('HEARTH_UPDATES has to be the https address of a folder, such as https://example.org/hearth/.');
  }
  return url;
}

/** Where the public keys are that updates are held against; another folder than the project's own is for trying a release. */
const keys = resolve(process.env.HEARTH_PUBLIC_KEYS || join(root, 'build'));

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'org.hearth.app',
  productName: 'Hearth',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
  artifactName: '${name}-desktop-${version}-${os}-${arch}.${ext}',
  directories: { buildResources: 'build/resources', output: 'build/release' },
  // One list that names what is wanted: a list that only says what is not would start from everything.
  files: [
    'build/app/**',
    '!build/app/**/*.map',
    '!build/app/.built-from',
    'package.json',
    { from: keys, to: 'build', filter: ['release-keys'] },
    '!node_modules/**',
    `${SQLITE}/package.json`,
    `${SQLITE}/LICENSE`,
    `${SQLITE}/lib/**`,
    `${SQLITE}/prebuilds/${target}-\${arch}.node`,
    ...(target === 'linux'
      ? [
          ...['package.json', 'LICENSE.txt', 'index.js', 'src/koffi/index.js'].map((name) => `${KOFFI}/${name}`),
          ...['package.json', 'index.js', `linux_\${arch}/koffi.node`].map((name) => `${KOFFI_NATIVE}/${name}`),
        ]
      : []),
  ],
  // The one program of Hearth's that is run as root is a file of its own, which an administrator can read and copy.
  extraResources: ['LICENSE', ...(target === 'linux' ? [{ from: HELPER, to: 'hearth-volumes' }] : [])],
  // The guess of what has to lie outside the archive would take the whole package; the system's loader needs one file.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  // What can not be signed as its system wants it is no release.
  forceCodeSigning: process.env.HEARTH_RELEASING === '1' && target !== 'linux',
  npmRebuild: false, // the native file comes ready from its package, for all systems
  electronVersion: devDependencies.electron,
  ...(process.env.ELECTRON_DIST ? { electronDist: resolve(process.env.ELECTRON_DIST) } : {}),
  // By this name a Linux desktop knows that a running window belongs to the installed entry and its icon.
  extraMetadata: { desktopName: 'hearth-desktop.desktop' },
  electronLanguages: ['en-US'],
  publish: feed ? { provider: 'generic', url: feed } : null,
  // Links that show a place in the window, see src-main/shell/links.ts. On Windows the app says so to the system by itself.
  protocols: [{ name: 'Hearth', schemes: ['hearth'], role: 'Viewer' }],
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    icon: 'icon.png',
    category: 'Utility',
    syncDesktopName: true,
    // `hearth` is the command for terminals, which comes with the archive for servers; this one needs a display.
    executableName: 'hearth-desktop',
    synopsis: "Lend your computer's spare capacity to networks that pay for it",
    // What follows is no flag, whatever a web page put into a link.
    executableArgs: ['--', '%u'],
  },
  // Here a field for the link is added to what is given.
  appImage: { executableArgs: ['--'] },
  deb: { afterRemove: 'build/resources/after-remove.tpl' },
  win: { target: ['nsis'], icon: 'icon.ico' },
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false },
  mac: {
    // The disk image is for people; updates come out of the zip.
    target: ['dmg', 'zip'],
    icon: 'icon.icns',
    category: 'public.app-category.utilities',
    minimumSystemVersion: '13.0',
    darkModeSupport: true,
  },
  afterPack: checkNativeFile,
};

/** A package without its database, or with another system's, would only fail on the user's computer. */
async function checkNativeFile({ appOutDir, electronPlatformName, arch, packager }) {
  // Here alone, since it takes a while to come and other readers of this file want the list only.
  const { Arch } = await import('electron-builder');
  const resources = packager.getResourcesDir(appOutDir);
  const wanted = `${electronPlatformName}-${Arch[arch]}.node`;
  const packed = readdirSync(join(resources, 'app.asar.unpacked', SQLITE, 'prebuilds'));
  if (packed.length !== 1 || packed[0] !== wanted) {
    throw new Error(`The package should hold ${wanted} alone, but it holds ${packed.join(', ') || 'no native file'}.`);
  }
}
