// What the compiler can't see of the texts: that none is left over, and none is written past them.
import { describe, expect, it } from 'vitest';
import { settingPaths } from '../../../src-preload/contract/settings/index.ts';
import { settings as ofHearth } from '../../../src-renderer/i18n/de/settings.ts';
import { de, reasons as deReasons, sayings as deSayings } from '../../../src-renderer/i18n/de.ts';
import { en } from '../../../src-renderer/i18n/en.ts';
import { directionOf, languageOf, languages } from '../../../src-renderer/i18n/index.ts';
import { settings as ofNetworks } from '../../../src-renderer/networks/settings-de.ts';
import { parseSource, type Source, sourcesOf } from './source.ts';
import { speak } from './speech.ts';

const deSettings = { ...ofHearth, ...ofNetworks };

interface Branch {
  readonly [key: string]: string | Branch;
}

function leaves(texts: Branch, before = ''): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[before + key, value]] : leaves(value, `${before}${key}.`),
  );
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const english = leaves(en);
const german = leaves(de as unknown as Branch);
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map(([, name = '']) => name).sort();

describe('the texts', () => {
  it('have the same keys in every language, with every plural that the language knows', () => {
    expect(german.map(([key]) => key)).toEqual(english.map(([key]) => key));
    for (const [code, list] of [
      ['en', english],
      ['de', german],
    ] as const) {
      const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
      const stems = new Set(list.filter(([key]) => PLURAL.test(key)).map(([key]) => key.replace(PLURAL, '')));
      const keys = new Set(list.map(([key]) => key));
      expect([...stems].flatMap((stem) => forms.filter((form) => !keys.has(`${stem}_${form}`)))).toEqual([]);
    }
  });

  it('have the same places for values in every language', () => {
    const others = new Map(english);
    const differing = german.filter(([key, text]) => holes(text).join() !== holes(others.get(key) ?? '').join());
    expect(differing).toEqual([]);
  });

  it('say something, without spaces around it', () => {
    expect([...english, ...german].filter(([, text]) => text.trim() === '' || text.trim() !== text)).toEqual([]);
  });

  it('leave figures and times to the one way they are written, `{{1000}}` and `{{22:00}}`', () => {
    // What can be typed for the hours is shown in every way it can be typed.
    const others = [...english, ...german].filter(([key]) => key !== 'week.typed.problem.no-time');
    const written = others.filter(([, text]) => /(?<!\{\{)\b\d{1,2}:\d{2}\b|\b\d{1,3}[.,\s]\d{3}\b/.test(text));
    expect(written).toEqual([]);
  });

  it('promise nothing and press nobody', () => {
    expect(english.filter(([, text]) => /profit|passive income|hurry|don’t miss|guarantee/i.test(text))).toEqual([]);
  });

  it('speak to nobody in German', () => {
    const texts = [...german, ...leaves(deReasons as unknown as Branch), ...leaves(deSayings), ...leaves(deSettings)];
    const addressed = texts.filter(([, text]) => /\b(du|dich|dir|dein\w*|Sie|Ihnen|Ihre?[nmrs]?)\b/.test(text));
    expect(addressed).toEqual([]);
  });
});

/** Keys that a file names, whole or by their beginning: `state.service.` of `state.service.${state}`. */
function namedIn({ nodes }: Source): string[] {
  return nodes.flatMap(([node]) => {
    if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
    if (node.type !== 'TemplateLiteral') return [];
    const [first] = node.quasis as { value: { cooked: string } }[];
    return first && /^\w+\.$|\.\w*$/.test(first.value.cooked) ? [`${first.value.cooked}*`] : [];
  });
}

function unused(keys: readonly string[], named: readonly string[]): string[] {
  const whole = new Set(named.filter((name) => !name.endsWith('*')));
  const starts = named.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return keys.filter((key) => !whole.has(key) && !starts.some((start) => key.startsWith(start)));
}

const pages = sourcesOf('src-renderer/**/*.{ts,tsx}').filter(
  ({ path }) => !/(i18n|networks\/\w+\/texts)\/(en|de)[./]/.test(path),
);

describe('the keys', () => {
  const stems = [...new Set(english.map(([key]) => key.replace(PLURAL, '')))];

  it('are all used', () => {
    const shared = sourcesOf('src-i18n/*.ts');
    expect(unused(stems, [...pages, ...shared].flatMap(namedIn))).toEqual([]);
    // A headline is named by the engine, which decides what there is to say.
    const sentences = stems.flatMap((key) => /^state\.sentence\.(.+)$/.exec(key)?.[1] ?? []);
    const decided = [...sourcesOf('src-main/engine/state.ts'), ...shared].flatMap(namedIn);
    const named = decided.map((name) => name.replace('state.sentence.', ''));
    expect(sentences.filter((code) => !named.includes(code))).toEqual([]);
  });

  it('would be found if they were not', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    const source = parseSource('x.tsx', 'const x = [t("a.b"), t(`c.${d}`)];');
    expect(unused(['a.b', 'a.c', 'c.d', 'd.c'], namedIn(source))).toEqual(['a.c', 'd.c']);
  });
});

/** Attributes that people read or hear. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
  'label',
  'help',
]);
const hasWords = (text: string) => /\p{L}{2,}/u.test(text);
/** The same in every language: names of keys. */
const NAMES = new Set(['Esc', 'Hearth']);

/** Text in JSX that no key stands for. */
function hardCoded({ path, nodes }: Source): string[] {
  return nodes.flatMap(([node, parent]) => {
    const complain = (text: string) => (hasWords(text) && !NAMES.has(text.trim()) ? [`${path}: ${text.trim()}`] : []);
    if (node.type === 'JSXText') return complain(node.value as string);
    const inJsx = parent?.type === 'JSXExpressionContainer';
    if (node.type === 'TemplateLiteral' && inJsx && parent.of !== 'attribute') {
      return (node.quasis as { value: { cooked: string } }[]).flatMap(({ value }) => complainInChild(value.cooked));
    }
    if (node.type === 'JSXAttribute' && SPOKEN.has((node.name as { name: string }).name)) {
      const value = node.value as {
        type: string;
        value?: unknown;
        expression?: { type: string; value?: unknown };
      } | null;
      const literal = value?.type === 'Literal' ? value.value : value?.expression?.value;
      return typeof literal === 'string' ? complain(literal) : [];
    }
    return [];
    function complainInChild(text: string) {
      return isChild(nodes, parent!) ? complain(text) : [];
    }
  });
}

function isChild(nodes: Source['nodes'], container: object): boolean {
  return nodes.find(([node]) => node === container)?.[1]?.type === 'JSXElement';
}

describe('the pages', () => {
  it('have no text of their own', () => {
    expect(pages.flatMap(hardCoded)).toEqual([]);
  });

  it.each([
    ['<p>Some words</p>', true],
    ['<p>{t("a.b")} · {x}</p>', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    ['<p>{`${x} words`}</p>', true],
    ['<p className={`some words`}>{x}</p>', false],
    ['<button aria-label="Close" />', true],
    ['<Card title={"Tasks"} />', true],
    ['<Card title={t("a")} id="tasks" />', false],
  ])('would be found if they had: %s', (jsx, bad) => {
    expect(hardCoded(parseSource('x.tsx', `const x = ${jsx};`)).length > 0).toBe(bad);
  });

  it('lay nothing out by left and right', () => {
    expect(pages.flatMap(physical)).toEqual([]);
  });

  it.each(['ml-2', 'sm:-mr-1', 'hover:pl-[3px]', 'left-0', 'text-right', 'border-l', 'rounded-tl-md', 'border-r-2'])(
    'would be found if they did: %s',
    (name) => {
      expect(physical(parseSource('x.tsx', `<p className="flex ${name} p-2" />`))).toHaveLength(1);
    },
  );
});

const PHYSICAL =
  /(?:^|[\s"'`:])(-?(?:ml|mr|pl|pr|left|right|scroll-ml|scroll-mr|scroll-pl|scroll-pr)-[\w[]\S*|text-(?:left|right)|float-(?:left|right)|border-[lr](?:-\S+)?|rounded-(?:[lr]|[tb][lr])(?:-\S+)?)(?=$|[\s"'`])/;

function physical({ path, nodes }: Source): string[] {
  return nodes.flatMap(([node]) => {
    const text =
      node.type === 'Literal'
        ? node.value
        : node.type === 'TemplateElement'
          ? (node.value as { cooked: string }).cooked
          : undefined;
    const found = typeof text === 'string' ? PHYSICAL.exec(text) : null;
    return found ? [`${path}: ${found[1]}`] : [];
  });
}

describe('what the engine says', () => {
  it('has German words for every setting, and for none that is gone', () => {
    expect(Object.keys(deSettings).sort()).toEqual([...settingPaths].sort());
  });
});

describe('the language', () => {
  it('is the one chosen, or the first of the system’s that there is, or English', () => {
    expect(languageOf('de', ['en-GB'])).toBe('de');
    expect(languageOf('system', ['fr-FR', 'de-AT', 'en-GB'])).toBe('de');
    expect(languageOf('system', ['fr-FR'])).toBe('en');
    expect(languageOf('system', [])).toBe('en');
  });

  it('tells in which direction it runs', () => {
    expect(languages.map(directionOf)).toEqual(['ltr', 'ltr']);
    expect([directionOf('ar-EG'), directionOf('he')]).toEqual(['rtl', 'rtl']);
  });

  it('writes figures inside texts as it writes all others', async () => {
    expect((await speak('de')).t('words.tokens', { count: 12_345 })).toBe('12\u202F345 Tokens');
    expect((await speak('en')).t('words.tokens', { count: 1 })).toBe('1 token');
  });
});
