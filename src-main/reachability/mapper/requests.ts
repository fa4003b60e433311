// Who has asked for what: a driver for each request and family, from the asking until what was had for it is closed.

import type { Family, PortRequest } from '../mapping.ts';
import type { Changes } from './changes.ts';
import { keyOf, type MappingDriver, type Slot } from './driver.ts';

export interface RequestsDeps {
  readonly changes: Changes;
  /** `stopped` is to be called once it has stopped for good. */
  readonly create: (slot: Slot, stopped: () => void) => MappingDriver;
  readonly begin: (driver: MappingDriver) => void;
}

/** A computer has one IPv4 address on a line and may have several global ones of IPv6: more than these are left alone. */
const SLOTS = [
  [4, 0],
  [6, 0],
  [6, 1],
  [6, 2],
] as const;

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
    changes.run(() => {
      for (const [family, nth] of SLOTS) {
        const before = this.#drivers.get(keyOf(request.id, family, nth));
        if (before?.state.phase === 'stopping') this.#successors.set(before.key, request);
        else if (!before) this.#enter({ request, family, nth });
      }
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      changes.run(() => {
        for (const [family, nth] of SLOTS) {
          const key = keyOf(request.id, family, nth);
          const driver = this.#drivers.get(key);
          if (!this.#successors.delete(key) && driver) driver.send({ kind: 'stop' });
        }
      });
    };
  }

  of(requestId: string, family: Family): readonly MappingDriver[] {
    return [...this.#drivers.values()].filter((each) => each.request.id === requestId && each.family === family);
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

  /** Waits no more. */
  drop(): void {
    for (const driver of this.#drivers.values()) driver.rest();
    this.#drivers.clear();
  }

  #enter(slot: Slot): void {
    const { create, begin } = this.#deps;
    const driver: MappingDriver = create(slot, () => this.#gone(driver));
    this.#drivers.set(driver.key, driver);
    begin(driver);
  }

  #gone(driver: MappingDriver): void {
    const { key, family, nth } = driver;
    if (this.#drivers.get(key) === driver) this.#drivers.delete(key);
    const successor = this.#successors.get(key);
    this.#successors.delete(key);
    if (successor && !this.#ending) this.#enter({ request: successor, family, nth });
    this.#tellGone();
  }

  #tellGone(): void {
    if ([...this.#drivers.values()].every(({ state }) => state.phase === 'stopped')) this.#whenGone?.();
  }
}
