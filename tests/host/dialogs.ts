// What leaves the window: dialogs, notifications, other programs. Everything is recorded; dialogs answer what the test
// has laid ready, or what closing them would answer.
import { EventEmitter } from 'node:events';
import type { Emits } from './event.ts';
import { record } from './journal.ts';
import { namesMissing, naming } from './missing.ts';
import { settings } from './settings.ts';

const answers: object[] = [...settings.answers];

/** Lays an answer ready for the next dialog. */
export const answerNextDialog = (answer: object): void => {
  answers.push(answer);
};

/** Dismissed, a box answers the button that stands for it. */
const messageBox = async (...args: object[]): Promise<object> => {
  const options = args.at(-1) as { cancelId?: number };
  return asking('message', { response: options.cancelId ?? 0, checkboxChecked: false })(...args);
};

/** Called with `(options)` or `(window, options)`. */
const asking =
  (kind: string, dismissed: object) =>
  async (...args: object[]): Promise<object> => {
    record('dialog', { kind, options: args.at(-1) });
    return answers.shift() ?? dismissed;
  };

export const dialog = naming('dialog', {
  showOpenDialog: asking('open', { canceled: true, filePaths: [] }),
  showSaveDialog: asking('save', { canceled: true, filePath: '' }),
  showMessageBox: messageBox,
  showErrorBox: (title: string, content: string) => record('dialog', { kind: 'error', options: { title, content } }),
});

const EVENTS = ['click', 'close', 'failed', 'show'] as const;

export class Notification extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'Notification.prototype');
  }
  static readonly EVENTS = EVENTS;
  /** Those on the screen, the newest last. */
  static readonly #shown: Notification[] = [];
  title: string;
  body: string;

  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super();
    this.title = title;
    this.body = body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    record('notification', { title: this.title, body: this.body });
    Notification.#shown.push(this);
    this.emit('show', {});
  }

  close(): void {
    Notification.#gone(this);
    this.emit('close', {});
  }

  static #gone(notification: Notification): void {
    const at = Notification.#shown.indexOf(notification);
    if (at >= 0) Notification.#shown.splice(at, 1);
  }

  /** Chooses one, as a person would. @throws Error when none with that title is on the screen */
  static clickShown(title: string): void {
    const found = Notification.#shown.find((each) => each.title === title);
    if (!found) throw new Error(`no notification "${title}" is shown`);
    Notification.#gone(found);
    found.emit('click', {});
  }
}

export const shell = naming('shell', {
  openExternal: async (url: string) => record('open-external', url),
  openPath: async (path: string) => {
    record('open-path', path);
    return '';
  },
  showItemInFolder: (path: string) => record('show-item', path),
  trashItem: async (path: string) => record('trash', path),
});
