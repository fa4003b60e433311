// Reads the text format of Prometheus (version 0.0.4) back, and throws at the first line that is none of it.

export interface PromSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"`;
const SAMPLE = new RegExp(String.raw`^(${NAME})(?:\{(${LABEL}(?:,${LABEL})*)\})? (\S+)$`);

export function readProm(text: string): { families: Record<string, string>; samples: PromSample[] } {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: Record<string, string> = {};
  const samples: PromSample[] = [];
  for (const line of text.slice(0, -1).split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type) {
      if (families[type[1]!]) throw new Error(`${type[1]} is there twice`);
      families[type[1]!] = type[2]!;
    } else if (!new RegExp(`^# HELP ${NAME} \\S`).test(line)) samples.push(sampleIn(line, families));
  }
  const keys = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  if (new Set(keys).size < keys.length) throw new Error('a series is there twice');
  return { families, samples };
}

function sampleIn(line: string, families: Readonly<Record<string, string>>): PromSample {
  const match = SAMPLE.exec(line);
  const value = Number(match?.at(-1));
  if (!match || Number.isNaN(value)) throw new Error(`not of this format: ${JSON.stringify(line)}`);
  const [, name = '', inner = ''] = match;
  const family = families[name] ? name : name.replace(/_(bucket|sum|count)$/, '');
  // What belongs to a family stands below its head and before the next one.
  if (Object.keys(families).at(-1) !== family) throw new Error(`${name} stands outside of its family`);
  const labels = [...inner.matchAll(new RegExp(LABEL, 'g'))].map(([, label, text]) => [label, unescaped(text!)]);
  return { name, labels: Object.fromEntries(labels) as Record<string, string>, value };
}

function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, what: string) => (what === 'n' ? '\n' : what));
}
