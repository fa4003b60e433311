// Who has asked for what: a driver for each request and family, from the asking until what was had for it is closed.

import type { Family, PortRequest } from '../mapping.ts';
import type { Changes } from './changes.ts';
import { keyOf, type MappingDriver } from './driver.ts';

export interface RequestsDeps {
  readonly changes: Changes;
  /** `stopped` is to be called once it has stopped for good. */
  readonly create: (request: PortRequest, family: Family, stopped: () => void) => MappingDriver;
  readonly begin: (driver: MappingDriver) => void;
}

const FAMILIES = [4, 6] as const;

export class Requests {
  readonly #deps: RequestsDeps;
  readonly #drivers = new Map<string, MappingDriver>();
  /** Asked for again while what was had for them before is being closed. */
  readonly #successors = new Map<string, PortRequest>();
  #ending = false;
  #whenGone: (() => void) | undefined;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
  }

  /** Until the returned function is called. The same id again is the same request. */
  add(request: PortRequest): () => void {
    if (this.#ending) return () => {};
    const { changes } = this.#deps;
    const key = (family: Family) => keyOf(request.id, family);
    changes.run(() => {
      for (const family of FAMILIES) {
        const before = this.#drivers.get(key(family));
        if (before?.state.phase === 'stopping') this.#successors.set(before.key, request);
        else if (!before) this.#enter(request, family);
      }
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      changes.run(() => {
        for (const family of FAMILIES) {
          const driver = this.#drivers.get(key(family));
          if (!this.#successors.delete(key(family)) && driver) driver.send({ kind: 'stop' });
        }
      });
    };
  }

  get(requestId: string, family: Family): MappingDriver | undefined {
    return this.#drivers.get(keyOf(requestId, family));
  }

  drivers(): MapIterator<MappingDriver> {
    return this.#drivers.values();
  }

  /** Takes no more. Resolves when all that was asked for is closed. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#deps.changes.run(() => {
      for (const driver of this.#drivers.values()) driver.send({ kind: 'stop' });
    });
    await new Promise<void>((resolve) => {
      this.#whenGone = resolve;
      this.#tellGone();
    });
  }

  /** Waits for nobody any more. */
  drop(): void {
    for (const driver of this.#drivers.values()) driver.rest();
    this.#drivers.clear();
  }

  #enter(request: PortRequest, family: Family): void {
    const { create, begin } = this.#deps;
    const driver: MappingDriver = create(request, family, () => this.#gone(driver));
    this.#drivers.set(driver.key, driver);
    begin(driver);
  }

  #gone(driver: MappingDriver): void {
    const { key, family } = driver;
    if (this.#drivers.get(key) === driver) this.#drivers.delete(key);
    const successor = this.#successors.get(key);
    this.#successors.delete(key);
    if (successor && !this.#ending) this.#enter(successor, family);
    this.#tellGone();
  }

  #tellGone(): void {
    if ([...this.#drivers.values()].every(({ state }) => state.phase === 'stopped')) this.#whenGone?.();
  }
}
