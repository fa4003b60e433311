// Where the ports of leases are reached from outside. By default their user has seen to that; where they allow it, the router is asked for
// each port of a lease before anybody pays, for as long as the lease is there. One port more shows whether it would: it is never sold.

import type { Clock } from '../../../base/clock.ts';
import type { InboundAddress, InboundAddresses } from '../../../reachability/inbound.ts';
import { ADMISSION } from './bounds.ts';
import { NETWORK } from './deps.ts';

export interface Outside {
  readonly host: string;
  readonly port: number;
}

export interface OutsidePortsDeps {
  readonly clock: Clock;
  /** undefined: there is nobody to ask. */
  readonly addresses: InboundAddresses | undefined;
  /** Whether its user has the router asked for what is sold from now on. */
  readonly wanted: () => boolean;
  /** First and last port that may be given to customers. */
  readonly range: () => readonly [number, number];
  readonly changed: () => void;
}

export class OutsidePorts {
  readonly #deps: OutsidePortsDeps;
  readonly #open = new Map<number, InboundAddress>();
  #sample: { readonly port: number; readonly address: InboundAddress } | undefined;

  constructor(deps: OutsidePortsDeps) {
    this.#deps = deps;
  }

  get wanted(): boolean {
    return this.#deps.wanted() && this.#deps.addresses !== undefined;
  }

  /** Those that may be sold. */
  range(): readonly [number, number] {
    const [from, to] = this.#deps.range();
    return this.wanted ? [from, to - 1] : [from, to];
  }

  /** What the router says to the port that is never sold; undefined: nothing yet, null: no. */
  get sample(): Outside | null | undefined {
    const address = this.#sample?.address;
    return address?.current() ?? (address && !address.looking() ? null : undefined);
  }

  /** As the settings are now. */
  look(): void {
    const [, to] = this.#deps.range();
    const port = this.wanted ? to : undefined;
    if (this.#sample?.port === port) return;
    this.#sample?.address.close();
    this.#sample = undefined;
    if (port === undefined) return;
    const address = this.#ask(NETWORK, port, 'Paygress');
    address.onChange(this.#deps.changed);
    this.#sample = { port, address };
  }

  /** Where none is wanted: true. Otherwise whether all of them can be reached; where not, none of them stays open. */
  async open(ports: readonly number[]): Promise<boolean> {
    if (!this.wanted) return true;
    const { clock } = this.#deps;
    for (const port of ports) this.keep(port);
    const until = clock.monotonic() + ADMISSION.routerMs;
    while (ports.some((port) => this.at(port) === undefined)) {
      const isLooking = ports.every((port) => this.at(port) !== undefined || this.#open.get(port)?.looking());
      if (!isLooking || clock.monotonic() >= until) {
        this.close(ports);
        return false;
      }
      await this.#change(ports, until);
    }
    return true;
  }

  /** Of a lease that is there already. */
  keep(port: number): void {
    if (this.#open.has(port) || !this.#deps.addresses) return;
    this.#open.set(port, this.#ask(`${NETWORK}-${port}`, port, 'Paygress lease'));
  }

  /** undefined: nothing that would be true to tell. */
  at(port: number): Outside | undefined {
    const known = this.#open.get(port)?.current();
    return known ? { host: known.host, port: known.port } : undefined;
  }

  close(ports: readonly number[]): void {
    for (const port of ports) {
      this.#open.get(port)?.close();
      this.#open.delete(port);
    }
  }

  stop(): void {
    this.close([...this.#open.keys()]);
    this.#sample?.address.close();
    this.#sample = undefined;
  }

  #ask(id: string, port: number, purpose: string): InboundAddress {
    return this.#deps.addresses!.open({ id, transport: 'tcp', port, purpose });
  }

  async #change(ports: readonly number[], until: number): Promise<void> {
    const { clock } = this.#deps;
    const wake = new AbortController();
    const offs = ports.map((port) => this.#open.get(port)?.onChange(() => wake.abort()));
    await clock.sleep(Math.max(1, until - clock.monotonic()), wake.signal).catch(() => undefined);
    for (const off of offs) off?.();
  }
}
