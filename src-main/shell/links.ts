// What a link to Hearth may say: `hearth://job/17` and `hearth://settings/network`. Any web page and any mail can hold one, so
// a link can do no more than show a place in the window, and whatever is not exactly one of these says nothing.

export const LINK_SCHEME = 'hearth';

/** The parts of the settings page; `network` has a place of its own in the window and is the one thing that moves there. */
const SETTINGS = ['general', 'notifications', 'privacy', 'identity', 'updates', 'diagnostics', 'remove', 'about'];

const JOB = /^hearth:\/\/job\/([1-9]\d{0,14})$/;
const SETTING = new RegExp(`^hearth://settings(?:/(${['network', ...SETTINGS].join('|')}))?$`);
const LONGEST = 64;

/** The place in the pages that a link shows, such as `#/work/17`; undefined where it shows none. */
export function placeOf(link: unknown): string | undefined {
  if (typeof link !== 'string' || link.length > LONGEST) return undefined;
  // Some systems end what they pass on with a slash.
  const plain = link.replace(/(?<=[^/])\/$/, '');
  const job = JOB.exec(plain)?.[1];
  if (job !== undefined) return `#/work/${job}`;
  const setting = SETTING.exec(plain);
  if (!setting) return undefined;
  return setting[1] === undefined ? '#/settings' : `#/settings/${setting[1]}`;
}

/**
 * The link among the words of a command line, whatever it says; undefined without one. The system starts us with `--` before
 * it, but only the word itself tells: where there is one, the others are not the user's, so no flag may count.
 */
export function linkIn(words: readonly string[]): string | undefined {
  return words.find((word) => /^hearth:/i.test(word));
}
