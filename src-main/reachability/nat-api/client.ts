// The nat-api package as one more way to ask a router, for those that our own clients get nowhere with. It says yes or no and
// nothing else, and where a router accepts connections without answering it waits for ever: so each job has a thread of its own,
// which is ended with it, and its yes is only believed when the router lists the mapping.

import { isIPv4 } from 'node:net';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { MappingError, type MappingPhase } from '../errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type {
  CheckAnswer,
  Mapping,
  MappingWish,
  PortClient,
  PortClientFactory,
  ProbeAnswer,
  Within,
} from '../mapping.ts';
import { upnpClients } from '../upnp/client.ts';
import { ifSoon, inTime } from '../upnp/deadline.ts';
import { LISTED, UNPROVEN } from './proven.ts';
import type { ThreadAnswer, ThreadJob, ThreadTask } from './wire.ts';

export interface NatApiDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export interface NatApiOptions {
  /** Where it searches instead of at 239.255.255.250:1900, in tests. */
  readonly searchAt?: { readonly address: string; readonly port: number };
}

/** Of what is left of a call, for reading back. */
const READ_SHARE = 0.5;
/** So that what remains of a call suffices to say how it ended. */
const RESERVE_MS = 50;
const HEAP_MIB = 64;

/** The same name in the sources and in the build, where all chunks of the main process lie in one folder. */
const THREAD = pathToFileURL(join(import.meta.dirname, `nat-api-thread${extname(import.meta.filename)}`));

export function natApiClients(deps: NatApiDeps, options: NatApiOptions = {}): PortClientFactory {
  return (gateway) => new NatApiClient(deps, gateway, options);
}

class NatApiClient implements PortClient {
  readonly protocol = 'upnp';
  readonly #deps: NatApiDeps;
  readonly #gateway: Gateway;
  readonly #searchAt: NatApiOptions['searchAt'];
  /** Our own eyes. */
  readonly #reader: PortClient;
  readonly #closed = new AbortController();

  constructor(deps: NatApiDeps, gateway: Gateway, { searchAt }: NatApiOptions) {
    this.#deps = deps;
    this.#gateway = gateway;
    this.#searchAt = searchAt;
    this.#reader = upnpClients(deps, searchAt ? { ssdpPort: searchAt.port } : {})(gateway);
  }

  async probe(within: Within): Promise<ProbeAnswer> {
    const began = this.#deps.clock.monotonic();
    const external = await this.#inTime('probe', within, (signal) => this.#run({ kind: 'address' }, 'probe', signal));
    const tookMs = this.#deps.clock.monotonic() - began;
    if (external === '') {
      const message = 'No router with UPnP answered. It may be switched off in its settings.';
      throw new MappingError(message, { kind: 'unavailable', reason: 'not-found', protocol: 'upnp', phase: 'probe' });
    }
    return { protocol: 'upnp', tookMs, ...externalOf(external), families: [4] };
  }

  async install(wish: MappingWish, within: Within): Promise<Mapping> {
    return await this.#map(wish, wish.port, 'install', within);
  }

  async renew(mapping: Mapping, wish: MappingWish, within: Within): Promise<Mapping> {
    return await this.#map(wish, mapping.external.port, 'renew', within);
  }

