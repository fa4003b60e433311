// The open windows, known to both the window class and the app without either knowing the other.
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from './browser-window.ts';

export const windows = new Set<BrowserWindow>();

/** Emits `created` with the window, and `all-closed`. */
export const windowNews = new EventEmitter<{ created: [BrowserWindow]; 'all-closed': [] }>();
