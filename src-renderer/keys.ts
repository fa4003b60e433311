// Shortcuts as they are written down, `Mod+Shift+P`: Mod is Ctrl, and Cmd on a Mac. Written once with each action, read by the
// keyboard, the palette and the list of shortcuts alike.

export type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function isMac(platform: string = navigator.platform): boolean {
  return /^(Mac|iPhone|iPad)/.test(platform);
}

/** Whether a key press is this shortcut. */
export function isPressed(keys: string, event: Pressed, mac: boolean): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('Mod');
  if (event.altKey !== parts.includes('Alt')) return false;
  if ((mac ? event.metaKey : event.ctrlKey) !== mod || (mac ? event.ctrlKey : event.metaKey)) return false;
  // A character such as ? may need Shift to be typed at all, on some keyboards only.
  if (!isCharacter(keys) && event.shiftKey !== parts.includes('Shift')) return false;
  // On a French keyboard the digits need Shift; their places are the same everywhere.
  return event.key.toLowerCase() === key.toLowerCase() || (/^\d$/.test(key) && event.code === `Digit${key}`);
}

/** A single character without Ctrl or Cmd: it must not act while something is typed, and can be switched off. */
export function isCharacter(keys: string): boolean {
  return keys.length === 1;
}

const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };

/** "Ctrl+K", "Strg+K", "⌘K" */
export function keyLabel(keys: string, mac: boolean, names: { readonly Mod: string; readonly Shift: string }): string {
  const named = (part: string) => (mac ? (MAC[part] ?? part) : part === 'Mod' || part === 'Shift' ? names[part] : part);
  return keys
    .split('+')
    .map(named)
    .join(mac ? '' : '+');
}

/** As ARIA wants it, `Control+K`. */
export function ariaKeys(keys: string, mac: boolean): string {
  return keys.replace('Mod', mac ? 'Meta' : 'Control');
}
