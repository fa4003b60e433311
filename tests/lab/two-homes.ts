// Two homes from tests: see two-homes.sh. Ends with the test.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, onTestFinished } from 'vitest';
import { Child } from './support.ts';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'two-homes.sh');
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const missing = whyNot();
if (missing !== undefined) console.warn(`no tests between two homes: ${missing}`);

/** Tests that need the homes; where they can't be had they are skipped, and the title says why. */
export function betweenHomes(title: string, tests: () => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (skipped: ${missing})`, tests);
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const absent = ['ip', 'nft', 'conntrack'].filter(
    (tool) => !PATH.split(':').some((folder) => existsSync(join(folder, tool))),
  );
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  const name = `hearth-homes-${process.pid}`;
  try {
    execFileSync(SCRIPT, ['up', name], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'this kernel lets nobody make such networks here';
  } finally {
    execFileSync(SCRIPT, ['down', name], { stdio: 'pipe' });
  }
}

export type Home = 'home-a' | 'home-a2' | 'home-b' | 'wan';
export type Nat = 'plain' | 'symmetric';

let homes = 0;

export class TwoHomes {
  readonly #id: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(id: string) {
    this.#id = id;
  }

  /** `a` and `b`: how their routers pick ports. */
  static async up(a: Nat = 'plain', b: Nat = 'plain'): Promise<TwoHomes> {
    homes += 1;
    const made = new TwoHomes(`h${process.pid}x${homes}`);
    onTestFinished(() => made.#down());
    await run(SCRIPT, ['up', made.#id, a, b]);
    return made;
  }

  async reboot(router: 'a' | 'b'): Promise<void> {
    await run(SCRIPT, ['reboot', this.#id, router]);
  }

  /** Our own code as a process there, speaking JSON lines. */
  node(home: Home, script: string, ...args: readonly string[]): Child {
    return new Child(this.spawn(home, process.execPath, join(import.meta.dirname, script), ...args));
  }

  /** A program that is ended with the homes. */
  spawn(home: Home, program: string, ...args: readonly string[]): ChildProcess {
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env;
    const words = ['netns', 'exec', `${this.#id}-${home}`, program, ...args];
    const child = spawn('ip', words, { env: { ...env, PATH }, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async #down(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await run(SCRIPT, ['down', this.#id]);
  }
}
