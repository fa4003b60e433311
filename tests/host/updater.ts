// autoUpdater: only what others emit on it. Nothing is updated here; electron-updater does that by itself on Linux.
import { EventEmitter } from 'node:events';
import type { Emits } from './event.ts';
import { namesMissing } from './missing.ts';

const EVENTS = ['before-quit-for-update', 'error'] as const;

class AutoUpdater extends EventEmitter<Emits<typeof EVENTS>> {
  static {
    namesMissing(this, 'autoUpdater');
  }
  static readonly EVENTS = EVENTS;
}

export const autoUpdater = new AutoUpdater();
