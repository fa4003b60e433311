// One call to a router, with the journal around it: written down before a port is asked for, erased when it is surely gone.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Random } from '../../base/random.ts';
import { MappingError } from '../errors.ts';
import type { CheckAnswer, Endpoint, Family, Mapping, PortClient, PortRequest, Within } from '../mapping.ts';
import type { Journal, Opening } from './journal.ts';
import type { RouterLink } from './link.ts';
import { isFor, mappingOf, routerKey, wishFor } from './opening.ts';

export interface CallsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly journal: Journal;
  readonly tag: string;
}

export interface CallFor {
  readonly link: RouterLink;
  readonly way: string;
  readonly request: PortRequest;
  readonly family: Family;
  /** Of ours, where the router is to lead to. */
  readonly internal: Endpoint | undefined;
  readonly signal: AbortSignal;
  /** The second try of the same: a slow router gets more time. */
  readonly again: boolean;
}

const QUICK_MS = 1000;
const UPNP_MS = 2000;
const UPNP_AGAIN_MS = 6000;
/** Three exchanges, one after the other, with a router that needs seconds for each. */
const SLOW_MS = 30_000;
const REMOVE_MS = 2000;
const LONGEST_S = 2 ** 32;

export class RouterCalls {
  readonly #deps: CallsDeps;
  /** What was asked for and was not erased since. */
  readonly #asked = new Map<string, Opening>();

  constructor(deps: CallsDeps) {
    this.#deps = deps;
  }

