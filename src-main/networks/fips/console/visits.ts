// The pages of other Hearths on this computer, by key: a port on loopback leads to each, and the link to it works once. That Hearth is as
// strange as any other: of what it says, a token alone gets into the link.

import { TOKEN_FRAGMENT } from '../../../../src-preload/contract/console.ts';
import type { Clock } from '../../../base/clock.ts';
import { type Hosts, keyOfName } from '../dns/names.ts';
import { ForwardNodeUnknown } from '../forwards/errors.ts';
import type { Forwards } from '../forwards/forwards.ts';
import { encodeNpub, type NodeAddr } from '../identity/names.ts';
import type { TcpStack } from '../tcp/stack.ts';
import { ConnectionLost, type TcpStream } from '../tcp/tcp-stream.ts';
import { CONSOLE, LINK_PORT, PAGES_PORT } from './bounds.ts';
import { ConsoleClosed } from './errors.ts';

export interface VisitsDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly stack: Pick<TcpStack, 'connect'>;
  readonly forwards: Pick<Forwards, 'lead' | 'remove'>;
  hosts(): Hosts;
  know(xOnly: Buffer): NodeAddr;
}

const FAULTS = { refused: 'refused', timeout: 'silent', reset: 'unreachable', unreachable: 'unreachable' } as const;
/** 256 bits in base64url, and the end of the line. */
const TOKEN = /^([A-Za-z0-9_-]{43})\n$/;

export class Visits {
  readonly #deps: VisitsDeps;
  /** The port on loopback, and what ends it, by the npub of the other; the one opened first comes first. */
  readonly #open = new Map<string, { readonly id: string; readonly port: number }>();

  constructor(deps: VisitsDeps) {
    this.#deps = deps;
  }

  /** `node`: an npub, or what the user calls it. Rejects with ForwardNodeUnknown, ForwardInvalid or ConsoleClosed. */
  async open(node: string): Promise<string> {
    const key = keyOfName(node, this.#deps.hosts());
    if (!key) throw new ForwardNodeUnknown(node);
    const token = await this.#token(key);
    return `http://127.0.0.1:${await this.#port(encodeNpub(key))}/${TOKEN_FRAGMENT}${token}`;
  }

  /** With the forwards, which end by themselves. */
  stop(): void {
    this.#open.clear();
  }

  async #port(npub: string): Promise<number> {
    const before = this.#open.get(npub);
    if (before) return before.port;
    const made = await this.#deps.forwards.lead(npub, PAGES_PORT);
    this.#open.set(npub, made);
    const [first] = this.#open;
    if (this.#open.size > CONSOLE.visits && first) {
      this.#open.delete(first[0]);
      await this.#deps.forwards.remove(first[1].id);
    }
    return made.port;
  }

  async #token(key: Buffer): Promise<string> {
    const { clock, stack, know } = this.#deps;
    const stream = stack.connect(know(key), LINK_PORT);
    if (!stream) throw new ConsoleClosed('unreachable');
    const cancel = clock.after(CONSOLE.answerMs, () => stream.destroy(new ConnectionLost('timeout')));
    try {
      return TOKEN.exec(await answerOf(stream))?.[1] ?? refused(new ConsoleClosed('no-answer'));
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error;
      throw new ConsoleClosed(FAULTS[error.failure], error);
    } finally {
      cancel();
      stream.destroy();
    }
  }
}

function refused(error: Error): never {
  throw error;
}

async function answerOf(stream: TcpStream): Promise<string> {
  let text = '';
  stream.end();
  for await (const bytes of stream) {
    text += (bytes as Buffer).toString('latin1');
    if (text.length > CONSOLE.answerBytes) throw new ConsoleClosed('no-answer');
  }
  return text;
}
