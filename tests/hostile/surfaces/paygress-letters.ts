// Who writes to a Paygress provider: everybody, for its key stands in its offer. The relay is the attackers', and so are its customers.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock as clock } from '../../../src-main/base/clock.ts';
import { systemRandom as random } from '../../../src-main/base/random.ts';
import { connectSocket } from '../../../src-main/faces/socket.ts';
import { KIND, newLetter, oldLetter, openLetter } from '../../../src-main/nostr/envelope.ts';
import type { NostrEvent } from '../../../src-main/nostr/event.ts';
import { readPublicKey } from '../../../src-main/nostr/npub.ts';
import { Signer } from '../../../src-main/nostr/signer.ts';
import { until } from '../../support/wait.ts';
import type { Stage, Surface } from '../attack.ts';
import type { Attacker } from '../attacker.ts';
import { nested, values } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

interface PostTarget extends NodeTarget {
  readonly post: Post;
}

/** A relay that hands on what attackers write, and shows them what the provider answers. */
class Post {
  readonly #server: WebSocketServer;
  readonly #asked = new Map<WebSocket, string[]>();
  /** Hears each event that the provider publishes. */
  heard: (event: NostrEvent) => void = () => undefined;
  /** Of the provider, in hex. */
  key = '';

  constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.on('close', () => this.#asked.delete(socket));
      socket.on('message', (text) => this.#take(socket, JSON.parse((text as Buffer).toString()) as unknown[]));
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether somebody asks for letters. */
  get isAsked(): boolean {
    return [...this.#asked.values()].some((names) => names.length > 0);
  }

  hand(event: NostrEvent, attacker: Attacker): void {
    for (const [socket, names] of this.#asked) {
      // What is not read waits here, not there.
      if (socket.bufferedAmount > 4 * 1024 * 1024) continue;
      for (const name of names) {
        const text = JSON.stringify(['EVENT', name, event]);
        attacker.count(text.length);
        socket.send(text);
      }
    }
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #take(socket: WebSocket, [what, ...rest]: unknown[]): void {
    if (what === 'REQ') {
      const [name, ...filters] = rest as [string, ...{ kinds?: number[] }[]];
      const wantsLetters = filters.some(({ kinds }) => kinds?.includes(KIND.old) || kinds?.includes(KIND.wrap));
      if (wantsLetters) this.#asked.set(socket, [...(this.#asked.get(socket) ?? []), name]);
      socket.send(JSON.stringify(['EOSE', name]));
    }
    if (what === 'EVENT') {
      const [event] = rest as [NostrEvent];
      socket.send(JSON.stringify(['OK', event.id, true, '']));
      this.heard(event);
    }
  }
}

/** It sells, as far as its settings go; nobody's token is ever taken, for it trusts no mint. */
async function stage(): Promise<Stage<PostTarget>> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const post = new Post(server);
  const node = await nodeStage({
    settings: {
      'networks.paygress.relays': [post.url],
      'networks.paygress.address': '127.0.0.1',
      'networks.paygress.enabled': true,
    },
  });
  const own = await connectSocket(node.target.dataDir);
  await own!.request('wallet.make', {});
  post.key = await until('its key', async () => {
    const { value } = await own!.request('networks.get', undefined);
    return readPublicKey(value.find(({ id }) => id === 'paygress')?.nodeId ?? '');
  });
  await until('its ear', () => post.isAsked);
  own!.close();
  const stop = async () => {
    await node.stop();
    post.close();
  };
  const target = { ...node.target, post };
  return Object.defineProperties({ ...node, target, stop }, { alive: { get: () => node.alive } });
}

function customer(): Signer {
  const secret = Buffer.from(random.bytes(32)).toString('hex');
  return new Signer({ clock, random, vault: { get: () => secret, put: () => Promise.resolve() } }, 'x.nostr-key');
}

const CUSTOMERS = Array.from({ length: 8 }, customer);

/** In either envelope, dated by so many seconds from now. */
function letter(text: string, from: Signer, to: string, at = 0): NostrEvent {
  const now = clock.now() + at * 1000;
  return text.length % 2 === 0
    ? newLetter(text, to, { signer: from, random, now })
    : oldLetter(text, to, from, { at: Math.floor(now / 1000), alt: 'Private Message' });
}

/** Writes these without end, and tells what the provider answers by its `error_type`. */
async function write(post: Post, attacker: Attacker, make: (turn: number) => NostrEvent): Promise<void> {
  let turn = 0;
  let answers = 0;
  post.heard = (event) => {
    if (event.kind !== KIND.old && event.kind !== KIND.wrap) return;
    answers += 1;
    const to = CUSTOMERS.find(({ publicKey }) => publicKey === event.tags[0]?.[1]);
    const opened = to && openLetter(event, to);
    if (typeof opened !== 'object') return;
    attacker.met((JSON.parse(opened.text) as { error_type?: string }).error_type ?? 'sold');
  };
  await attacker.crowd(1, () => {
    post.hand(make(turn), attacker);
    turn += 1;
    return Promise.resolve();
  });
  if (answers > turn) attacker.met('more answers than letters');
}

const spawn = (more: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ cashu_token: 'cashuBAA', pod_image: 'x', ssh_username: 'x', ssh_password: 'x', ...more });
const SHELL = '$(reboot)`reboot`; rm -rf / #';
const ODD = [
  'hello?',
  nested(9),
  values(100_000),
  `{"pod_id":${nested(2000)}}`,
  spawn({ cashu_token: 'A'.repeat(97 * 1024) }),
  spawn({ replication: { mode: 'warm-standby', standby_providers: Array.from({ length: 17 }, () => 'x') } }),
  spawn({ workload_id: SHELL, template_slug: '../../etc', pod_spec_id: SHELL }),
  JSON.stringify({ pod_id: SHELL }),
  JSON.stringify({ pod_npub: 'container-1', cashu_token: 7 }),
  '\u0000'.repeat(1000),
];
const PROOFS = Array.from({ length: 1000 }, (_, n) => ({
  id: '00ad268c4d1f5826',
  amount: 1,
  secret: String(n).padStart(64, '0'),
  C: `02${'a'.repeat(64)}`,
}));
const token = (mint: string) =>
  `cashuA${Buffer.from(JSON.stringify({ token: [{ mint, proofs: PROOFS.slice(0, 400) }], unit: 'sat' })).toString('base64url')}`;

export const paygressLetters: Surface<PostTarget> = {
  name: 'letters to a Paygress provider',
  stage,
  attacks: [
    {
      name: 'what is no request, too deep, too much, or shell in every member',
      meets: ['invalid_request'],
      avoids: ['sold', 'more answers than letters'],
      run: ({ post }, attacker) => {
        const letters = ODD.map((text, n) => letter(text, CUSTOMERS[n % CUSTOMERS.length]!, post.key));
        return write(post, attacker, (turn) =>
          turn < letters.length
            ? letters[turn]!
            : letter(ODD[turn % ODD.length]!, CUSTOMERS[turn % CUSTOMERS.length]!, post.key),
        );
      },
    },
    {
      name: 'tokens of hundreds of proofs, of mints in our own network, and of nobody',
      meets: ['no_capacity'],
      avoids: ['sold', 'more answers than letters'],
      run: ({ post }, attacker) => {
        const tokens = [
          token('http://127.0.0.1:22'),
          token('http://169.254.169.254'),
          'cashuBAAAA',
          `cashuB${'A'.repeat(90_000)}`,
        ];
        return write(post, attacker, (turn) =>
          letter(spawn({ cashu_token: tokens[turn % tokens.length]! }), CUSTOMERS[turn % 8]!, post.key),
        );
      },
    },
    {
      name: 'one customer who asks without end',
      meets: ['rate_limited'],
      avoids: ['sold', 'more answers than letters'],
      run: ({ post }, attacker) =>
        write(post, attacker, (turn) => letter(JSON.stringify({ pod_id: String(turn) }), CUSTOMERS[7]!, post.key)),
    },
    // The last: a relay that brings forged events is left alone for a while.
    {
      name: 'the same letters again and again, of tomorrow, of last week, and with forged signatures',
      exercises: ['Paygress requests: perRelay'],
      avoids: ['sold', 'more answers than letters'],
      run: ({ post }, attacker) => {
        const [first] = CUSTOMERS;
        const real = letter(spawn({}), first!, post.key);
        const letters = [
          real,
          letter(spawn({ pod_spec_id: 'later' }), first!, post.key, 86_400),
          letter(spawn({ pod_spec_id: 'before' }), first!, post.key, -7 * 86_400),
          { ...real, content: `${real.content}A` },
          { ...real, sig: '0'.repeat(128) },
          letter(spawn({}), first!, CUSTOMERS[1]!.publicKey!),
        ];
        return write(post, attacker, (turn) => letters[turn % letters.length]!);
      },
    },
  ],
};
