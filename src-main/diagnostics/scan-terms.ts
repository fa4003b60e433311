// A fragment of text in the forms in which programs leave text on a disk: as it is, inside JSON, in the two bytes a character
// that browsers use, in base64 at any of its three offsets, in hex and in addresses.

export interface ScanTerm {
  /** Which of the fragments; the caller's number. */
  readonly fragment: number;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Shorter ones are found in anything. */
const SHORTEST = 6;

export function scanTermsFor(fragment: number, text: string): ScanTerm[] {
  const utf8 = Buffer.from(text);
  const forms: readonly (readonly [string, Buffer])[] = [
    ['text', utf8],
    ['JSON', Buffer.from(JSON.stringify(text).slice(1, -1))],
    ['JSON, escaped', Buffer.from(asciiJson(text))],
    ['JSON in JSON', Buffer.from(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['hex', Buffer.from(utf8.toString('hex'))],
    ['address', Buffer.from(encodeURIComponent(text))],
    ...base64Forms(utf8).map((form): [string, Buffer] => ['base64', Buffer.from(form)]),
    ...base64Forms(utf8).map((form): [string, Buffer] => [
      'base64url',
      Buffer.from(form.replaceAll('+', '-').replaceAll('/', '_')),
    ]),
  ];
  const seen = new Set<string>();
  return forms.flatMap(([form, bytes]): ScanTerm[] => {
    const key = bytes.toString('latin1');
    if (bytes.length < SHORTEST || seen.has(key)) return [];
    seen.add(key);
    return [{ fragment, form, bytes }];
  });
}

/** Whatever stands before and after: the characters that depend on the text alone, for each offset in a group of three. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = [0, 2, 3][offset]!;
    const uncertain = (offset + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(first, text.length - uncertain);
  });
}

function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
