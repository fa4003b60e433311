// The computer around the app: a quiet desktop with one display, on mains power, online. Tests change it by emitting the
// events, as in `powerMonitor.emit('suspend')`.
import { EventEmitter } from 'node:events';
import type { Emits } from './event.ts';
import { record } from './journal.ts';
import { namesMissing, naming } from './missing.ts';
import { settings } from './settings.ts';

class PowerMonitor extends EventEmitter {
  static {
    namesMissing(this, 'powerMonitor');
  }
  onBatteryPower = false;

  isOnBatteryPower(): boolean {
    return this.onBatteryPower;
  }

  getSystemIdleTime(): number {
    return 0;
  }

  getSystemIdleState(): string {
    return 'active';
  }

  getCurrentThermalState(): string {
    return 'unknown';
  }
}

export const powerMonitor = new PowerMonitor();

const blockers = new Set<number>();
let lastBlocker = 0;

export const powerSaveBlocker = naming('powerSaveBlocker', {
  start: (type: string) => {
    lastBlocker += 1;
    blockers.add(lastBlocker);
    record('power-save', { start: lastBlocker, type });
    return lastBlocker;
  },
  stop: (id: number) => {
    record('power-save', { stop: id });
    return blockers.delete(id);
  },
  isStarted: (id: number) => blockers.has(id),
});

const THEME_EVENTS = ['updated'] as const;

class NativeTheme extends EventEmitter<Emits<typeof THEME_EVENTS>> {
  static {
    namesMissing(this, 'nativeTheme');
  }
  static readonly EVENTS = THEME_EVENTS;
  #source = 'system';
  readonly shouldUseHighContrastColors = false;

  get themeSource(): string {
    return this.#source;
  }

  set themeSource(source: string) {
    this.#source = source;
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}

export const nativeTheme = new NativeTheme();

const DISPLAY = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1920, height: 1080 },
  workArea: { x: 0, y: 0, width: 1920, height: 1040 },
  workAreaSize: { width: 1920, height: 1040 },
  scaleFactor: 1,
};

class Screen extends EventEmitter {
  static {
    namesMissing(this, 'screen');
  }

  getPrimaryDisplay(): typeof DISPLAY {
    return DISPLAY;
  }

  getAllDisplays(): (typeof DISPLAY)[] {
    return [DISPLAY];
  }

  getDisplayMatching(): typeof DISPLAY {
    return DISPLAY;
  }
}

export const screen = new Screen();

let copied = '';

export const clipboard = naming('clipboard', {
  writeText: async (text: string) => {
    copied = text;
  },
  readText: async () => copied,
  clear: () => {
    copied = '';
  },
});

/** Not encryption: a mask that a test can tell from the plain text. */
const masked = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
const mask = (text: string) => masked(Buffer.from(`v10${text}`));
const unmask = (bytes: Buffer) => masked(bytes).toString().slice('v10'.length);

export const safeStorage = naming('safeStorage', {
  isEncryptionAvailable: () => !settings.noKeyring,
  isAsyncEncryptionAvailable: async () => !settings.noKeyring,
  getSelectedStorageBackend: () => (settings.noKeyring ? 'basic_text' : 'gnome_libsecret'),
  encryptString: mask,
  decryptString: unmask,
  encryptStringAsync: async (text: string) => mask(text),
  decryptStringAsync: async (bytes: Buffer) => ({ shouldReEncrypt: false, result: unmask(bytes) }),
});
