// Text that strangers or other programs had a hand in.

/** Marks that embed, override or isolate a direction (Unicode UAX 9): they can make `exe.txt` read as `txt.exe`. */
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/g;

/** Cuts text that has no bounds of its own, never in the middle of a character, and takes direction marks out of it. */
export function cut(text: string, most: number): string {
  const start = text.slice(0, most).replace(DIRECTION, '');
  return text.length <= most ? start : `${start.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The host of an address, for a line that has no room for all of it. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host || address : address;
}

/**
 * Text of strangers inside a sentence of ours: cut, and set apart by isolates (UAX 9) so that it cannot reorder what stands
 * around it. Where it stands alone the component `Text` does the same with markup.
 */
export function quoted(text: string, most = 160): string {
  return `\u2068${cut(text, most)}\u2069`;
}
