// The provider's side of the directory API (IICP 1.1 to 1.4): a method for each thing that is asked. What is read is validated.

import { DirectoryRefused } from '../errors.ts';
import { DirectoryCalls, UNREACHABLE, unusable } from './directory-calls.ts';
import {
  Award,
  BeatReply,
  Credits,
  Entry,
  Grant,
  Key,
  Listing,
  Nodes,
  type Offer,
  Offers,
  Probe,
  Ticket,
  Transactions,
} from './directory-replies.ts';
import { type Listed, prefixOf } from './listing.ts';

export interface Granted {
  readonly token: string;
  readonly hmacKey: string | undefined;
}

/** One line of the directory's own books. */
export interface Transaction {
  readonly id: string;
  readonly type: string;
  readonly micro: number;
  /** Null: it gave for no task, or does not say for which. */
  readonly taskId: string | null;
  readonly reason: string | null;
  /** Epoch milliseconds, by its clock; 0 where it does not tell. */
  readonly at: number;
}

/** A part of its books, newest first. */
export interface Page {
  readonly lines: readonly Transaction[];
  /** It says itself that there is nothing older. */
  readonly last: boolean;
}

export interface Account {
  readonly balanceMicro: number;
  readonly earnedMicro: number | null;
  readonly spentMicro: number | null;
  /** Its books of this node agree with one another, as far as it tells. */
  readonly agrees: boolean;
}

/** Who speaks to the ledger. */
export interface Speaker {
  readonly nodeId: string;
  readonly token: string;
}

/** Asked for at once: the most that a directory tells. */
const PAGE = 100;

/** The registry knows no such node; any other 404 is of a directory without a registry. */
const ABSENT = new Set(['REGISTRY-NODE-NOT-FOUND', 'IICP-E003']);

export class DirectoryClient {
  readonly #calls: DirectoryCalls;

  /** `url` is the API's base, to which `/v1/...` is added; it may send us to itself and to `redirectHosts`, see DirectoryCalls. */
  constructor(url: string, redirectHosts: readonly string[] = []) {
    this.#calls = new DirectoryCalls(url, redirectHosts);
  }

  /** Why no answer comes from there; undefined: one does, whatever it says. Rejects only with the signal's reason. */
  async silence(signal: AbortSignal): Promise<DirectoryRefused | undefined> {
    try {
      await this.#calls.call({ method: 'GET', path: '/v1/directory-key' }, signal);
      return undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof DirectoryRefused && error.code === UNREACHABLE ? error : undefined;
    }
  }

  /** Rejects with DirectoryRefused; the signal's reason passes through. */
  async register(body: object, signal: AbortSignal): Promise<Granted> {
    const reply = Grant.safeParse(await this.#calls.call({ method: 'POST', path: '/v1/register', body }, signal));
    const token = reply.success ? (reply.data.node_token ?? reply.data.token) : undefined;
    if (!reply.success || token === undefined) throw unusable('the directory registered this node but gave no token');
    return { token, hmacKey: reply.data.node_hmac_key || undefined };
  }

  async heartbeat(body: object, token: string, signal: AbortSignal): Promise<BeatReply> {
    const json = await this.#calls.call({ method: 'POST', path: '/v1/heartbeat', body, token }, signal);
    const reply = BeatReply.safeParse(json);
    if (!reply.success) throw unusable('the directory answered a heartbeat with something else');
    return reply.data;
  }

  /** A node that the directory does not know is as good as deregistered. */
  async deregister(nodeId: string, token: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#calls.call({ method: 'DELETE', path: '/v1/register', body: { node_id: nodeId }, token }, signal);
    } catch (error) {
      if (!(error instanceof DirectoryRefused && error.status === 404)) throw error;
    }
  }

