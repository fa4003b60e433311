// A node of ours in a process and a network namespace of its own, see fips-node-child.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { ForwardView, ForwardWish } from '../../src-main/networks/fips/forwards/forward.ts';
import type { Namespace } from './namespaces.ts';

export interface FipsChildOptions {
  /** One byte, of which its key is made. */
  readonly secret: number;
  /** Of UDP, on all addresses. */
  readonly port: number;
  /** Name of its TUN device; none where it is left out. */
  readonly tun?: string;
  /** Keys of nodes it may be asked for by their IPv6 addresses. */
  readonly knows?: readonly string[];
  readonly forwards?: readonly ForwardWish[];
  /** A node to dial by UDP at the start. */
  readonly dials?: { readonly npub: string; readonly address: string };
}

export interface FipsChildState {
  readonly npub: string;
  readonly ipv6: string;
  readonly peers: readonly string[];
  readonly root: string;
  readonly sessions: readonly string[];
  readonly forwards: readonly ForwardView[];
  readonly tun: string | undefined;
  readonly tunError: string | undefined;
  readonly counts: {
    readonly sent: number;
    readonly received: number;
    readonly refused: number;
    readonly tooBig: number;
  };
}

export interface FipsChild {
  state(): Promise<FipsChildState>;
  stop(): Promise<void>;
}

/** `as`: a command line in front of Node's, such as one that takes privileges away. */
export function fipsChild(namespace: Namespace, options: FipsChildOptions, as: readonly string[] = []): FipsChild {
  const [first, ...rest] = [
    ...as,
    process.execPath,
    join(import.meta.dirname, 'fips-node-child.ts'),
    JSON.stringify(options),
  ];
  const child = spawn(...namespace.inside(first!, rest), { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const stop = async () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(late);
  };
  onTestFinished(stop);
  return {
    async state() {
      child.stdin.write('\n');
      const { value, done } = await lines.next();
      if (done) throw new Error('the node is gone');
      return JSON.parse(value) as FipsChildState;
    },
    stop,
  };
}
