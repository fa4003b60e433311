// ipcMain: a registry of handlers for `invoke` and an emitter for `send`.
import { EventEmitter } from 'node:events';
import { namesMissing } from './missing.ts';

/** The part of Electron's WebFrameMain that apps look at. */
export interface Frame {
  url: string;
  origin?: string;
  parent: object | null;
}

type Handler = (event: object, ...args: unknown[]) => unknown;

class IpcMain extends EventEmitter {
  static {
    namesMissing(this, 'ipcMain');
  }
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (...args) => {
      this.removeHandler(channel);
      return handler(...args);
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** @throws Error with Electron's wording when the channel has no handler */
  static async dispatch(ipc: IpcMain, channel: string, event: object, args: unknown[]): Promise<unknown> {
    const handler = ipc.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}

export const ipcMain = new IpcMain();

export const dispatch = (channel: string, event: object, args: unknown[]): Promise<unknown> =>
  IpcMain.dispatch(ipcMain, channel, event, args);
