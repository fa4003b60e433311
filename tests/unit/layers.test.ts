// Which way imports point. Resolves every import of the house and holds it against one table of allowed edges; a deliberate
// violation of each rule proves that the rule bites.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Areas by folder, the first match wins; each with the areas it may import besides itself. */
const AREAS: readonly (readonly [area: string, path: RegExp, may: readonly string[]])[] = [
  ['contract', /^src-preload\/contract\//, []],
  ['i18n', /^src-i18n\//, ['contract']],
  ['preload', /^src-preload\/index\.ts$/, ['contract']],
  [
    'renderer pages',
    /^src-renderer\/pages\/([^/]+)\//,
    ['renderer', 'renderer registry', 'renderer components', 'renderer i18n', 'renderer format', 'i18n', 'contract'],
  ],
  // The texts are what the tables of each language are made of; all else of a network is reached through the registry alone.
  [
    'renderer texts',
    /^src-renderer\/networks\/(?:[^/]+\/texts\/|(?:en|de|settings-de)\.ts$)/,
    ['renderer i18n', 'i18n', 'contract'],
  ],
  [
    'renderer networks',
    /^src-renderer\/networks\/([^/]+)\//,
    ['renderer', 'renderer registry', 'renderer components', 'renderer i18n', 'renderer format', 'i18n', 'contract'],
  ],
  [
    'renderer registry',
    /^src-renderer\/networks\//,
    ['renderer networks', 'renderer', 'renderer components', 'renderer i18n', 'renderer format', 'i18n', 'contract'],
  ],
  [
    'renderer components',
    /^src-renderer\/components\//,
    ['renderer i18n', 'renderer format', 'renderer theme', 'i18n', 'contract'],
  ],
  ['renderer i18n', /^src-renderer\/i18n\//, ['renderer texts', 'renderer format', 'i18n', 'contract']],
  ['renderer format', /^src-renderer\/format\//, ['i18n', 'contract']],
  ['renderer theme', /^src-renderer\/theme\//, []],
  [
    'renderer',
    /^src-renderer\//,
    [
      'renderer pages',
      'renderer registry',
      'renderer components',
      'renderer i18n',
      'renderer format',
      'renderer theme',
      'i18n',
      'contract',
    ],
  ],
  ['base', /^src-main\/base\//, []],
  ['storage', /^src-main\/storage\//, ['base']],
  ['secrets', /^src-main\/secrets\//, ['storage', 'base']],
  ['settings', /^src-main\/settings\//, ['secrets', 'storage', 'base', 'contract']],
  ['keys', /^src-main\/keys\//, ['base']],
  ['logs', /^src-main\/logs\//, ['base']],
  ['backup', /^src-main\/backup\//, ['secrets', 'storage', 'base', 'i18n', 'contract']],
  ['diagnostics', /^src-main\/diagnostics\//, ['storage', 'base', 'contract']],
  ['practice', /^src-main\/practice\//, ['base']],
  ['availability', /^src-main\/availability\//, ['storage', 'base', 'contract']],
  ['reachability', /^src-main\/reachability\//, ['storage', 'base', 'contract']],
  ['inbound', /^src-main\/inbound\//, ['base']],
  ['nostr', /^src-main\/nostr\//, ['keys', 'reachability', 'secrets', 'storage', 'base', 'contract']],
  ['payments', /^src-main\/payments\//, ['storage', 'secrets', 'base', 'contract']],
  [
    'wallet',
    /^src-main\/wallet\//,
    ['payments', 'reachability', 'secrets', 'keys', 'storage', 'base', 'i18n', 'contract'],
  ],
  ['backends', /^src-main\/backends\//, ['storage', 'secrets', 'base', 'i18n', 'contract']],
  ['work', /^src-main\/work\//, ['backends', 'availability', 'payments', 'storage', 'base', 'contract']],
  [
    'networks registry',
    /^src-main\/networks\/[^/]+\.ts$/,
    [
      'secrets',
      'networks',
      'work',
      'backends',
      'availability',
      'inbound',
      'reachability',
      'payments',
      'wallet',
      'storage',
      'secrets',
      'base',
      'contract',
    ],
  ],
  [
    'networks',
    /^src-main\/networks\/([^/]+)\//,
    [
      'networks registry',
      'work',
      'wallet',
      'backends',
      'availability',
      'reachability',
      'inbound',
      'payments',
      'keys',
      'nostr',
    ].concat(['storage', 'secrets', 'base', 'contract']),
  ],
  [
    'engine',
    /^src-main\/engine\//,
    [
      'networks',
      'networks registry',
      'work',
      'backends',
      'availability',
      'reachability',
      'inbound',
      'payments',
      'wallet',
      'nostr',
      'practice',
      'settings',
      'backup',
      'diagnostics',
      'logs',
    ].concat(['storage', 'secrets', 'base', 'i18n', 'contract']),
  ],
  ['faces', /^src-main\/faces\//, ['engine', 'base', 'i18n', 'contract']],
  [
    'command',
    /^src-main\/command\//,
    ['faces', 'engine', 'networks registry', 'backends', 'settings', 'base', 'i18n', 'contract'],
  ],
  ['shell', /^src-main\/shell\//, ['command', 'faces', 'engine', 'base', 'i18n', 'contract']],
  ['entries', /^src-main\/(index|cli)\.ts$/, ['shell', 'command', 'engine', 'base']],
];
/** Electron itself, by area. */
const ELECTRON = new Set(['preload', 'shell', 'entries']);
/** Whose sub-folders never see one another. */
const APART = new Set(['networks', 'renderer pages', 'renderer networks']);
/** Time and chance come from base/, where tests can take hold of them. */
/** A socket's own idle limit is the socket's affair, not time that a test would want to turn. */
const WILD = /\b(?:Date\.now\(|new Date\(\)|Math\.random\(|(?<!socket\s*\.)setTimeout\(|setInterval\()/;

interface Place {
  readonly area: string;
  readonly part: string | undefined;
}

function placeOf(path: string): Place | undefined {
  for (const [area, pattern] of AREAS) {
    const match = pattern.exec(path);
    if (match) return { area, part: match[1] };
  }
  return undefined;
}

/** Complaints about a file, by what it imports and calls. */
function complaints(path: string, text: string, exists: (file: string) => boolean = existsSync): string[] {
  const from = placeOf(path);
  if (!from) return [`${path} belongs to no area: add a line to the table`];
  const may = new Set([from.area, ...AREAS.find(([area]) => area === from.area)![2]]);
  const found: string[] = [];
  for (const [, specifier = ''] of text.matchAll(/(?:\bfrom|\bimport\(|^import)\s*['"]([^'"]+)['"]/gm)) {
    if (/^electron(\/|$)/.test(specifier) && !ELECTRON.has(from.area)) found.push(`${path} imports electron`);
    if (!specifier.startsWith('.')) {
      if (specifier.startsWith('node:') && /^(contract|i18n|preload|renderer)/.test(from.area)) {
        found.push(`${path} imports ${specifier}`);
      }
      continue;
    }
    const target = join(dirname(path), specifier);
    if (target === 'package.json' || target.endsWith('.css')) continue;
    if (!exists(join(ROOT, target))) found.push(`${path} imports ${target}, which is not there`);
    const to = placeOf(target);
    if (!to) found.push(`${path} imports ${target}, which is outside the house`);
    else if (!may.has(to.area)) found.push(`${path} (${from.area}) imports ${target} (${to.area})`);
    else if (APART.has(from.area) && to.area === from.area && to.part !== from.part) {
      found.push(`${path} sees ${target}, a sibling`);
    }
  }
  const minded = path.startsWith('src-main/') && from.area !== 'base';
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const wild = minded ? WILD.exec(code) : null;
  if (wild) found.push(`${path} uses ${wild[0]}: take a Clock or a Random instead`);
  return found;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.tsx?$/.test(name));
}

describe('layers', () => {
  const files = ['src-i18n', 'src-main', 'src-preload', 'src-renderer'].flatMap(sources);

  it('sees the whole house', () => {
    expect(files.length).toBeGreaterThan(60);
  });

  it('has imports that point down only', () => {
    expect(files.flatMap((file) => complaints(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['src-main/base/x.ts', "import { a } from '../storage/write.ts';"],
    ['src-main/storage/x.ts', "import { a } from '../work/work.ts';"],
    ['src-main/networks/iicp/x.ts', "import { a } from '../fips/x.ts';"],
    ['src-main/networks/iicp/x.ts', "import { a } from '../../engine/compose.ts';"],
    ['src-main/practice/x.ts', "import { a } from '../networks/iicp/cx.ts';"],
    ['src-main/engine/x.ts', "import { a } from '../faces/ipc.ts';"],
    ['src-main/engine/x.ts', "const a = await import('../faces/ipc.ts');"],
    ['src-main/faces/x.ts', "import { app } from 'electron';"],
    ['src-main/work/x.ts', "export { a } from '../networks/iicp/index.ts';"],
    ['src-renderer/app.tsx', "import { a } from '../src-main/base/clock.ts';"],
    ['src-renderer/pages/home/x.ts', "import { a } from '../work/x.ts';"],
    ['src-renderer/components/x.tsx', "import { a } from '../stores/node.ts';"],
    ['src-renderer/pages/home/x.tsx', "import { a } from '../../networks/iicp/row.tsx';"],
    ['src-renderer/networks/iicp/x.tsx', "import { a } from '../../pages/home/reach.tsx';"],
    ['src-renderer/signs.ts', "import { a } from './networks/iicp/signs.ts';"],
    ['src-preload/contract/x.ts', "import { a } from 'node:fs';"],
    ['src-i18n/x.ts', "import { a } from '../src-renderer/i18n/index.ts';"],
    ['src-i18n/x.ts', "import { a } from 'node:fs';"],
    ['src-preload/index.ts', "import { a } from '../src-main/base/clock.ts';"],
    ['src-main/work/x.ts', 'const now = Date.now();'],
    ['src-main/work/x.ts', 'setTimeout(() => {}, 5);'],
    ['src-main/stray/x.ts', ''],
  ])('objects to %s with %s', (path, text) => {
    expect(complaints(path, text, () => true)).toHaveLength(1);
  });
});
