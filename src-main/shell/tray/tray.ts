// The icon in the tray, from the same slices as the pages. Everything it does can be done in the window too: some desktops
// show no tray.

import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { Clock } from '../../base/clock.ts';
import type { Slices } from '../follow.ts';
import type { Words } from '../words/words.ts';
import { TEMPLATE, TILE } from './images.ts';
import { sentenceOf, type TrayDeed, type TrayRow, trayMenu } from './menu.ts';
import { type Shape, shapeOf } from './shape.ts';

export interface TrayDeps {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly slices: () => Slices;
  readonly words: () => Words;
  readonly deed: (deed: TrayDeed) => void;
}

export class TrayIcon {
  readonly #deps: TrayDeps;
  #tray: Tray | undefined;
  /** What is shown now, to touch it only where it changes. */
  #shown: { shape: Shape; sentence: string; menu: string } | undefined;

  constructor(deps: TrayDeps) {
    this.#deps = deps;
  }

  /** Shows how it is now; makes the icon the first time. */
  render(): void {
    const { clock, platform, slices, words, deed } = this.#deps;
    const seen = slices();
    const now = clock.now();
    const shape = shapeOf(seen.node?.state);
    const sentence = sentenceOf(seen, words(), now);
    const rows = trayMenu(seen, words(), now);
    const next = { shape, sentence, menu: JSON.stringify(rows) };
    const before = this.#shown;
    this.#shown = next;
    this.#tray ??= this.#make(shape);
    if (before && before.shape !== shape) this.#tray.setImage(imageOf(shape, platform));
    if (before?.sentence !== sentence) this.#tray.setToolTip(sentence);
    // On Linux a menu is a copy that was handed over: an item that changes is seen once it is handed over again.
    if (before?.menu !== next.menu)
      this.#tray.setContextMenu(Menu.buildFromTemplate(rows.map((row) => item(row, deed))));
  }

  /** Some desktops lose icons, e.g. while the screen is locked. */
  again(): void {
    this.stop();
    this.render();
  }

  stop(): void {
    this.#tray?.destroy();
    this.#tray = undefined;
    this.#shown = undefined;
  }

  #make(shape: Shape): Tray {
    const { platform, deed } = this.#deps;
    const tray = new Tray(imageOf(shape, platform));
    // Elsewhere a click opens the menu by itself.
    if (platform === 'win32') tray.on('click', () => deed({ kind: 'open' }));
    return tray;
  }
}

function item(row: TrayRow, deed: (deed: TrayDeed) => void): MenuItemConstructorOptions {
  if (row.kind === 'line') return { type: 'separator' };
  const { label, enabled, checked, keys, below, deed: own } = row;
  return {
    // In a menu a single & marks the letter after it.
    label: label.replaceAll('&', '&&'),
    enabled,
    ...(checked === undefined ? {} : { type: 'checkbox', checked }),
    ...(keys === undefined ? {} : { accelerator: keys, registerAccelerator: false }),
    ...(below ? { submenu: below.map((each) => item(each, deed)) } : {}),
    ...(own ? { click: () => deed(own) } : {}),
  };
}

function imageOf(shape: Shape, platform: NodeJS.Platform) {
  const mac = platform === 'darwin';
  const image = nativeImage.createEmpty();
  // Linux panels scale what they get down; Windows wants its own sizes.
  const base = platform === 'linux' ? 24 : 16;
  for (const [size, png] of Object.entries((mac ? TEMPLATE : TILE)[shape])) {
    if (Number(size) < base) continue;
    image.addRepresentation({ scaleFactor: Number(size) / base, dataURL: `data:image/png;base64,${png}` });
  }
  if (mac) image.setTemplateImage(true);
  return image;
}
