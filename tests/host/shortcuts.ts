// globalShortcut: keys that work everywhere. A test presses them.
import { record } from './journal.ts';
import { naming } from './missing.ts';

const registered = new Map<string, () => void>();

export const globalShortcut = naming('globalShortcut', {
  register: (accelerator: string, callback: () => void) => {
    if (registered.has(accelerator)) return false;
    registered.set(accelerator, callback);
    record('shortcut', { register: accelerator });
    return true;
  },
  isRegistered: (accelerator: string) => registered.has(accelerator),
  unregister: (accelerator: string) => {
    if (registered.delete(accelerator)) record('shortcut', { unregister: accelerator });
  },
  unregisterAll: () => registered.clear(),
});

/** @throws Error when the keys are not registered */
export function pressKeys(accelerator: string): void {
  const callback = registered.get(accelerator);
  if (!callback) throw new Error(`${accelerator} is not registered`);
  callback();
}
