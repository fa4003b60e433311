// Leases put together: the desk that takes requests, the leases themselves, and what looks after them by itself.

import type { Database } from 'better-sqlite3';
import type { Received } from '../../nostr/pool.ts';
import { DESK } from './leases/bounds.ts';
import type { LeaseDeps } from './leases/deps.ts';
import { Keeper } from './leases/keeper.ts';
import { Leases } from './leases/leases.ts';
import { LeaseStore } from './leases/store.ts';
import { Desk, type DeskDeps } from './requests/desk.ts';
import { sealBy } from './seal.ts';
import { answerTo } from './wire/letter.ts';

export interface ShopDeps
  extends Omit<LeaseDeps, 'store' | 'seal'>,
    Pick<
      DeskDeps,
      'signer' | 'outbox' | 'catalog' | 'closed' | 'portRange' | 'isPortFree' | 'leastSeconds' | 'refused'
    > {
  readonly read: Database;
}

export class Shop {
  readonly store: LeaseStore;
  readonly leases: Leases;
  readonly #desk: Desk;
  readonly #keeper: Keeper;

  constructor(deps: ShopDeps) {
    const { signer, outbox, random, clock } = deps;
    this.store = new LeaseStore(deps.read);
    const changed = () => {
      this.#desk.changed();
      this.#keeper.look();
      deps.changed();
    };
    const own: LeaseDeps = { ...deps, store: this.store, seal: sealBy(signer), changed };
    this.leases = new Leases(own);
    this.#desk = new Desk({ ...deps, ...own, leases: this.leases, publicKey: signer.publicKey ?? '' });
    this.#keeper = new Keeper({
      ...own,
      leases: this.leases,
      settle: () => this.#desk.settle(),
      tell: (owner, way, text) => {
        const now = clock.now();
        const letter = { by: way, from: owner, text: '', id: '', at: Math.floor(now / 1000) };
        const event = answerTo(letter, text, { signer, random, now });
        return outbox.put(event, { wanted: MANY, until: now + DESK.repliesMs });
      },
    });
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    this.#keeper.start();
    this.#desk.resume();
  }

  /** Takes nothing more. What is sold stays, and so does what is owed. */
  async stop(): Promise<void> {
    await Promise.all([this.#desk.stop(), this.leases.stop()]);
    await this.#keeper.stop();
    await this.leases.refunds.idle();
  }

  /** Something may have happened to boxes. */
  lookAtBoxes(): void {
    this.#keeper.lookAtBoxes();
  }

  /** Tries refunds that wait again, at once. */
  async refundNow(): Promise<void> {
    await this.leases.refunds.look(true);
  }

  take(received: Received): void {
    this.#desk.take(received);
  }
}

const MANY = 16;
