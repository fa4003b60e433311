// Headless Chromium can't be taught a scheme such as `app:`, so a page at app://ui/x is shown as https://ui.app.stand-in/x.

/** The origin under which Chromium shows `scheme://host`. */
export const disguise = (scheme: string, host: string): string => `https://${host}.${scheme}.stand-in`;

/** The app's own address for one that Chromium shows; other addresses stay as they are. */
export function inward(url: string): string {
  return url.replace(/^https:\/\/([^/]*)\.([a-z][a-z0-9+-]*)\.stand-in(?=[/?#]|$)/, '$2://$1');
}
