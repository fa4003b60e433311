// The test's hands in the host process: functions are sent over as source text and run next to the app.
import vm from 'node:vm';
import { answerNextDialog } from './dialogs.ts';
import { type JournalEntry, journal } from './journal.ts';
import { browser } from './lifecycle.ts';
import { Tray } from './menus.ts';
import { askPermission, defaultSession, type PermissionAnswers } from './session.ts';
import * as surface from './surface.ts';

/** What a test can ask of the stand-in and could not ask of Electron. */
export interface Controls {
  readonly journal: readonly JournalEntry[];
  /** Process id and profile folder of Chromium. */
  readonly chromium: { pid: number | undefined; profile: string | undefined };
  /** Lays an answer ready for the next dialog. */
  answerNextDialog(answer: object): void;
  /** What the app's handlers would answer to a page that asks for a permission. */
  askPermission(permission: string): Promise<PermissionAnswers>;
  /** Labels of the tray's menu, one list a tray; `-` for a separator. */
  trayMenus(): string[][];
  /** Chooses an item of a tray's menu. @throws Error when no tray has it */
  clickTray(label: string): void;
}

export const controls: Controls = {
  journal,
  get chromium() {
    return { pid: browser.pid, profile: browser.profile };
  },
  answerNextDialog,
  askPermission: (permission) => askPermission(defaultSession, null, permission),
  trayMenus: () =>
    Tray.shown().map(({ menu }) => (menu?.items ?? []).map(({ type, label }) => (type === 'separator' ? '-' : label))),
  clickTray(label) {
    const item = Tray.shown()
      .flatMap(({ menu }) => menu?.items ?? [])
      .find((each) => each.label === label);
    if (!item) throw new Error(`no tray menu has an item "${label}"`);
    item.click();
  },
};

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
  if (!process.send) return; // started by hand or by the dev server: nobody to serve
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
