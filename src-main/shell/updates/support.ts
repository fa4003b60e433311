// Who updates this installation: Hearth itself or another program, and then it says so in plain words. Pure: its test is a table.

import type { Reason } from '../../../src-preload/contract/define.ts';

export interface Installation {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Not run from its sources. */
  readonly packaged: boolean;
  readonly practice: boolean;
  /** What electron-builder left in the resources of a Linux package: deb, rpm, pacman; undefined without. */
  readonly packageType: string | undefined;
  /** It knows where new versions are (app-update.yml). */
  readonly feed: boolean;
  /** It knows the keys that its releases are signed with. */
  readonly keys: boolean;
  /** The AppImage and its folder can be written. */
  readonly writable: boolean;
}

/** Undefined where Hearth updates itself; else who does. */
export function whoElseUpdates(here: Installation): Reason | undefined {
  const { platform, env, packaged, practice, packageType, feed, keys, writable } = here;
  if (practice) return said('practice', 'Practice looks for no new versions; the real data folder does.');
  if (!packaged) return said('sources', 'Hearth runs from its sources here: update them, and build again.');
  if (platform === 'linux') {
    if (env.SNAP || env.FLATPAK_ID || packageType !== undefined) return BY_SYSTEM;
    if (!env.APPIMAGE) {
      return said('by-hand', 'Hearth was unpacked by hand here: unpack the new version in its place.');
    }
    if (!writable) {
      return said(
        'not-writable',
        'The AppImage lies where Hearth may not write, so it can not replace itself.',
        'Move it to a folder of your own, such as Applications in your home folder.',
      );
    }
  }
  if (platform === 'win32' && env.PORTABLE_EXECUTABLE_DIR) {
    return said('by-hand', 'This is the portable Hearth: put the new version in its place.');
  }
  if (!feed) return said('no-source', 'This Hearth was made without a place to get new versions from.');
  if (!keys) {
    return said(
      'no-keys',
      'This Hearth was made without the keys by which it could tell a genuine new version, so it takes none.',
      'Install a release over it; the data folder stays.',
    );
  }
  return undefined;
}

const BY_SYSTEM = said('by-system', 'Your system updates this: Hearth came as one of its packages.');

function said(code: string, message: string, action?: string): Reason {
  return { code: `desktop.update-${code}`, message, ...(action ? { action } : {}) };
}
