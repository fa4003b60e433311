// The menu of the application: on macOS the bar at the top, elsewhere hidden and there for its keys alone.

import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Words } from './words/words.ts';

export interface AppMenuDeps {
  readonly platform: NodeJS.Platform;
  readonly quit: () => void;
}

/** Sets it; again when the language has changed. */
export function setAppMenu(words: Words, { platform, quit }: AppMenuDeps): void {
  const { menu } = words;
  const mac = platform === 'darwin';
  // Not the role: on macOS that one looks like the end of the session.
  const quitItem: MenuItemConstructorOptions = { label: menu.quit, accelerator: 'CommandOrControl+Q', click: quit };
  const closeItem: MenuItemConstructorOptions = { role: 'close', label: menu.close, accelerator: 'CommandOrControl+W' };
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    {
      label: app.name,
      submenu: mac
        ? [
            { role: 'about', label: menu.about },
            line,
            { role: 'services' },
            line,
            { role: 'hide' },
            { role: 'hideOthers' },
            { role: 'unhide' },
            line,
            quitItem,
          ]
        : [closeItem, quitItem],
    },
    {
      label: menu.edit,
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
      ],
    },
    {
      label: menu.view,
      submenu: [{ role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, line, { role: 'togglefullscreen' }],
    },
    { label: menu.window, submenu: [{ role: 'minimize' }, ...(mac ? [{ role: 'zoom' } as const, closeItem] : [])] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
