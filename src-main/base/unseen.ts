// Characters that are not seen and change what is: controls, marks that turn the direction of a line (`exe.txt` reads as
// `txt.exe`), joiners, tags, fillers, separators of lines, halves of pairs. Names that strangers chose may hold any of them.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** One line of JSON in which they stand as escapes: a reader gets every character, a screen shows none of them. */
export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value));
}

/** JSON text, which may have lines, with the same done to it. Outside of its strings are none but blanks and line ends. */
export function escaped(json: string): string {
  return json.replace(UNSEEN, (found) => (found === '\n' ? found : [...units(found)].join('')));
}

function* units(found: string): Generator<string> {
  for (let at = 0; at < found.length; at++) yield `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

/** Text with a mark in the place of each, for files that know no escapes. */
export function withoutUnseen(text: string): string {
  return text.replace(UNSEEN, '\u{fffd}');
}
