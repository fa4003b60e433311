// Every sentence that travels by its code, held against its words in the other languages: none is missing, and none leaves out a
// value that the English one names or names one that does not come along.
import { describe, expect, it } from 'vitest';
import { sayings as german } from '../../../src-i18n/de/sayings.ts';
import { sayings as english } from '../../../src-i18n/en/sayings.ts';
import { reasons } from '../../../src-renderer/i18n/de.ts';
import { reasons as reworded } from '../../../src-renderer/i18n/en.ts';
import { type Node, parseSource, type Source, sourcesOf } from '../renderer/source.ts';

/**
 * The first has a place of its own on the page, the second can only be met by typing a path; the others are steps in the log of the
 * inbound address, whose words are keys.
 */
const ELSEWHERE: ReadonlySet<string> = new Set(['bridge.lost', 'settings.unknown-path', 'stun.seen', 'way.chosen']);
/** What only terminals, starts and programs see. */
const NOT_SHOWN = /^(command|console|socket)\./;

interface Made {
  readonly code: string;
  readonly path: string;
  /** The names that come along with it, and those of them, or of other things, that its English sentence quotes. */
  readonly values: ReadonlySet<string>;
  readonly quoted: readonly string[];
}

const SHOWN = /^[a-z]+\.[a-z-]+$/;

/** Every object with a code and a sentence: errors and reasons alike. */
function madeIn({ path, nodes }: Source): Made[] {
  return nodes.flatMap(([node]): Made[] => {
    if (node.type !== 'ObjectExpression') return [];
    const { code, message, values, details } = membersOf(node);
    if (code?.type !== 'Literal' || typeof code.value !== 'string' || !SHOWN.test(code.value)) return [];
    const given = [values, details].flatMap((each) => (each?.type === 'ObjectExpression' ? [membersOf(each)] : []));
    const names = given.flatMap((each) => Object.entries(each).map(([name, value]) => [name, textOf(value)] as const));
    const quoted = message?.type === 'TemplateLiteral' ? (message.expressions as Node[]).map(textOf) : [];
    return [
      {
        code: code.value,
        path,
        values: new Set(names.map(([name]) => name)),
        quoted: quoted.map((text) => names.find(([, value]) => value === text)?.[0] ?? text),
      },
    ];
  });
}

function membersOf(node: Node): Record<string, Node | undefined> {
  const members = (node.properties as Node[]).filter(({ type }) => type === 'Property');
  return Object.fromEntries(members.map(({ key, value }) => [(key as Node).name as string, value as Node]));
}

/** An expression as it is written, where it is a name, or a chain of names. */
function textOf(node: Node | undefined): string {
  if (node?.type === 'Identifier') return node.name as string;
  if (node?.type === 'MemberExpression') return `${textOf(node.object as Node)}.${textOf(node.property as Node)}`;
  return `(${node?.type})`;
}

const holesOf = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name = '']) => name);

/** Said in English only: what a schema found wrong, which has no words of its own; and commands, which stand in no page. */
const ENGLISH: ReadonlySet<string> = new Set(['problem', 'about', 'next']);

function complaints(
  { code, values, quoted, path }: Made,
  words: Readonly<Record<string, { message: string; action?: string }>>,
) {
  const own = words[code];
  if (!own) return [`${path}: ${code} has no German sentence`];
  const holes = new Set([...holesOf(own.message), ...holesOf(own.action ?? '')]);
  return [
    ...[...holes].filter((name) => !values.has(name)).map((name) => `${path}: ${code} comes without ${name}`),
    ...quoted
      .filter((name) => !holes.has(name) && !ENGLISH.has(name))
      .map((name) => `${path}: ${code} does not say ${name} in German`),
  ];
}

const made = [...sourcesOf('src-main/**/*.ts'), ...sourcesOf('src-renderer/bridge/*.ts')]
  .filter(({ path }) => !/^src-main\/(practice|command)\//.test(path))
  .flatMap(madeIn)
  .filter(({ code }) => !NOT_SHOWN.test(code) && !ELSEWHERE.has(code));

describe('what travels by its code', () => {
  it('has its words in German, with every value that the English sentence quotes and no other', () => {
    expect(made.length).toBeGreaterThan(100);
    expect(made.flatMap((one) => complaints(one, reasons))).toEqual([]);
    const words = made.filter(({ code }) => code in reworded);
    expect(words.flatMap((one) => complaints(one, reworded))).toEqual([]);
  });

  it('would be found if it had not', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    const source = 'x({ code: "a.b", details: { port }, message: `Port ${port} of ${this.host} is taken.` });';
    const [one] = madeIn(parseSource('x.ts', source));
    expect(complaints(one!, {})).toHaveLength(1);
    expect(complaints(one!, { 'a.b': { message: 'Belegt.' } })).toHaveLength(2);
    expect(complaints(one!, { 'a.b': { message: '{{port}} {{folder}}' } })).toHaveLength(2);
  });

  it('has German words for other programs that bring new versions', () => {
    const [support] = sourcesOf('src-main/shell/updates/support.ts');
    const codes = support!.nodes.flatMap(([node]): string[] => {
      if (node.type !== 'CallExpression' || (node.callee as Node).name !== 'said') return [];
      const [first] = node.arguments as Node[];
      return typeof first?.value === 'string' ? [`desktop.update-${first.value}`] : [];
    });
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !(code in reasons))).toEqual([]);
  });

  it('is reworded in English only where a command would stand', () => {
    expect(Object.values(reworded).filter(({ action }) => action?.includes('hearth '))).toEqual([]);
  });
});

describe('what is made of a code and values', () => {
  const keys = Object.keys(english) as (keyof typeof english)[];

  it('takes the same values in every language', () => {
    const differing = keys.filter((key) => holesOf(english[key]).sort().join() !== holesOf(german[key]).sort().join());
    expect(differing).toEqual([]);
  });

  it('has every plural that a language knows', () => {
    const forms = ['en', 'de'].flatMap((code) => new Intl.PluralRules(code).resolvedOptions().pluralCategories);
    const stems = [...new Set(keys.flatMap((key) => /^(.+)_(?:one|other)$/.exec(key)?.[1] ?? []))];
    expect(stems.flatMap((stem) => forms.filter((form) => !(`${stem}_${form}` in english)))).toEqual([]);
  });

  it('has a sentence for every next step', () => {
    const steps = keys.flatMap((key) => /^(.+)\.action$/.exec(key)?.[1] ?? []);
    expect(steps.filter((code) => !(code in english))).toEqual([]);
  });
});
