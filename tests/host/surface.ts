// Everything that `import … from 'electron'` finds in a main process: what the stand-in has, and by name what it has not.

import { windows } from './browser-window.ts';
import { missing, naming } from './missing.ts';
import { defaultSession } from './session.ts';
import type { WebContents } from './web-contents.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { dialog, Notification, shell } from './dialogs.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu, MenuItem, Tray } from './menus.ts';
export { nativeImage } from './native-image.ts';
export { net } from './network.ts';
export { protocol } from './schemes.ts';
export { globalShortcut } from './shortcuts.ts';
export { clipboard, nativeTheme, powerMonitor, powerSaveBlocker, safeStorage, screen } from './system.ts';
export { autoUpdater } from './updater.ts';

export const session = naming('session', {
  defaultSession,
  // All partitions are one: nothing is kept in any of them.
  fromPartition: (_partition: string, _options?: object) => defaultSession,
});

export const webContents = naming('webContents', {
  getAllWebContents: () => [...windows].map((window) => window.webContents),
  fromId: (id: number): WebContents | undefined => webContents.getAllWebContents().find((each) => each.id === id),
});

// Electron exports these too. They can be imported, and say their name as soon as they are used.
export const BaseWindow = missing('BaseWindow');
export const BrowserView = missing('BrowserView');
export const ClipboardItem = missing('ClipboardItem');
export const contentTracing = missing('contentTracing');
export const crashReporter = missing('crashReporter');
export const desktopCapturer = missing('desktopCapturer');
export const ImageView = missing('ImageView');
export const inAppPurchase = missing('inAppPurchase');
export const IpcMainServiceWorker = missing('IpcMainServiceWorker');
export const MessageChannelMain = missing('MessageChannelMain');
export const netLog = missing('netLog');
export const pushNotifications = missing('pushNotifications');
export const sharedTexture = missing('sharedTexture');
export const ShareMenu = missing('ShareMenu');
export const systemPreferences = missing('systemPreferences');
export const TouchBar = missing('TouchBar');
export const utilityProcess = missing('utilityProcess');
export const View = missing('View');
export const WebContentsView = missing('WebContentsView');
export const webFrameMain = missing('webFrameMain');
export const WebSocket = missing('WebSocket');
