// The version that this node registers with. The discovery service takes semantic versions alone (semver.org, 2.0.0).

const NUMBER = '(?:0|[1-9]\\d*)';
const PRE = `(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRE}(?:\\.${PRE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
/** The largest number that official nodes take in a version: 64 bits. */
const MOST_DIGITS = 20;

export interface Version {
  readonly version: string;
  /** It is not what was set. */
  readonly changed: boolean;
}

/** One `v` in front is dropped; what is no semantic version after that is replaced by the program's own. */
export function normaliseVersion(given: string, own: string): Version {
  const text = given.trim();
  if (text === '') return { version: own, changed: false };
  if (isSemver(text)) return { version: text, changed: false };
  const bare = text.replace(/^v/i, '');
  return { version: isSemver(bare) ? bare : own, changed: true };
}

function isSemver(text: string): boolean {
  return SEMVER.test(text) && !new RegExp(`^[^-+]*\\d{${MOST_DIGITS + 1}}`).test(text);
}
