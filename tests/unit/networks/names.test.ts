// The rest of the house names no network: what only one of them has stands in its own folders, and one line in each registry.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { networkIds } from '../../../src-preload/contract/networks/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

const OWN = networkIds.map((id) => [
  `src-main/networks/${id}/`,
  `src-main/practice/${id}/`,
  `src-preload/contract/networks/${id}`,
  `src-renderer/networks/${id}/`,
]);
const REGISTRIES = [
  'src-main/networks/registry.ts',
  'src-main/networks/verbs.ts',
  'src-main/practice/registry.ts',
  'src-preload/contract/networks/registry.ts',
  'src-renderer/networks/registry.ts',
  'src-renderer/networks/de.ts',
  'src-renderer/networks/en.ts',
  'src-renderer/networks/settings-de.ts',
];
const marksOf = (id: string): readonly RegExp[] => [
  new RegExp(String.raw`\b(networks|pricing)\.${id}\b`),
  new RegExp(String.raw`\b${id.toUpperCase()}_`),
  new RegExp(`/${id}[/.]`),
];
const FIRST = [/\bnetworks\[0\]/, /const \[network\] = /];

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Comments may name any network, as an example. */
const code = (text: string) => text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '');

const namesOne = (text: string) => [...networkIds.flatMap(marksOf), ...FIRST].some((mark) => mark.test(code(text)));

const FILES = ['src-main', 'src-preload', 'src-renderer'].flatMap(filesIn);
const found = FILES.filter(
  (file) => !OWN.flat().some((own) => file.startsWith(own)) && !REGISTRIES.includes(file),
).filter((file) => namesOne(readFileSync(join(ROOT, file), 'utf8')));

describe('a network', () => {
  it('is named in its own folders and the registries alone', () => {
    expect(found).toEqual([]);
  });

  it.each([
    ["settings.get('networks.iicp.port')", true],
    ['process.env.IICP_LOG_DIR', true],
    ["import { x } from '../networks/iicp/index.ts';", true],
    ["import { x } from './iicp.ts';", true],
    ['deps.networks[0]!.signer()', true],
    ['const [network] = networks;', true],
    ['// As networks.iicp.port, for example.', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the code
    ['settings.get(`networks.${id}.enabled`)', false],
  ])('would be found in %s: %s', (text, is) => {
    expect(namesOne(text)).toBe(is);
  });
});
