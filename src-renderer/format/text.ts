// Text that strangers or other programs had a hand in.

/** Cuts text that has no bounds of its own; never in the middle of a character. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text
        .slice(0, most)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

/** The host of an address, for a line that has no room for all of it. */
export function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host || address : address;
}
