// The pages' own source, parsed: for tests that look for what should not be written there, or is not used.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseSync } from 'vite';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  /** Every node of the file's tree, each with the one above it. */
  readonly nodes: readonly (readonly [node: Node, parent: Node | undefined])[];
}

export function sourcesOf(pattern: string): Source[] {
  return globSync(pattern, { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  return { path, text, nodes: walk(program as unknown as Node, undefined) };
}

function walk(node: Node, parent: Node | undefined): [Node, Node | undefined][] {
  const found: [Node, Node | undefined][] = [[node, parent]];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof (child as Node).type === 'string') {
        found.push(...walk(child as Node, node));
      }
    }
  }
  return found;
}
