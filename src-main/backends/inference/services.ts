// What a service has in its environment as OLLAMA_HOST. Started by systemd or launchd, Ollama has another environment than this program, and
// users change its address there, as its documentation says. On Windows the user's environment reaches every program.

import { join } from 'node:path';
import type { Surroundings } from './surroundings.ts';

const NAME = 'OLLAMA_HOST';
const MOST_FILES = 32;
const MOST_VALUES = 8;

/** Values of OLLAMA_HOST, as they are written there. */
export async function ollamaHostsOfServices(around: Surroundings): Promise<string[]> {
  const values =
    around.platform === 'linux'
      ? await fromSystemd(around)
      : around.platform === 'darwin'
        ? await fromLaunchd(around)
        : [];
  return [...new Set(values)].slice(0, MOST_VALUES);
}

/** Units of the same name further up are hidden by those further down; drop-ins add to them (systemd.unit(5)). */
async function fromSystemd({ read, list, home }: Surroundings): Promise<string[]> {
  const system = ['/usr/lib/systemd/system', '/lib/systemd/system', '/etc/systemd/system'];
  const user = ['/usr/lib/systemd/user', '/etc/systemd/user', join(home, '.config/systemd/user')];
  const values: string[] = [];
  for (const folders of [system, user]) {
    const units = new Map<string, string>();
    const additions: { readonly unit: string; readonly file: string }[] = [];
    for (const folder of folders) {
      for (const name of (await list(folder)).filter((each) => /^ollama[\w@.-]*\.service(\.d)?$/.test(each))) {
        const path = join(folder, name);
        if (name.endsWith('.service')) units.set(name, path);
        else {
          const files = (await list(path)).filter((file) => file.endsWith('.conf'));
          additions.push(...files.map((file) => ({ unit: name.slice(0, -2), file: join(path, file) })));
        }
      }
    }
    for (const [unit, path] of [...units].slice(0, MOST_FILES)) {
      const files = [path, ...additions.filter((each) => each.unit === unit).map(({ file }) => file)];
      const texts = await Promise.all(files.slice(0, MOST_FILES).map(read));
      const value = environmentOf(texts.join('\n')).get(NAME);
      if (value !== undefined) values.push(value);
    }
  }
  return values;
}

/** The `Environment=` lines of units, the later before the earlier (systemd.exec(5)). */
export function environmentOf(text: string): Map<string, string> {
  const all = new Map<string, string>();
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  for (const line of lines) {
    const [, said] = /^\s*Environment\s*=(.*)$/.exec(line) ?? [];
    if (said === undefined) continue;
    if (said.trim() === '') all.clear();
    for (const [, double, single, plain] of said.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)) {
      const word = double ?? single ?? plain ?? '';
      const at = word.indexOf('=');
      if (at > 0) all.set(word.slice(0, at), word.slice(at + 1).replace(/^["']|["']$/g, ''));
    }
  }
  return all;
}

/**
 * Jobs whose property list sets it, e.g. Homebrew's. Lists in the binary form are passed by. What `launchctl setenv` set, as
 * Ollama's documentation advises for its app, is in this program's own environment.
 */
async function fromLaunchd({ read, list, home }: Surroundings): Promise<string[]> {
  const values: string[] = [];
  for (const folder of [join(home, 'Library/LaunchAgents'), '/Library/LaunchAgents', '/Library/LaunchDaemons']) {
    const names = (await list(folder)).filter((name) => /ollama.*\.plist$/i.test(name));
    for (const text of await Promise.all(names.slice(0, MOST_FILES).map((name) => read(join(folder, name))))) {
      const [, value] = /<key>OLLAMA_HOST<\/key>\s*<string>([^<&]*)<\/string>/.exec(text ?? '') ?? [];
      if (value !== undefined) values.push(value);
    }
  }
  return values;
}
