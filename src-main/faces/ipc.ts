// The desktop face: the contract over Electron's IPC, without importing Electron.
import { PUSH_CHANNEL, REQUEST_CHANNEL } from '../../src-preload/contract/names.ts';
import type { Logger } from '../base/logger.ts';
import { answer, type Dispatch, IN_FRONT } from './dispatch.ts';
import { UntrustedSender } from './errors.ts';
import type { Pushes } from './pushes.ts';

/** The part of Electron's `ipcMain` that is used. */
export interface IpcMain<E> {
  handle(channel: string, listener: (event: E, ...args: unknown[]) => unknown): void;
  removeHandler(channel: string): void;
}

/** The part of Electron's `WebContents` that is used. */
export interface Window {
  send(channel: string, ...args: unknown[]): void;
}

export interface IpcDeps<E> {
  readonly ipcMain: IpcMain<E>;
  /** Whether the frame that asks is a page of ours, by the address it shows now. */
  readonly isTrusted: (event: E) => boolean;
  /** The windows open now. */
  readonly windows: () => Iterable<Window>;
  readonly dispatch: Dispatch;
  readonly pushes: Pushes;
  readonly logger: Logger;
}

/** Returns its off, which takes the handler away and ends the pushes. */
export function attachIpc<E>(deps: IpcDeps<E>): () => void {
  const { ipcMain, isTrusted, windows, dispatch, pushes, logger } = deps;
  ipcMain.handle(REQUEST_CHANNEL, (event, name, input) =>
    isTrusted(event)
      ? dispatch(name, input, IN_FRONT)
      : answer(logger, 'untrusted', () => Promise.reject(new UntrustedSender())),
  );
  const off = pushes.subscribe({
    send({ name, payload }) {
      for (const window of windows()) {
        try {
          window.send(PUSH_CHANNEL, name, payload);
        } catch (error) {
          // A window on its way out; the others still get theirs.
          logger.debug('a window did not take a push', { error });
        }
      }
    },
  });
  return () => {
    off();
    ipcMain.removeHandler(REQUEST_CHANNEL);
  };
}
