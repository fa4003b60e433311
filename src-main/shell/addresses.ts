// Which addresses are ours and what others may do. Pure: what guards the windows is tested as a table.

export const SCHEME = 'app';
export const PAGES = `${SCHEME}://ui`;

/** Whether an address is one of our pages. */
export function isOwnPage(url: string | undefined): boolean {
  return homeOf(url) === PAGES;
}

/** The part of Electron's `WebFrameMain` that tells who asks. */
export interface Frame {
  readonly url: string;
  readonly parent: unknown;
}

/** Whether a message comes from a page of ours itself: not from a frame within it, and not from one that is gone. */
export function isOwnFrame(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url);
}

/** Whether a window that shows `here` may go to `there` by itself: within its own pages, nowhere else. */
export function mayNavigate(here: string, there: string): boolean {
  const home = homeOf(there);
  return home !== undefined && home === homeOf(here);
}

/** Whether a link that wants a window of its own may be shown in the user's browser instead. */
export function mayOpenOutside(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

/** Whether a file is one that a page of ours made itself: all that is ever saved from a window. */
export function mayDownload(url: string): boolean {
  return url.startsWith('blob:') && isOwnPage(url.slice('blob:'.length));
}

/**
 * Whether a page may use something that it has to ask for: copying text out, which follows a click of the user's, and nothing
 * else. `url` is that of the frame that asks.
 */
export function mayUse(permission: string, url: string | undefined, isMainFrame: boolean): boolean {
  return permission === 'clipboard-sanitized-write' && isMainFrame && isOwnPage(url);
}

/** `app://host` of one of our own addresses; undefined for any other. */
function homeOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, host, username, password } = new URL(url);
  if (protocol !== `${SCHEME}:` || username || password) return undefined;
  return `${SCHEME}://${host}`;
}
