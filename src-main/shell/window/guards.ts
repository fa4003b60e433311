// What holds for every page that ever comes to life in this process, however it was opened.

import { app, type Session, shell, type WebContents } from 'electron';
import type { Logger } from '../../base/logger.ts';
import { mayDownload, mayNavigate, mayOpenOutside, mayUse } from '../addresses.ts';

/** Before the first window. */
export function guardAll(logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => guard(contents, logger));
}

function guard(contents: WebContents, logger: Logger): void {
  contents.on('will-navigate', (event) => {
    if (!mayNavigate(contents.getURL(), event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) {
      shell.openExternal(url).catch((error: unknown) => logger.warn('a link could not be opened', { error }));
    }
    return { action: 'deny' };
  });
}

/** Files come from our own pages alone; where each goes says the user, in the dialog that Electron opens by itself. */
export function guardDownloads(session: Session): void {
  session.on('will-download', (event, item) => {
    if (!mayDownload(item.getURL())) event.preventDefault();
  });
}

/** Everything that a page would have to ask for, but for what addresses.ts allows. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl, isMainFrame }) =>
    answer(mayUse(permission, requestingUrl, isMainFrame)),
  );
  session.setPermissionCheckHandler((_contents, permission, _origin, { requestingUrl, isMainFrame }) =>
    mayUse(permission, requestingUrl, isMainFrame),
  );
  session.setDevicePermissionHandler(() => false);
}
