// docs/limits.md, from the tables.
import type { Bound } from '../../src-main/base/bounds.ts';
import type { FoundTable } from './bounds.ts';

const HEAD = `# What strangers are held to

Every limit that somebody else can run into: callers, peers, workers of a relay, routers and neighbours, other programs of this
computer, and whoever sends a file. Each is a row in a table of the code, which is the one place where it can be changed; this page
is written from those tables (\`npx vitest run --project unit tests/unit/limits.test.ts -u\`). Each is run into by an attack in
\`tests/hostile\`, or by the test that \`tests/hostile/elsewhere.ts\` names.
`;

export function limitsPage(tables: readonly FoundTable[]): string {
  return `${[HEAD, ...tables.map(section)].join('\n')}`;
}

function section({ surface, file, rows }: FoundTable): string {
  const lines = Object.entries<Bound>(rows).map(
    ([name, bound]) => `| ${words(name)} | ${amount(bound)} | ${bound.why.replaceAll('|', '\\|')} |`,
  );
  const title = `${surface.charAt(0).toUpperCase()}${surface.slice(1)}`;
  return `## ${title}\n\n\`${file}\`\n\n| limit | value | why |\n| --- | --- | --- |\n${lines.join('\n')}\n`;
}

/** \`bodiesTogether\` as "bodies together"; the unit stands beside it anyway. */
function words(name: string): string {
  const plain = name.replace(/(?<=[a-z])(?:Ms|Bytes|Characters)$/, '');
  return plain.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function amount({ value, unit }: Bound): string {
  switch (unit) {
    case 'bytes':
      return sized(value);
    case 'ms':
      return timed(value);
    case 'items':
      return grouped(value);
    case 'at once':
      return `${grouped(value)} at once`;
    case 'per minute':
      return `${grouped(value)} a minute`;
    case 'per second':
      return `${grouped(value)} a second`;
    default:
      return `${grouped(value)} ${unit}`;
  }
}

function sized(bytes: number): string {
  const [unit, size] = (
    [
      ['GiB', 1024 ** 3],
      ['MiB', 1024 ** 2],
      ['KiB', 1024],
    ] as const
  ).find(([, each]) => bytes >= each && bytes % each === 0) ?? ['bytes', 1];
  return `${grouped(bytes / size)} ${unit}`;
}

function timed(ms: number): string {
  const [unit, size] = (
    [
      ['days', 86_400_000],
      ['h', 3_600_000],
      ['min', 60_000],
      ['s', 1000],
    ] as const
  ).find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${grouped(ms / size)} ${unit}`;
}

const grouped = (value: number) => value.toLocaleString('en-GB');
