// Reads the members of a type out of Electron's declarations. They are generated, and so regular: types at two spaces,
// their members at four, constructor and method overloads on lines of their own.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const text = readFileSync(join(import.meta.dirname, '../../../node_modules/electron/electron.d.ts'), 'utf8');

export interface Declared {
  members: Set<string>;
  statics: Set<string>;
  events: Set<string>;
}

/** The body of a type or namespace that is declared directly in `namespace Electron`. */
function body(header: RegExp): { header: string; lines: string[] } {
  const found = header.exec(text);
  if (!found) throw new Error(`electron.d.ts has no ${header.source}`);
  const start = found.index + found[0].length;
  return { header: found[0], lines: text.slice(start, text.indexOf('\n  }\n', start)).split('\n') };
}

/** What a class or interface declares, parents included. @throws Error when there is no such type */
export function declared(type: string): Declared {
  const { header, lines } = body(new RegExp(`^  (?:class|interface) ${type}(?: extends [\\w.]+)? \\{$`, 'm'));
  const parent = / extends (\w+) \{/.exec(header)?.[1];
  const inherited = parent && parent !== 'NodeEventEmitter' ? declared(parent) : undefined;
  const members = new Set(inherited?.members);
  const statics = new Set(inherited?.statics);
  const events = new Set(inherited?.events);
  for (const line of lines) {
    const event = /^ {4}on\(event: '([^']+)'/.exec(line);
    if (event?.[1]) events.add(event[1]);
    const member = /^ {4}(static )?(?:readonly |get |set )?(\w+)\??[(:<]/.exec(line);
    if (member?.[2]) (member[1] ? statics : members).add(member[2]);
  }
  return { members, statics, events };
}

/** The values that a main process can import from `electron`. */
export function exportedToMain(): Set<string> {
  const values = ['Main', 'Common'].flatMap((name) =>
    body(new RegExp(`^  namespace ${name} \\{$`, 'm')).lines.map(
      (line) => /^ {4}(?:const|class) (\w+)/.exec(line)?.[1],
    ),
  );
  return new Set(values.filter((value) => value !== undefined));
}
