// Notices that the way out has changed, or that the computer was away for a while: asleep, or stopped.

import { networkInterfaces } from 'node:os';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import { runner } from '../../base/run.ts';
import { type Gateway, gatewayKey, stillHolds } from './gateway.ts';
import { type HostNetwork, knockAt, lookForGateway, outwardAddress } from './look.ts';

export interface WatcherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: HostNetwork;
}

const EVERY_MS = 15_000;
/** Programs of the system get this long; PowerShell needs seconds when it starts for the first time. */
const ANSWER_MS = 10_000;
/** A router on the same line answers who it is in a few milliseconds. */
const KNOCKS = 3;
const KNOCK_MS = 20;
/** What passes unnoticed on one of the clocks: more is a sleep, a stopped process, or a clock that was set. */
const JUMP_MS = 5000;

/** The system that this runs on. */
export function hostNetwork(): HostNetwork {
  return {
    platform: process.platform,
    root: '/',
    run: runner(process.env),
    interfaces: networkInterfaces,
    outward: outwardAddress,
    knock: knockAt,
  };
}

export class GatewayWatcher {
  readonly #deps: WatcherDeps;
  readonly #events = new Emitter<{ change: Gateway | undefined; resume: undefined }>();
  #current: Gateway | undefined;
  #seen = '';
  #stopped: AbortController | undefined;
  #cancel: (() => void) | undefined;
  #looking: Promise<void> | undefined;
  /** A caller wants to know what is so after now, while a look that began before is under way. */
  #again = false;
  #at = { wall: 0, monotonic: 0 };

  constructor(deps: WatcherDeps) {
    this.#deps = deps;
  }

  /** As it was when looked for last; undefined: no router on any way out. */
  current(): Gateway | undefined {
    return this.#current;
  }

  /** Called when the link, its addresses or its router are others. Returns its off. */
  onChange(listener: (gateway: Gateway | undefined) => void): () => void {
    return this.#events.on('change', listener);
  }

  /** Called when the computer was away, after a new look: what was known of time and leases has to be checked. */
  onResume(listener: () => void): () => void {
    return this.#events.on('resume', listener);
  }

  /** Resolves when the first look is done, and never rejects. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = new AbortController();
    this.#seen = '';
    this.#mark();
    await this.#look();
    this.#arm();
  }

  async stop(): Promise<void> {
    const stopped = this.#stopped;
    if (!stopped) return;
    this.#stopped = undefined;
    this.#cancel?.();
    stopped.abort();
    await this.#looking;
  }

  /** Looks now, whatever was seen before: the system says that it woke up or that its network changed. */
  async look(): Promise<Gateway | undefined> {
    if (this.#stopped) await this.#look();
    return this.#current;
  }

  #arm(): void {
    if (!this.#stopped) return;
    this.#cancel?.();
    this.#cancel = this.#deps.clock.after(EVERY_MS, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    const away = this.#wasAway();
    this.#mark();
    // Linux tells in files, so it is read each time. Elsewhere programs would have to be started: only when something moved.
    if (away || this.#deps.host.platform === 'linux' || (await this.#signature()) !== this.#seen) await this.#look();
    if (away && this.#stopped) {
      this.#deps.logger.info('the computer was away');
      this.#events.emit('resume', undefined);
    }
    this.#arm();
  }

  async #look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookUntilFresh().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #lookUntilFresh(): Promise<void> {
    while (this.#again && this.#stopped) {
      this.#again = false;
      const stopped = this.#stopped.signal;
      const late = new AbortController();
      const cancel = this.#deps.clock.after(ANSWER_MS, () => late.abort());
      const seen = await this.#signature();
      const found = await this.#find(AbortSignal.any([stopped, late.signal]));
      cancel();
      if (stopped.aborted) return;
      // What was not read in time is unknown, not gone.
      if (late.signal.aborted) return this.#deps.logger.warn('the system did not tell its routes in time');
      this.#seen = seen;
      this.#take(found);
    }
  }

  /** A router that is new to us, and to the system, is made known first: by its hardware it is known again later. */
  async #find(signal: AbortSignal): Promise<Gateway | undefined> {
    const { host, clock } = this.#deps;
    const before = this.#current;
    let found = await lookForGateway(host, signal);
    if (!found?.v4 || found.hardware || (before && sameLine(before, found))) return found;
    await host.knock(found.v4.router, found.v4.local);
    for (let tries = 0; tries < KNOCKS && found?.v4 && !found.hardware && !signal.aborted; tries += 1) {
      await clock.sleep(KNOCK_MS, signal).catch(() => undefined);
      found = await lookForGateway(host, signal);
    }
    return found;
  }

  #take(found: Gateway | undefined): void {
    const before = this.#current;
    this.#current = found && before ? { ...found, hardware: found.hardware ?? known(before, found) } : found;
    if (before && found ? sameLine(before, found) : before === found) return;
    const { name, v4, v6, behindVpn } = found ?? {};
    this.#deps.logger.info('the way out changed', { name, router: v4?.router ?? v6?.router, behindVpn });
    this.#events.emit('change', this.#current);
  }

  async #signature(): Promise<string> {
    const { interfaces, outward } = this.#deps.host;
    const own = Object.entries(interfaces()).map(([name, infos]) => [
      name,
      infos?.map(({ cidr, address }) => cidr ?? address),
    ]);
    return JSON.stringify([own, await outward()]);
  }

  #mark(): void {
    this.#at = { wall: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }

  /** Sleep stops the steady clock on some systems and not on others, and a stopped process is called too late. */
  #wasAway(): boolean {
    const { clock } = this.#deps;
    const wall = clock.now() - this.#at.wall;
    const steady = clock.monotonic() - this.#at.monotonic;
    return Math.abs(wall - steady) > JUMP_MS || steady > EVERY_MS + JUMP_MS;
  }
}

/** Hardware addresses are forgotten by the system after a quiet while and learned anew; only another one means another router. */
function sameLine(before: Gateway, found: Gateway): boolean {
  const hardware = before.hardware !== undefined && found.hardware !== undefined;
  const key = (gateway: Gateway) => gatewayKey(hardware ? gateway : { ...gateway, hardware: undefined });
  return key(before) === key(found) && before.behindVpn === found.behindVpn;
}

/** Where either family is as it was, so is the router. */
function known(before: Gateway, found: Gateway): string | undefined {
  const v4 = found.v4 && stillHolds(4, found.v4.local, before, found);
  const v6 = found.v6?.globals.some(({ address }) => stillHolds(6, address, before, found));
  return v4 || v6 ? before.hardware : undefined;
}
