// What the launching test tells the stand-in, by environment.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const env = process.env;

/** The folder that Electron would be started with: the one with the app's package.json. */
export const appFolder = resolve(env.STAND_IN_APP ?? process.cwd());

export interface Manifest {
  name: string;
  version: string;
  main: string;
  productName?: string;
}

export const manifest: Manifest = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'));

export const settings = {
  /**
   * Where `app.getPath` invents its folders and Chromium has its profile. The launching test removes it, even after an end
   * that left this process no moment to do so; without it temporary folders that go with the process.
   */
  home: env.STAND_IN_HOME,
  locale: env.STAND_IN_LOCALE ?? 'en-US',
  /** `process.resourcesPath`: where a package has its files besides the app. */
  resources: resolve(env.STAND_IN_RESOURCES ?? appFolder),
  /** `app.isPackaged`. */
  packaged: env.STAND_IN_PACKAGED === '1',
  /** Another instance already holds the single-instance lock. */
  secondInstance: env.STAND_IN_SECOND_INSTANCE === '1',
  /** Laid ready for the first dialogs, which come before a test can ask for anything. */
  answers: JSON.parse(env.STAND_IN_ANSWERS ?? '[]') as object[],
  /** A desktop without a keyring: safeStorage works but protects nothing. */
  noKeyring: env.STAND_IN_NO_KEYRING === '1',
};
