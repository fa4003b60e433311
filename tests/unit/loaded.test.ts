// What a start does not load: each of these is loaded when it is used, so that a question on the command line and a node with few
// networks do not take the time of all there is. Followed through the imports that run by themselves.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const IMPORT = /^(?:import|export)\s+(?!type\b)(?:([^;']*?)\s+from\s+)?'([^']+)';/gm;

/** Modules and packages that are loaded with this one, each with the one that asks for it. */
function loadedWith(entry: string): ReadonlyMap<string, string> {
  const loaded = new Map<string, string>();
  const follow = (module: string, from: string) => {
    if (loaded.has(module)) return;
    loaded.set(module, from);
    const file = join(ROOT, module);
    if (!module.endsWith('.ts') || !existsSync(file)) return;
    for (const [, names = '', specifier = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (isOfTypes(names)) continue;
      follow(specifier.startsWith('.') ? join(dirname(module), specifier) : specifier, module);
    }
  };
  follow(entry, 'nobody');
  return loaded;
}

/** `{ type A, type B }`: nothing is left of it. */
function isOfTypes(names: string): boolean {
  const each = /^\{(.*)\}$/s
    .exec(names)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return each?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

const loadedAs = (entry: string, what: RegExp) =>
  [...loadedWith(entry)].filter(([module]) => what.test(module)).map(([module, from]) => `${module} by ${from}`);

it('the command knows no schema and no verb before it has read what was typed', () => {
  const loaded = loadedWith('src-main/cli.ts');
  expect(loaded.has('commander')).toBe(true);
  expect(loadedAs('src-main/cli.ts', /^zod$|^src-preload\/|\/verbs\.ts$/)).toEqual([
    'src-main/command/verbs.ts by src-main/command/run.ts',
    'src-main/networks/verbs.ts by src-main/command/verbs.ts',
  ]);
});

it('a node starts without practice servers, wallets and containers', () => {
  expect(loadedWith('src-main/engine/compose.ts').has('zod')).toBe(true);
  const heavy = /^src-main\/practice\/(?!registry\.ts)|^@cashu|^@scure\/bip39|^dockerode|^nostr-tools|^commander$/;
  expect(loadedAs('src-main/engine/compose.ts', heavy)).toEqual([]);
});

const networks = readdirSync(join(ROOT, 'src-main/networks'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

it.each(networks)('a node that has not joined %s loads no run of it', (name) => {
  expect(loadedAs('src-main/engine/compose.ts', new RegExp(`^src-main/networks/${name}/node\\.ts$`))).toEqual([]);
});
