// What an earlier run, or a way that did not answer in time, has left open at a router: taken up by a request that still wants it, and
// closed once those who want anything have asked.

import type { Clock } from '../../base/clock.ts';
import type { Family } from '../mapping.ts';
import type { RouterCalls } from './calls.ts';
import type { MappingDriver } from './driver.ts';
import type { Journal, Opening } from './journal.ts';
import type { RouterLink } from './link.ts';
import { routerKey } from './opening.ts';
import type { Steps } from './steps.ts';

export interface StaleMappingsDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly calls: RouterCalls;
  readonly steps: Steps;
  /** The request that has it now, if there is one. */
  readonly drivers: (requestId: string, family: Family) => readonly MappingDriver[];
}

/** All that want a port after a start have asked by then; what is not wanted is closed. */
const CLOSE_MS = 5000;

export class StaleMappings {
  readonly #deps: StaleMappingsDeps;
  #cancel: (() => void) | undefined;

  constructor(deps: StaleMappingsDeps) {
    this.#deps = deps;
  }

  /** What is open from before is taken up by the way that it was opened by, which comes first: without a gap, and never twice. */
  first(link: RouterLink, { request, family, internal }: MappingDriver, ways: readonly string[]): readonly string[] {
    const router = routerKey(link.gateway);
    const rows = this.#deps.journal.list();
    const before = rows.find((row) => {
      const same = row.router === router && row.request === request.id && row.transport === request.transport;
      return same && row.family === family && (family === 4 || row.internalAddress === internal?.address);
    });
    if (!before || !ways.includes(before.way) || !link.answering().includes(before.way)) return ways;
    return [before.way, ...ways.filter((way) => way !== before.way)];
  }

  closeSoon(link: RouterLink): void {
    this.#cancel ??= this.#deps.clock.after(CLOSE_MS, () => {
      this.#cancel = undefined;
      this.#forgetEnded();
      for (const row of this.#at(link)) void this.#close(link, row);
    });
  }

  /** At once, without a word of what comes of it. */
  async closeNow(link: RouterLink): Promise<void> {
    await Promise.all(this.#at(link).map((row) => this.#deps.calls.removeRow(link, row)));
  }

  /** Nothing is closed any more that was to be closed soon. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #forgetEnded(): void {
    const { clock, journal, calls } = this.#deps;
    const now = clock.now();
    for (const row of journal.list()) {
      if (row.endsAt !== null && row.endsAt < now) void calls.forget(row);
    }
  }

  async #close(link: RouterLink, row: Opening): Promise<void> {
    const { request, family, way, externalPort } = row;
    const removed = await this.#deps.calls.removeRow(link, row);
    this.#deps.steps.add(removed ? 'removed' : 'left-behind', { way, port: externalPort }, { request, family });
  }

  /** At this very router, by a way that answers, not in use, and ours to close. */
  #at(link: RouterLink): readonly Opening[] {
    const router = routerKey(link.gateway);
    const answering = link.answering();
    return this.#deps.journal
      .list()
      .filter((row) => row.router === router && answering.includes(row.way))
      .filter((row) => !this.#used(row) && closable(link, row));
  }

  /** For the same computer under another address, or another port of it, it is another opening. */
  #used({ request, family, transport, way, internalAddress, internalPort }: Opening): boolean {
    return this.#deps.drivers(request, family).some((driver) => {
      const { lease, open } = driver.state;
      const internal = lease?.mapping.internal ?? driver.internal;
      if (driver.request.transport !== transport) return false;
      return (lease?.way ?? open) === way && internal?.address === internalAddress && internal.port === internalPort;
    });
  }
}

/**
 * By PCP, NAT-PMP and in the IPv6 firewall a router only closes what leads to the asker: what leads to an address that we had
 * once ends by its lease. By UPnP it may have no end, and is known again by its description.
 */
function closable(link: RouterLink, { way, family, internalAddress }: Opening): boolean {
  const { v4, v6 } = link.gateway;
  if (family === 6) return v6?.globals.some(({ address }) => address === internalAddress) ?? false;
  return v4?.local === internalAddress || link.client(way)?.protocol === 'upnp';
}
