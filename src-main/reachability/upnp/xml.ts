// Reads the little XML that routers speak: elements by local name and their text. Everything about it is bounded, and what makes
// XML dangerous (document types, entities of its own) is refused, for the text is of a stranger. One pass, no backtracking.

import { UPNP } from '../bounds.ts';

export interface XmlElement {
  /** Without its prefix and in lower case: some routers shout. */
  readonly name: string;
  /** Its own text, trimmed, without that of its children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Not XML as we read it, or more of it than any router needs. The only error that readXml throws. */
export class XmlError extends Error {}

const NAME = /[A-Za-z_\u0080-\uffff][\w.:\u0080-\uffff-]{0,127}/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Space, and the zero that some routers' C strings end with. */
const BLANK = /^[\s\0]*$/;

interface Open {
  readonly name: string;
  readonly parts: string[];
  readonly children: XmlElement[];
}

/** The root element of a text of at most `longest` characters. Throws XmlError. */
export function readXml(source: string, longest = UPNP.xml): XmlElement {
  if (source.length > longest) throw new XmlError('too long');
  const stack: Open[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;

  const text = (piece: string) => {
    const top = stack.at(-1);
    if (top) top.parts.push(piece);
    else if (!BLANK.test(piece)) throw new XmlError('text outside of the root');
  };
  const close = () => {
    const { name, parts, children } = stack.pop()!;
    const element = { name, text: parts.join('').trim(), children };
    const parent = stack.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  };

  while (at < source.length) {
    const tag = source.indexOf('<', at);
    if (tag !== at) {
      const end = tag < 0 ? source.length : tag;
      text(decode(source.slice(at, end)));
      at = end;
    } else if (source.startsWith('<?', at)) {
      at = after(source, '?>', at + 2);
    } else if (source.startsWith('<!--', at)) {
      at = after(source, '-->', at + 4);
    } else if (source.startsWith('<![CDATA[', at)) {
      const end = after(source, ']]>', at + 9);
      text(source.slice(at + 9, end - 3));
      at = end;
    } else if (source.startsWith('</', at)) {
      const name = nameAt(source, at + 2);
      const end = spaceAfter(source, at + 2 + name.length);
      if (source[end] !== '>' || stack.at(-1)?.name !== local(name)) throw new XmlError('a tag that does not match');
      close();
      at = end + 1;
    } else {
      // A document type ends here too: `!` begins no name.
      const name = nameAt(source, at + 1);
      if (root || stack.length >= UPNP.depth) throw new XmlError(root ? 'more than one root' : 'too deep');
      elements += 1;
      if (elements > UPNP.elements) throw new XmlError('too many elements');
      stack.push({ name: local(name), parts: [], children: [] });
      at = tagEnd(source, at + 1 + name.length);
      if (source[at - 2] === '/') close();
    }
  }
  if (!root) throw new XmlError('it ends too early');
  return root;
}

/** The first child with that local name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  const wanted = name.toLowerCase();
  return element?.children.find((each) => each.name === wanted);
}

const QUOTES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as it may stand in an element. */
export function quoteXml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => QUOTES[sign]!);
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function nameAt(source: string, at: number): string {
  NAME.lastIndex = at;
  const name = NAME.exec(source)?.[0];
  if (name === undefined || name.length >= UPNP.name) throw new XmlError('no name where one belongs');
  return name;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  if (found < 0) throw new XmlError('it ends too early');
  return found + mark.length;
}

function spaceAfter(source: string, from: number): number {
  let at = from;
  while (at < source.length && source.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Behind the tag's `>`; attributes are stepped over, and a `>` within their quotes is none. */
function tagEnd(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    const sign = source[at];
    if (sign === '>') return at + 1;
    if (sign === '<') break;
    at = sign === '"' || sign === "'" ? after(source, sign, at + 1) : at + 1;
  }
  throw new XmlError('a tag without an end');
}

/** The five entities and characters by number; any other would have to be declared, and declarations are refused. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&]{0,10};?)/g, (_, body: string) => {
    const name = body.slice(0, -1);
    if (!body.endsWith(';')) throw new XmlError('a stray ampersand');
    const sign = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : numbered(name);
    if (sign === undefined) throw new XmlError('an entity of its own');
    return sign;
  });
}

function numbered(name: string): string | undefined {
  const match = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (!match) return undefined;
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code === 0 || code > 0x10ffff || surrogate ? undefined : String.fromCodePoint(code);
}
