// The test's hands in the host process: functions are sent over as source text and run next to the app.
import vm from 'node:vm';
import { windows } from './browser-window.ts';
import { answerNextDialog, Notification } from './dialogs.ts';
import type { Frame } from './ipc-main.ts';
import { dispatch } from './ipc-main.ts';
import { type JournalEntry, journal } from './journal.ts';
import { browser } from './lifecycle.ts';
import { type MenuItem, Tray } from './menus.ts';
import type { NativeImage } from './native-image.ts';
import { askPermission, defaultSession, type PermissionAnswers } from './session.ts';
import { pressKeys } from './shortcuts.ts';
import * as surface from './surface.ts';
import { WebContents, type WebPreferences } from './web-contents.ts';

/** A row of a menu as a person would see it. */
export interface SeenItem {
  label: string;
  enabled: boolean;
  /** Left out where it is no switch. */
  checked?: boolean;
  keys?: string;
  below?: SeenItem[];
}

export interface SeenTray {
  toolTip: string;
  /** The picture as a data URL, to distinguish it. */
  image: string;
  template: boolean;
  /** Lines between rows are left out; see `trayMenus`. */
  menu: SeenItem[];
}

/** What a test can ask of the stand-in and could not ask of Electron. */
export interface Controls {
  readonly journal: readonly JournalEntry[];
  /** Process id and profile folder of Chromium. */
  readonly chromium: { pid: number | undefined; profile: string | undefined };
  /** Lays an answer ready for the next dialog. */
  answerNextDialog(answer: object): void;
  /** What the app's handlers would answer to a page that asks for a permission. */
  askPermission(permission: string, url?: string, isMainFrame?: boolean): Promise<PermissionAnswers>;
  /** Labels of the tray's menu, one list a tray; `-` for a separator. */
  trayMenus(): string[][];
  /** Chooses an item of a tray's menu, or of a menu below it. @throws Error when no tray has it, or it is not enabled */
  clickTray(label: string): void;
  trays(): SeenTray[];
  /** Chooses a notification that is shown. @throws Error when there is none with that title */
  clickNotification(title: string): void;
  /** Presses keys that work everywhere. @throws Error when they are not registered */
  pressKeys(accelerator: string): void;
  /** What the windows were made with. */
  webPreferences(): WebPreferences[];
  /** Sends to the app's ipcMain as a frame of the test's own making. */
  invokeAs(frame: Frame | null, channel: string, ...args: unknown[]): Promise<unknown>;
}

export const controls: Controls = {
  journal,
  get chromium() {
    return { pid: browser.pid, profile: browser.profile };
  },
  answerNextDialog,
  askPermission: (permission, url = 'https://example.invalid/', isMainFrame = true) =>
    askPermission(defaultSession, { permission, url, isMainFrame }),
  trayMenus: () =>
    Tray.shown().map(({ menu }) => (menu?.items ?? []).map(({ type, label }) => (type === 'separator' ? '-' : label))),
  clickTray(label) {
    const item = Tray.shown()
      .flatMap(({ menu }) => menu?.items ?? [])
      .flatMap((each) => [each, ...(each.submenu?.items ?? [])])
      .find((each) => each.label === label);
    if (!item) throw new Error(`no tray menu has an item "${label}"`);
    if (!item.enabled) throw new Error(`the item "${label}" can not be chosen`);
    item.click();
  },
  trays: () =>
    Tray.shown().map(({ menu, toolTip, image }) => ({
      toolTip,
      image: (image as NativeImage).toDataURL(),
      template: (image as NativeImage).isTemplateImage(),
      menu: seen(menu?.items ?? []),
    })),
  clickNotification: (title) => Notification.clickShown(title),
  pressKeys,
  webPreferences: () => [...windows].map(({ webContents }) => WebContents.preferences(webContents)),
  invokeAs: (frame, channel, ...args) => dispatch(channel, { type: 'frame', senderFrame: frame }, args),
};

function seen(items: readonly MenuItem[]): SeenItem[] {
  return items
    .filter(({ type }) => type !== 'separator')
    .map(({ label, enabled, type, checked, accelerator, submenu }) => ({
      label,
      enabled,
      ...(type === 'checkbox' ? { checked } : {}),
      ...(accelerator === undefined ? {} : { keys: accelerator }),
      ...(submenu ? { below: seen(submenu.items) } : {}),
    }));
}

/** test -> host */
export interface Evaluate {
  id: number;
  source: string;
  arg: unknown;
}

/** host -> test */
export type FromHost =
  | { type: 'ready'; port: number }
  | { type: 'evaluated'; id: number; value: unknown }
  | { type: 'threw'; id: number; error: string };

/** Tells the test that started this process where Chromium listens, and runs what it sends from then on. */
export function serveTest(): void {
  if (!process.send) return; // started by hand or by the dev server: there is no test to serve
  const tell = (message: FromHost) => process.send?.(message);
  const electron = { ...surface, standIn: controls };
  const evaluate = async ({ id, source, arg }: Evaluate) => {
    try {
      const run = vm.runInThisContext(`(${source})`) as (electron: object, arg: unknown) => unknown;
      tell({ type: 'evaluated', id, value: await run(electron, arg) });
    } catch (error) {
      tell({ type: 'threw', id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  process.on('message', (message: Evaluate) => void evaluate(message));
  tell({ type: 'ready', port: browser.port });
}