  async check(mapping: Mapping, within: Within): Promise<CheckAnswer> {
    return await this.#inTime('check', within, async (signal, left) => {
      const seen = await this.#look(mapping, left() * READ_SHARE, signal);
      return seen ?? externalOf(await this.#run({ kind: 'address' }, 'check', signal));
    });
  }

  async remove(mapping: Mapping, within: Within): Promise<void> {
    await this.#inTime('remove', within, async (signal, left) => {
      // What the router lists as another computer's is not ours to remove; where it can't be read, we did set it.
      const seen = await this.#look(mapping, left() * READ_SHARE, signal);
      if (seen?.listed === false) return;
      const { transport, external, internal } = mapping;
      const job = { kind: 'unmap', transport, description: '', lifetimeS: 0 } as const;
      const done = await this.#run({ ...job, external: external.port, internal: host(internal) }, 'remove', signal);
      if (done !== true) throw refused('remove');
    });
  }

  close(): void {
    const message = 'Hearth no longer uses this router.';
    const facts = { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase: 'remove' } as const;
    this.#closed.abort(new MappingError(message, facts));
    this.#reader.close();
  }

  async #map(wish: MappingWish, port: number, phase: MappingPhase, within: Within): Promise<Mapping> {
    return await this.#inTime(phase, within, async (signal, left) => {
      const { transport, internal } = wish;
      const lifetimeS = Math.max(1, Math.round(Math.min(wish.lifetimeMs, 604_800_000) / 1000));
      // It puts descriptions into its XML as they are.
      const description = wish.description.replace(/[^\w .:-]/g, '');
      const job = { kind: 'map', transport, external: port, internal: host(internal), description, lifetimeS } as const;
      if ((await this.#run(job, phase, signal)) !== true) throw refused(phase);
      const mapping: Mapping = {
        protocol: 'upnp',
        family: 4,
        transport,
        internal,
        external: { address: '0.0.0.0', port },
        lifetimeMs: lifetimeS * 1000,
        grantedAt: this.#deps.clock.monotonic(),
        handle: UNPROVEN,
      };
      const seen = await this.#look(mapping, left() * READ_SHARE, signal);
      if (seen?.listed === false) throw refused(phase);
      const handle = seen?.listed ? LISTED : mapping.handle;
      const address =
        seen?.external ??
        (await ifSoon(this.#deps, Math.max(0, left() - RESERVE_MS), signal, async (inner) => {
          return externalOf(await this.#run({ kind: 'address' }, phase, inner)).external;
        }));
      return { ...mapping, handle, external: { address: address ?? '0.0.0.0', port } };
    });
  }

  /** Undefined where our own client can't read either. */
  #look(mapping: Mapping, timeoutMs: number, signal: AbortSignal): Promise<CheckAnswer | undefined> {
    return ifSoon(this.#deps, timeoutMs, signal, (inner) => this.#reader.check(mapping, { signal: inner, timeoutMs }));
  }

  #inTime<T>(
    phase: MappingPhase,
    { signal, timeoutMs }: Within,
    run: (signal: AbortSignal, left: () => number) => Promise<T>,
  ): Promise<T> {
    return inTime(this.#deps, phase, { signal: AbortSignal.any([signal, this.#closed.signal]), timeoutMs }, run);
  }

  /** One job in a thread of its own, which has ended when this settles. */
  async #run(job: ThreadJob, phase: MappingPhase, signal: AbortSignal): Promise<ThreadAnswer> {
    const { v4 } = this.#gateway;
    if (!v4) {
      const message = 'There is no router to ask.';
      throw new MappingError(message, { kind: 'unavailable', reason: 'no-gateway', protocol: 'upnp', phase });
    }
    signal.throwIfAborted();
    const workerData: ThreadTask = { router: v4.router, local: v4.local, searchAt: this.#searchAt, job };
    const worker = new Worker(THREAD, { workerData, resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } });
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread has ended without an answer')));
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      await worker.terminate();
    }
  }
}

function externalOf(address: ThreadAnswer): { readonly external?: string } {
  return typeof address === 'string' && isIPv4(address) && address !== '0.0.0.0' ? { external: address } : {};
}

function host({ address, port }: Mapping['internal']): { readonly host: string; readonly port: number } {
  return { host: address, port };
}

/** It does not say why. */
function refused(phase: MappingPhase): MappingError {
  const message = 'The router did not open the port, and did not say why.';
  return new MappingError(message, { kind: 'refused', reason: 'bad-request', protocol: 'upnp', phase });
}
