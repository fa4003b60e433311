// A practice relay: a real little Nostr relay (NIP-01, 11, 42), in memory, with faults by script. Signatures are checked and filters
// matched by nostr-tools, so that a mistake in the house's own can't hide in it.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Filter, matchFilters } from 'nostr-tools/filter';
import { type NostrEvent, validateEvent, verifyEvent } from 'nostr-tools/pure';
import { type WebSocket, WebSocketServer } from 'ws';
import { isObject } from '../../base/object.ts';
import type { Random } from '../../base/random.ts';
import type { ListenOptions } from '../http-server.ts';
import { KeptEvents } from './events.ts';
import { RelayFaults } from './faults.ts';

export interface PracticeRelayOptions extends ListenOptions {
  readonly name?: string;
  /** Takes and shows nothing before who asks has logged in (NIP-42). */
  readonly wantsLogin?: boolean;
  /** Stored events that one request gets at most. */
  readonly mostStored?: number;
}

/** That what is given is not changed here. */
type SignedEvent = Readonly<Omit<NostrEvent, 'tags'>> & { readonly tags: readonly (readonly string[])[] };

interface Client {
  readonly socket: WebSocket;
  readonly challenge: string;
  readonly subscriptions: Map<string, readonly Filter[]>;
  loggedIn: boolean;
}

const LONGEST_MESSAGE = 1024 * 1024;
const LOGIN = 22_242;

export async function startRelay(
  deps: { readonly random: Random },
  options: PracticeRelayOptions = {},
): Promise<PracticeRelay> {
  const relay = new PracticeRelay(deps, options);
  await relay.listen();
  return relay;
}

export class PracticeRelay {
  readonly #random: Random;
  readonly #options: PracticeRelayOptions;
  readonly kept = new KeptEvents();
  readonly faults = new RelayFaults();
  readonly #clients = new Set<Client>();
  #server: Server | undefined;
  #port = 0;
  /** What it was sent, in order: the words and what follows them. */
  readonly heard: (readonly unknown[])[] = [];

  constructor({ random }: { readonly random: Random }, options: PracticeRelayOptions) {
    this.#random = random;
    this.#options = options;
  }

  get url(): string {
    return `ws://${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** On the same port as before, where it listened once. */
  listen(): Promise<void> {
    const server = createServer((_req, res) => {
      res.setHeader('content-type', 'application/nostr+json');
      res.end(JSON.stringify(this.#document()));
    });
    const sockets = new WebSocketServer({ server, maxPayload: LONGEST_MESSAGE, perMessageDeflate: true });
    sockets.on('connection', (socket) => this.#welcome(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#options.port ?? this.#port, this.#options.host ?? '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Cuts all connections. What was kept stays, for the next time that it listens. */
  stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return Promise.resolve();
    this.cut();
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  cut(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  /** To every client, as it stands: for what no honest relay says. */
  say(text: string | Buffer): void {
    for (const { socket } of this.#clients) socket.send(text);
  }

  /** As if a client had published it. */
  add(given: SignedEvent): void {
    const event = { ...given, tags: given.tags.map((tag) => [...tag]) };
    this.kept.add(event);
    this.#pass(event);
  }

  #document() {
    return {
      name: this.#options.name ?? 'Practice relay',
      description: 'For trying things out. It forgets everything when it stops.',
      software: 'practice',
      supported_nips: [1, 11, 42],
      limitation: { max_message_length: LONGEST_MESSAGE, auth_required: this.#options.wantsLogin ?? false },
    };
  }

  #welcome(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    const challenge = this.#random.id();
    const client: Client = { socket, challenge, subscriptions: new Map(), loggedIn: !this.#options.wantsLogin };
    if (this.faults.take('connect').do !== 'fine') return void socket.terminate();
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('message', (data) => this.#hear(client, data as Buffer));
    if (!client.loggedIn) send(client, ['AUTH', client.challenge]);
  }

  #hear(client: Client, data: Buffer): void {
    let message: unknown;
    try {
      message = JSON.parse(data.toString());
    } catch {
      return void send(client, ['NOTICE', 'error: no JSON']);
    }
    if (!Array.isArray(message)) return void send(client, ['NOTICE', 'error: no array']);
    this.heard.push(message);
    const [word, first, ...rest] = message as unknown[];
    if (word === 'EVENT') this.#event(client, first);
    else if (word === 'AUTH') this.#login(client, first);
    else if (word === 'REQ') this.#request(client, String(first), rest.filter(isObject) as Filter[]);
    else if (word === 'CLOSE') client.subscriptions.delete(String(first));
    else send(client, ['NOTICE', 'error: unknown word']);
  }

  #event(client: Client, event: unknown): void {
    const fault = this.faults.take('EVENT');
    const id = isObject(event) ? event.id : '';
    if (fault.do === 'drop') return void client.socket.terminate();
    if (fault.do === 'swallow') return;
    if (fault.do === 'refuse') return void send(client, ['OK', id, false, fault.said]);
    if (fault.do === 'notice') return void send(client, ['NOTICE', fault.said]);
    if (!client.loggedIn) return void send(client, ['OK', id, false, 'auth-required: log in first']);
    if (!isEvent(event)) return void send(client, ['OK', id, false, 'invalid: id, signature or shape']);
    const found = this.kept.add(event);
    if (found !== 'duplicate' && found !== 'older') this.#pass(event);
    if (fault.do === 'drop-after') return void client.socket.terminate();
    if (fault.do === 'say-nothing') return;
    if (found === 'older') return void send(client, ['OK', id, false, 'blocked: a newer one is here']);
    send(client, ['OK', id, true, found === 'duplicate' ? 'duplicate: it is here' : '']);
  }

  #request(client: Client, id: string, filters: readonly Filter[]): void {
    const fault = this.faults.take('REQ');
    if (fault.do === 'drop') return void client.socket.terminate();
    if (fault.do === 'swallow') return;
    if (fault.do === 'refuse') return void send(client, ['CLOSED', id, fault.said]);
    if (fault.do === 'notice') return void send(client, ['NOTICE', fault.said]);
    if (!client.loggedIn) return void send(client, ['CLOSED', id, 'auth-required: log in first']);
    client.subscriptions.set(id, filters);
    for (const event of this.kept.find(filters, this.#options.mostStored ?? 500)) send(client, ['EVENT', id, event]);
    if (fault.do === 'drop-after') return void client.socket.terminate();
    if (fault.do !== 'say-nothing') send(client, ['EOSE', id]);
  }

  #login(client: Client, event: unknown): void {
    const fault = this.faults.take('AUTH');
    const id = isObject(event) ? event.id : '';
    if (fault.do === 'refuse') return void send(client, ['OK', id, false, fault.said]);
    const tagged = (name: string) => isEvent(event) && event.tags.find(([tag]) => tag === name)?.[1];
    client.loggedIn =
      isEvent(event) &&
      event.kind === LOGIN &&
      tagged('challenge') === client.challenge &&
      tagged('relay') === this.url;
    send(client, ['OK', id, client.loggedIn, client.loggedIn ? '' : 'restricted: not for this challenge']);
  }

  #pass(event: NostrEvent): void {
    for (const client of this.#clients) {
      for (const [id, filters] of client.subscriptions) {
        if (matchFilters([...filters], event)) send(client, ['EVENT', id, event]);
      }
    }
  }
}

function isEvent(value: unknown): value is NostrEvent {
  return isObject(value) && validateEvent(value) && verifyEvent(value as unknown as NostrEvent);
}

function send({ socket }: Client, message: readonly unknown[]): void {
  socket.send(JSON.stringify(message));
}