  async install(call: CallFor, otherPort: boolean): Promise<Mapping> {
    const { journal } = this.#deps;
    const { client, wish, row } = this.#prepare(call, otherPort, undefined);
    await journal.intend(row).catch((cause) => {
      throw unwritten(cause);
    });
    call.signal.throwIfAborted();
    try {
      const mapping = valid(await client.install(wish, this.#within(call)), 'install');
      await this.#granted(row, mapping);
      return mapping;
    } catch (error) {
      // A refusal says that nothing is open; silence does not.
      if (error instanceof MappingError && error.kind === 'refused') await this.#erase(row);
      throw error;
    }
  }

  async renew(call: CallFor, mapping: Mapping): Promise<Mapping> {
    const { client, wish, row } = this.#prepare(call, false, mapping);
    const renewed = valid(await client.renew(mapping, wish, this.#within(call)), 'renew');
    await this.#granted(row, renewed);
    return renewed;
  }

  async check(call: CallFor, mapping: Mapping): Promise<CheckAnswer> {
    return this.#client(call).check(mapping, this.#within(call));
  }

  /** What is held, or what the journal says an unanswered request may have left. */
  async remove(call: CallFor, mapping: Mapping | undefined): Promise<void> {
    const { link, way, request, family, signal } = call;
    const internal = mapping?.internal ?? call.internal;
    const router = routerKey(link.gateway);
    const row =
      internal &&
      this.#deps.journal
        .list()
        .find((row) => row.router === router && row.way === way && isFor(row, request, family, internal));
    const left = mapping ?? (row && mappingOf(row, this.#client(call).protocol));
    if (!left) return;
    await this.#client(call).remove(left, { signal, timeoutMs: link.slow(way) ? SLOW_MS : REMOVE_MS });
    if (row) await this.#erase(row);
  }

  /** Removes what an earlier run, or another way, has left at this router. Never rejects. */
  async removeRow(link: RouterLink, row: Opening): Promise<boolean> {
    const client = link.client(row.way);
    if (!client) return false;
    try {
      await client.remove(mappingOf(row, client.protocol), { signal: link.signal, timeoutMs: REMOVE_MS });
      await this.#erase(row);
      return true;
    } catch (error) {
      this.#deps.logger.debug('a port that was opened before could not be closed', { way: row.way, error });
      return false;
    }
  }

  /** Never rejects: what stays written down is only looked for once more. */
  async forget(row: Opening): Promise<void> {
    await this.#erase(row);
  }

  #prepare({ link, way, request, family, ...call }: CallFor, otherPort: boolean, mapping: Mapping | undefined) {
    const { clock, tag } = this.#deps;
    const { gateway } = link;
    const client = this.#client({ link, way });
    const internal = mapping?.internal ?? call.internal;
    if (!internal) {
      const message = 'This network has no address of ours that a router could lead to.';
      throw new MappingError(message, {
        kind: 'unavailable',
        reason: 'no-gateway',
        protocol: client.protocol,
        phase: 'install',
      });
    }
    const upnp = client.protocol === 'upnp';
    const now = clock.now();
    // Two who ask at the same moment are not in the journal yet.
    const known = [...this.#deps.journal.list(), ...this.#asked.values()];
    const wanted = { request: request.id, transport: request.transport, family, router: routerKey(gateway) };
    const taken = (port: number) => known.some((row) => row.externalPort === port && isOthers(row, wanted));
    const about = { request, family, way, upnp, gateway, internal, otherPort, tag, taken, now };
    const { wish, row } = wishFor(this.#deps, about);
    this.#asked.set(rowKey(row), row);
    return { client, wish, row };
  }

  #client({ link, way }: { readonly link: RouterLink; readonly way: string }): PortClient {
    const client = link.client(way);
    if (!client) throw new TypeError(`no such way: ${way}`);
    return client;
  }

  #within({ link, way, signal, again }: CallFor): Within {
    if (link.slow(way)) return { signal, timeoutMs: SLOW_MS };
    if (this.#client({ link, way }).protocol !== 'upnp') return { signal, timeoutMs: QUICK_MS };
    return { signal, timeoutMs: again ? UPNP_AGAIN_MS : UPNP_MS };
  }

  async #granted(row: Opening, { external, handle, lifetimeMs }: Mapping): Promise<void> {
    const endsAt = Number.isFinite(lifetimeMs) ? this.#deps.clock.now() + lifetimeMs : null;
    const { address, port } = external;
    const granted = { ...row, externalAddress: address, externalPort: port, handle, endsAt };
    this.#asked.set(rowKey(row), granted);
    try {
      await this.#deps.journal.granted(granted);
    } catch (error) {
      // The intention is on disk, which is enough to find it again.
      this.#deps.logger.warn('a granted port could not be written down', { error });
    }
  }

  async #erase(row: Opening): Promise<void> {
    this.#asked.delete(rowKey(row));
    try {
      await this.#deps.journal.erase(row);
    } catch (error) {
      this.#deps.logger.warn('a closed port could not be struck out of the journal', { error });
    }
  }
}

function rowKey({ router, way, request, family, transport, internalAddress, internalPort }: Opening): string {
  return JSON.stringify([router, way, request, family, transport, internalAddress, internalPort]);
}

type Whose = Pick<Opening, 'request' | 'transport' | 'family' | 'router'>;

/** By IPv4 a router has one port for all; TCP and UDP have theirs apart. */
function isOthers(row: Whose, { request, transport, family, router }: Whose): boolean {
  const same = row.transport === transport && row.family === family && row.router === router;
  return same && family === 4 && row.request !== request;
}

/** What a router says it granted has to make sense before it is published. */
function valid(mapping: Mapping, phase: 'install' | 'renew'): Mapping {
  const { external, lifetimeMs, protocol } = mapping;
  const port = Number.isInteger(external.port) && external.port >= 1 && external.port <= 65_535;
  const lifetime = lifetimeMs > 0 && (lifetimeMs === Number.POSITIVE_INFINITY || lifetimeMs <= LONGEST_S * 1000);
  if (port && lifetime) return mapping;
  throw new MappingError('The router said yes, but gave nothing that could be used.', {
    kind: 'refused',
    reason: 'no-resources',
    protocol,
    phase,
  });
}

function unwritten(cause: unknown): MappingError {
  return new MappingError('No port was opened, because it could not be written down first. Is the disk full?', {
    kind: 'transport',
    reason: 'transport',
    protocol: null,
    phase: 'install',
    cause,
  });
}
