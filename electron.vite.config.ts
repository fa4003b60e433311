import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { testNetworks } from './tests/networks/plugin.ts';

const at = (...parts: string[]) => resolve(import.meta.dirname, ...parts);

/** A native module cannot be bundled; every other dependency is, so that a package carries no node_modules but these. */
const NATIVE = ['better-sqlite3', 'koffi'];
const { dependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const bundled = Object.keys(dependencies).filter((name) => !NATIVE.includes(name));

/**
 * Of our own modules those that a start needs in one file: bundled by what they have in common with each other page alone, they are
 * dozens of files of a few hundred bytes, and a start waits for each of them.
 */
function startOf(id: string, graph: Graph): string | null {
  return !id.includes('node_modules') && isAtStart(id, graph) ? 'start' : null;
}

interface Graph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

const starts = new Map<string, boolean>();

/** The entry imports it, or what the entry imports does. */
function isAtStart(id: string, graph: Graph): boolean {
  const known = starts.get(id);
  if (known !== undefined) return known;
  // Where modules import each other in a circle, it is left once.
  starts.set(id, false);
  const info = graph.getModuleInfo(id);
  const is = info !== null && (info.isEntry || info.importers.some((importer) => isAtStart(importer, graph)));
  starts.set(id, is);
  return is;
}

/** The pages are built last: then all that is in the program is known. */
const licences = {
  name: 'licences',
  apply: 'build',
  closeBundle: () => void execFileSync(process.execPath, [at('scripts/licences.mjs')], { stdio: 'inherit' }),
} as const;

/**
 * One character beyond Latin-1 makes V8 keep a whole file at two bytes a character for as long as the program runs. In strings,
 * templates, patterns and names its escape is the same.
 */
const narrow = {
  name: 'narrow',
  generateBundle(_options: unknown, bundle: Readonly<Record<string, { readonly type: string; code?: string }>>) {
    for (const chunk of Object.values(bundle)) chunk.code &&= chunk.code.replace(WIDE, escaped);
  },
};
/** With the backslash that is in front of it for nothing, and those that stand for themselves. */
const WIDE = /(?<!\\)((?:\\\\)*)\\?([\u0100-\uffff])/g;
const escaped = (_all: string, before: string, unit: string) =>
  `${before}\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Node reads each of an imported module's names, and one of http's loads a client that nothing here uses: a tenth of what a start
 * costs. Asked for whole, it reads none.
 */
const lean = {
  name: 'lean',
  generateBundle(_options: unknown, bundle: Readonly<Record<string, { readonly type: string; code?: string }>>) {
    for (const chunk of Object.values(bundle)) chunk.code &&= chunk.code.replace(HTTP, asWhole);
  },
};
const HTTP = /^import (.+) from "node:http";$/gm;
const asWhole = (_all: string, names: string) =>
  `const ${names.replaceAll(' as ', ': ')} = process.getBuiltinModule("node:http");`;

/**
 * Engines for containers are asked through their socket alone: what dockerode has besides, to reach them over SSH and to build images,
 * asks for native modules at once, and is three times as large as the rest of it. Whoever called it would find nothing there.
 */
const UNUSED = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader)$/;
const unused = {
  name: 'unused',
  enforce: 'pre',
  resolveId: { filter: { id: UNUSED }, handler: () => '\0unused' },
  load: { filter: { id: /^\0unused$/ }, handler: () => 'export {};' },
} as const;

/**
 * Every schema can describe itself as JSON Schema, which no page asks for: a tenth of zod, and all of it would be loaded at each start.
 * Whoever called it would find nothing there.
 */
const undescribed = {
  name: 'undescribed',
  apply: 'build',
  transform: {
    filter: { id: /zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/ },
    handler(code: string) {
      const names = [...code.matchAll(/^export (?:const|function) (\w+)|^export \{ \w+ as (\w+) \}/gm)];
      const nothing = names.map(([, own, renamed]) => `nothing as ${own ?? renamed}`);
      return { code: `const nothing = () => undefined;\nexport { ${nothing.join(', ')} };`, map: { mappings: '' } };
    },
  },
} as const;

/** A library's own file, which it reads from beside the chunk that it is in. */
const curve = {
  name: 'curve',
  apply: 'build',
  generateBundle(this: { emitFile(file: object): void }) {
    const source = readFileSync(at('node_modules/tiny-secp256k1/lib/secp256k1.wasm'));
    this.emitFile({ type: 'asset', fileName: 'secp256k1.wasm', source });
  },
} as const;

/**
 * With a network of the tests' own beside the shipped ones, or pages for those of the drawings, and in a folder of its own: no package is
 * made of that.
 */
const WITH = process.env.HEARTH_TEST_NETWORKS;
const OUT = { 1: 'build/test-networks', drawn: 'build/drawn-networks' }[WITH ?? ''] ?? 'build/app';
const networks = WITH === '1' ? [testNetworks(import.meta.dirname)] : [];
const networksOfPages = WITH === 'drawn' ? [testNetworks(import.meta.dirname, true)] : networks;

export default defineConfig(({ command }) => {
  const release = command === 'build';
  return {
    main: {
      plugins: [...networks, unused, curve],
      build: {
        outDir: at(OUT, 'main'),
        sourcemap: true,
        minify: false,
        reportCompressedSize: false,
        externalizeDeps: { exclude: bundled },
        rolldownOptions: {
          plugins: [narrow, lean],
          input: {
            index: at('src-main/index.ts'),
            cli: at('src-main/cli.ts'),
            'writer-thread': at('src-main/storage/writer-thread.ts'),
            'hardware-thread': at('src-main/engine/hardware/hardware-thread.ts'),
            'offload-thread': at('src-main/networks/iicp/tasks/offload-thread.ts'),
            'blinding-thread': at('src-main/wallet/blinding/blinding-thread.ts'),
            'nat-api-thread': at('src-main/reachability/nat-api/nat-api-thread.ts'),
            'tun-thread': at('src-main/networks/fips/tun/tun-thread.ts'),
          },
          // ws asks for the first two inside a try, systeminformation for the others: absent here, they do without them.
          external: ['bufferutil', 'utf-8-validate', 'osx-temperature-sensor', 'macos-temperature-sensor'],
          // Comments are half of some packages, and would stay in memory with the rest.
          // Chunks lie beside the entries: import.meta.dirname has to mean the same folder in all of them.
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: false },
        },
      },
    },
    preload: {
      plugins: networks,
      build: {
        outDir: at(OUT, 'preload'),
        sourcemap: true,
        minify: false,
        reportCompressedSize: false,
        externalizeDeps: false, // a sandboxed preload cannot require packages
        rolldownOptions: {
          input: { index: at('src-preload/index.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: at('src-renderer'),
      base: './',
      plugins: [...networksOfPages, undescribed, react(), tailwindcss(), ...(OUT === 'build/app' ? [licences] : [])],
      build: {
        outDir: at(OUT, 'renderer'),
        emptyOutDir: true,
        sourcemap: release ? 'hidden' : true,
        modulePreload: { polyfill: false },
        minify: release,
        reportCompressedSize: false,
        rolldownOptions: {
          input: { index: at('src-renderer/index.html') },
          output: { codeSplitting: { groups: [{ name: startOf }] } },
        },
      },
      server: { host: '127.0.0.1', port: 5173, strictPort: true },
    },
  };
});