  /** Lets the directory connect to an address (IICP 1.4). Undefined: it does not do that, or not now. */
  async probe(host: string, port: number, signal: AbortSignal): Promise<{ readonly reachable: boolean } | undefined> {
    const query = new URLSearchParams({ host, port: String(port) });
    try {
      const json = await this.#get(`/v1/probe?${query.toString()}`, signal);
      const reply = Probe.safeParse(json);
      return reply.success ? reply.data : undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof DirectoryRefused) return undefined;
      throw error;
    }
  }

  /** What its public list has of a node; undefined where it has nothing. */
  async listing(nodeId: string, signal: AbortSignal): Promise<Listing | undefined> {
    try {
      const path = `/v1/registry/nodes/${encodeURIComponent(prefixOf(nodeId))}`;
      const reply = Listing.safeParse(await this.#get(path, signal));
      if (!reply.success) throw unusable('the registry answered with something else');
      return reply.data;
    } catch (error) {
      if (error instanceof DirectoryRefused && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The nodes that it offers to consumers of this kind of work, best first, at most 50. */
  async offers(wanted: { intent: string; model?: string | undefined }, signal: AbortSignal): Promise<readonly Offer[]> {
    const { intent, model } = wanted;
    const query = new URLSearchParams({ intent, limit: '50', ...(model !== undefined && { model }) });
    const json = await this.#get(`/v1/discover?${query.toString()}`, signal);
    const reply = Offers.safeParse(json);
    if (!reply.success) throw unusable('the directory answered a search with something else');
    return reply.data.nodes;
  }

  /** The key that its tokens are signed with, as 64 hex digits (IICP 3.6). Undefined: it signs nothing, or not now. */
  async directoryKey(signal: AbortSignal): Promise<string | undefined> {
    try {
      const reply = Key.safeParse(await this.#get('/v1/directory-key', signal));
      return reply.success ? reply.data.public_key.toLowerCase() : undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof DirectoryRefused) return undefined;
      throw error;
    }
  }

  /** Whether the public registry shows a node as one to be found, by `prefixOf` its id. Rejects only with the signal's reason. */
  async listed(prefix: string, signal: AbortSignal): Promise<Listed> {
    try {
      const path = `/v1/registry/nodes/${encodeURIComponent(prefix)}`;
      const reply = Entry.safeParse(await this.#get(path, signal));
      if (!reply.success) return 'unknown';
      return reply.data.routable ? 'listed' : 'missing';
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof DirectoryRefused && ABSENT.has(error.code) ? 'missing' : 'unknown';
    }
  }

  /** Nodes that say they pass tasks on (IICP 3.9), as the directory tells them; it may tell of others too. */
  async discoverRelays(intent: string, signal: AbortSignal): Promise<readonly unknown[]> {
    const query = new URLSearchParams({ intent, relay_capable: 'true', limit: '50' });
    const reply = Nodes.safeParse(await this.#get(`/v1/discover?${query.toString()}`, signal));
    return reply.success ? reply.data.nodes : [];
  }

  /** Lets this node bind to that relay, or any, once (IICP 1.4). Undefined: it gives none. */
  async relayTicket(
    nodeId: string,
    relay: string | undefined,
    token: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const body = relay === undefined ? {} : { relay_node_id: relay };
    const reply = Ticket.safeParse(
      await this.#calls.call({ method: 'POST', path: '/v1/relay/ticket', body, token, nodeId }, signal),
    );
    return reply.success ? reply.data.ticket : undefined;
  }

  /** Some nodes to begin with (IICP 7), as the directory lists them; read by `mesh/peer-record`. */
  bootstrap(limit: number, signal: AbortSignal): Promise<unknown> {
    return this.#get(`/v1/bootstrap?limit=${limit}`, signal);
  }

  /** Hands a receipt in (IICP 1.4, credits/award). What was awarded for it, in micro-credits, and why nothing was. */
  async award(
    body: object,
    { nodeId, token }: Speaker,
    signal: AbortSignal,
  ): Promise<{ readonly micro: number; readonly excluded: string | undefined }> {
    const reply = Award.safeParse(
      await this.#calls.call({ method: 'POST', path: '/v1/credits/award', body, token, nodeId }, signal),
    );
    if (!reply.success) throw unusable('the directory answered a receipt with something else');
    const { awarded, excluded, reason } = reply.data;
    return { micro: awarded, excluded: typeof excluded === 'string' ? excluded : excluded ? reason : undefined };
  }

  async account({ nodeId, token }: Speaker, signal: AbortSignal): Promise<Account> {
    const reply = Credits.safeParse(
      await this.#calls.call({ method: 'GET', path: '/v1/credits/summary', token, nodeId }, signal),
    );
    if (!reply.success) throw unusable('the directory told a balance that is none');
    const { balance, total_earned: earned, total_spent: spent, reconciles } = reply.data;
    return {
      balanceMicro: balance,
      earnedMicro: earned ?? null,
      spentMicro: spent ?? null,
      agrees: reconciles !== false,
    };
  }

  /** From page 1 on. Some directories tell the same newest ones whatever page is asked for, and fewer than are asked for. */
  async transactions(page: number, { nodeId, token }: Speaker, signal: AbortSignal): Promise<Page> {
    const path = `/v1/credits/transactions?page=${page}&per_page=${PAGE}`;
    const reply = Transactions.safeParse(await this.#calls.call({ method: 'GET', path, token, nodeId }, signal));
    if (!reply.success) throw unusable('the directory told transactions that are none');
    const { transactions, per_page: most } = reply.data;
    const lines = transactions.map(({ id, type, amount, task_id: taskId, reason, created_at: at }) => ({
      id,
      type,
      micro: amount,
      taskId: taskId ?? null,
      reason: reason ?? null,
      at,
    }));
    return { lines, last: most !== undefined && lines.length < most };
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  #get(path: string, signal: AbortSignal): Promise<unknown> {
    return this.#calls.call({ method: 'GET', path }, signal);
  }
}
