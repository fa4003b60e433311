// Tray and menus: nothing is drawn, but a test can read the items and click them.
import { EventEmitter } from 'node:events';
import { record } from './journal.ts';
import { namesMissing } from './missing.ts';

interface Template {
  id?: string;
  label?: string;
  type?: string;
  role?: string;
  enabled?: boolean;
  visible?: boolean;
  checked?: boolean;
  accelerator?: string;
  registerAccelerator?: boolean;
  click?: (item: MenuItem, window: undefined, event: object) => void;
  submenu?: Template[] | Menu;
}

export class MenuItem {
  static {
    namesMissing(this, 'MenuItem.prototype');
  }
  readonly id: string;
  label: string;
  readonly type: string;
  readonly role: string | undefined;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  /** Chooses the item, as a person would. */
  readonly click: () => void;

  constructor(template: Template) {
    const { submenu, click } = template;
    this.id = template.id ?? '';
    this.label = template.label ?? template.role ?? '';
    this.type = template.type ?? (submenu ? 'submenu' : 'normal');
    this.role = template.role;
    this.enabled = template.enabled ?? true;
    this.visible = template.visible ?? true;
    this.checked = template.checked ?? false;
    this.accelerator = template.accelerator;
    this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : submenu;
    this.click = () => {
      if (this.type === 'checkbox') this.checked = !this.checked;
      click?.(this, undefined, {});
    };
  }
}

let applicationMenu: Menu | null = null;

export class Menu extends EventEmitter {
  static {
    namesMissing(this, 'Menu.prototype');
  }
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: (Template | MenuItem)[]): Menu {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return menu;
  }

  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }

  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }

  getMenuItemById(id: string): MenuItem | null {
    const items = this.items.flatMap((item) => [item, ...(item.submenu?.items ?? [])]);
    return items.find((item) => item.id === id) ?? null;
  }

  popup(): void {}
}

export class Tray extends EventEmitter {
  static {
    namesMissing(this, 'Tray.prototype');
  }
  static readonly #all = new Set<Tray>();
  #menu: Menu | null = null;
  #title = '';
  #toolTip = '';
  #image: unknown;

  constructor(image: unknown) {
    super();
    this.#image = image;
    Tray.#all.add(this);
    record('tray');
  }

  setToolTip(text: string): void {
    this.#toolTip = text;
    record('tray-tooltip', text);
  }

  setContextMenu(menu: Menu | null): void {
    this.#menu = menu;
    record(
      'tray-menu',
      menu?.items.map(({ type, label }) => (type === 'separator' ? '-' : label)),
    );
  }

  setImage(image: unknown): void {
    this.#image = image;
    record('tray-image');
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  getTitle(): string {
    return this.#title;
  }

  setIgnoreDoubleClickEvents(_ignore: boolean): void {}

  popUpContextMenu(): void {}

  isDestroyed(): boolean {
    return !Tray.#all.has(this);
  }

  destroy(): void {
    Tray.#all.delete(this);
  }

  /** The trays that stand there now, with what a person would see on a right click. */
  static shown(): { tray: Tray; menu: Menu | null; toolTip: string; image: unknown }[] {
    return [...Tray.#all].map((tray) => ({ tray, menu: tray.#menu, toolTip: tray.#toolTip, image: tray.#image }));
  }
}
