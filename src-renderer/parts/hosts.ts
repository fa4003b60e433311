// Lists that a form types as one line. Pure.

/** Names of hosts between commas or spaces, each once. */
export function hostsIn(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/[\s,;]+/))].filter((host) => host !== '');
}
