// Speaks with `hearth-volumes`, the one program of Hearth's that runs as root: a line for each request, a line for each answer. It is
// started when the first volume is wanted, so that a password is asked for once, and ends with this process. Once it was refused, nobody
// is asked again before its owner wants it: a window that comes back every minute would be a nuisance.

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Turns } from '../../../base/turns.ts';
import { inTime } from '../../containers/requests.ts';

/** Program and arguments, none of them from outside. */
export type HelperCommand = readonly [program: string, ...args: string[]];

export interface HelperDeps {
  /** One after the other, until one says that it is there. */
  readonly commands: () => readonly { readonly command: HelperCommand; readonly patienceMs: number }[];
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Running {
  readonly child: Child;
  /** The next line. Rejects when it is over, or with the signal's reason. */
  readonly line: (signal: AbortSignal) => Promise<string>;
}

/** What it says first. The first version knows encrypted volumes alone, and refuses other requests. */
const HELLO = /^hearth-volumes [12]$/;
const LINE_CHARACTERS = 4096;

/** It goes by whoever starts it here, and not by who has started this process. */
const OWN_ENV = () => ({ ...process.env, SUDO_UID: undefined, PKEXEC_UID: undefined });

/** It could not be started, or failed: `message` has its own words. */
export class HelperFailed extends Error {}

export class VolumeHelper {
  readonly #deps: HelperDeps;
  readonly #turns = new Turns();
  #running: Running | undefined;
  /** Shared: who leaves while somebody types leaves the window open for the next. */
  #starting: Promise<Running> | undefined;
  #refused: HelperFailed | undefined;

  constructor(deps: HelperDeps) {
    this.#deps = deps;
  }

  /** The words of its answer. Rejects with HelperFailed, or with the signal's reason; then what was asked may have been done. */
  ask(words: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return this.#turns.take('one', async () => {
      signal.throwIfAborted();
      this.#running ??= await inTime(this.#started(), signal);
      const { child, line } = this.#running;
      // A process that has nothing else to do waits for an answer, and not for the helper.
      heldBy(child, true);
      try {
        child.stdin.write(`${words.join(' ')}\n`);
        const [verdict, ...rest] = (await line(signal)).split(' ');
        if (verdict === 'ok') return rest.filter(Boolean);
        throw new HelperFailed(rest.join(' '));
      } catch (error) {
        // An answer that was not waited for would be taken for the next one's.
        if (!(error instanceof HelperFailed) || child.exitCode !== null) this.close();
        throw error;
      } finally {
        heldBy(child, false);
      }
    });
  }

  /** Its owner wants it: one that was refused may be started again. */
  askAgain(): void {
    this.#refused = undefined;
  }

  /** It comes to the end of what it does, and ends. */
  close(): void {
    this.#running?.child.stdin.end();
    this.#running = undefined;
  }

  #started(): Promise<Running> {
    if (this.#refused) return Promise.reject(this.#refused);
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<Running> {
    const commands = this.#deps.commands();
    if (commands.length === 0) throw new HelperFailed('there is no such program for this system');
    let why = '';
    for (const { command, patienceMs } of commands) {
      const running = begun(command);
      try {
        const said = await running.line(AbortSignal.timeout(patienceMs));
        if (HELLO.test(said)) {
          this.#running = running;
          return running;
        }
        why = said;
      } catch (error) {
        why = `${command[0]}: ${error instanceof Error ? error.message : String(error)}`;
      }
      running.child.stdin.end();
      running.child.kill();
    }
    this.#refused = new HelperFailed(why);
    throw this.#refused;
  }
}

function heldBy(child: Child, held: boolean): void {
  const pipe = child.stdout as Readable & Pick<Socket, 'ref' | 'unref'>;
  if (held) pipe.ref();
  else pipe.unref();
}

function begun([program, ...args]: HelperCommand): Running {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', env: OWN_ENV() });
  const lines: string[] = [];
  let rest = '';
  let over: Error | undefined;
  let wake = () => {};
  const end = (error: Error) => {
    over ??= error;
    wake();
  };
  child.unref();
  (child.stdin as Writable & Pick<Socket, 'unref'>).unref();
  child.on('error', end);
  child.on('exit', (code) => end(new HelperFailed(`ended with ${code}`)));
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    const [first = '', ...others] = (rest + text).split('\n');
    const all = [first, ...others];
    rest = all.pop()!.slice(0, LINE_CHARACTERS);
    lines.push(...all);
    wake();
  });
  return {
    child,
    line: async (signal) => {
      for (;;) {
        signal.throwIfAborted();
        const line = lines.shift();
        if (line !== undefined) return line.slice(0, LINE_CHARACTERS);
        if (over) throw over;
        await new Promise<void>((resolve) => {
          const aborted = () => resolve();
          signal.addEventListener('abort', aborted, { once: true });
          wake = () => {
            signal.removeEventListener('abort', aborted);
            resolve();
          };
        });
      }
    },
  };
}
