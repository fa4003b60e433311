// What the engine says in sentences without a code, whole or with values in them: each has its twin in German.
import { describe, expect, it } from 'vitest';
import { phrases, reasons } from '../../../src-renderer/i18n/de.ts';
import { rephrase } from '../../../src-renderer/i18n/phrases.ts';
import { parseSource, type Source, sourcesOf } from './source.ts';

/** Where such sentences are written that a page shows. */
const SPEAKERS = [
  'src-main/backup/restore-test.ts',
  'src-main/engine/{audit,rehearsal,rehearsal-card}.ts',
  'src-main/shell/updates/record.ts',
  'src-main/backends/inference/{detect,probe,judge,signs,wsl}.ts',
];

interface Spoken {
  readonly type: string;
  readonly value?: unknown;
  readonly quasis?: readonly { value: { cooked: string } }[];
}
interface Around {
  readonly type: string;
  readonly key?: { readonly name?: string };
  readonly callee?: { readonly property?: { readonly name?: string } };
}

/** Beside a code, or what a model is asked. */
const NOT_TOLD: ReadonlySet<string> = new Set(['message', 'action', 'content', 'input', 'prompt']);

/** A value that no phrase holds by chance. */
const VALUE = '\u2021';

/** Sentences of a file, with `VALUE` for what differs. Left out: what has a code beside it, and what passed, which pages name alone. */
function sentencesIn({ path, nodes }: Source): [path: string, text: string][] {
  return nodes.flatMap(([node, parent]): [string, string][] => {
    const { type, value, quasis } = node as unknown as Spoken;
    const text = type === 'TemplateLiteral' ? quasis?.map((part) => part.value.cooked).join(VALUE) : value;
    if (typeof text !== 'string' || !/^[A-Z\u2021].* .*[.!?]\u2021?$/s.test(text)) return [];
    const around = parent as unknown as Around | undefined;
    if (around?.type === 'Property' && NOT_TOLD.has(around.key?.name ?? '')) return [];
    return around?.callee?.property?.name === 'pass' ? [] : [[path, text]];
  });
}

/** What a value may stand for, besides one that is passed on: counted things, and what went wrong. */
const STANDS_FOR = [
  VALUE,
  ...['task', 'setting', 'sealed value'].flatMap((one) => [`1 ${one}`, `4 ${one}s`]),
  '1 entry',
  '4 entries',
  'got no answer',
  `was refused (409 iicp.late)`,
  'The same request sent twice',
  'A sealed task that was changed on the way',
];

/** Every sentence of it is another one in German. */
function told(text: string): boolean {
  const whole = text.replace(/^\u2021 (?=[A-Z])|\u2021$/g, '');
  return STANDS_FOR.some((value) => {
    const english = whole.replace(VALUE, value);
    return !english.split(/(?<=[.!?]) (?=\S)/).some((sentence) => rephrase(english, phrases).includes(sentence));
  });
}

describe('what the engine says without a code', () => {
  const said = SPEAKERS.flatMap((pattern) => sourcesOf(pattern)).flatMap(sentencesIn);

  it('has a German twin for every sentence', () => {
    expect(said.length).toBeGreaterThan(30);
    expect(said.filter(([, text]) => !told(text))).toEqual([]);
  });

  it('would be found if it had none', () => {
    const source =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
      'const a = [ok("The moon is down."), ok(`It has ${n} sides now.`), { message: "It is off." }, x.pass("All is well.")];';
    const found = sentencesIn(parseSource('x.ts', source)).map(([, text]) => text);
    expect(found).toEqual(['The moon is down.', `It has ${VALUE} sides now.`]);
    expect([...found.map(told), told(`${VALUE} came back.`)]).toEqual([false, false, true]);
  });

  it('has German words for whoever else brings new versions', () => {
    const [support] = sourcesOf('src-main/shell/updates/support.ts');
    const codes = support!.nodes.flatMap(([node]): string[] => {
      const {
        type,
        callee,
        arguments: given,
      } = node as { type: string; callee?: { name?: string }; arguments?: Spoken[] };
      const code = given?.[0]?.value;
      const says = type === 'CallExpression' && callee?.name === 'said' && typeof code === 'string';
      return says ? [`desktop.update-${code}`] : [];
    });
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !(code in reasons))).toEqual([]);
  });
});
