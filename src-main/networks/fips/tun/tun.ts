// IPv6 of this whole computer into the mesh, for as long as there is a device: it is taken, and taken again where it went away. Without
// one the mesh works all the same, and `state` says what is missing.

import type { Clock } from '../../../base/clock.ts';
import { HearthError } from '../../../base/errors.ts';
import { addressText } from '../../../reachability/address-bytes.ts';
import type { IpEndpoint, IpLayer } from '../ip/ip-layer.ts';
import type { OpenTun, TunDevice } from './device.ts';
import { TunUnsupported } from './errors.ts';

const AGAIN_MS = 10_000;

export type TunState =
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  | { readonly state: 'up'; readonly name: string }
  | { readonly state: 'failed'; readonly error: HearthError };

export interface TunDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly ip: IpLayer;
  readonly open?: OpenTun;
  /** After each change of `state`. */
  changed(): void;
}

export class Tun implements IpEndpoint {
  readonly #deps: TunDeps;
  readonly #name: string;
  #state: TunState = { state: 'off' };
  #device: TunDevice | undefined;
  #remove: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #opening: Promise<void> | undefined;

  constructor(deps: TunDeps, name: string) {
    this.#deps = deps;
    this.#name = name;
  }

  get state(): TunState {
    return this.#state;
  }

  takes(packet: Buffer): boolean {
    this.#device?.write(packet);
    return this.#device !== undefined;
  }

  /** Resolves once it is up, or there is a reason why not. Never rejects: the mesh does not wait for it. */
  start(): Promise<void> {
    if (!this.#isOff) return this.#opening ?? Promise.resolve();
    this.#opening = this.#open();
    return this.#opening;
  }

  async stop(): Promise<void> {
    this.#cancel();
    this.#become({ state: 'off' });
    await this.#opening;
    await this.#letGo();
  }

  async #open(): Promise<void> {
    if (this.#isOff) this.#become({ state: 'starting' });
    const { ip, open = openOnThisSystem } = this.#deps;
    let lost: Error | undefined;
    const gone = (error: Error) => {
      lost = error;
      this.#gone(error);
    };
    try {
      const device = await open(
        { name: this.#name, address: addressText(ip.address) },
        { packet: (packet) => ip.send(packet, this), gone },
      );
      this.#device = device;
      if (this.#isOff) return;
      if (lost) {
        await this.#letGo();
        throw lost;
      }
      this.#remove = ip.add(this);
      this.#become({ state: 'up', name: device.name });
    } catch (error) {
      if (!this.#isOff) this.#failed(error);
    }
  }

  get #isOff(): boolean {
    return this.#state.state === 'off';
  }

  #gone(error: Error): void {
    // While it is being opened, `open` sees to it.
    if (this.#state.state !== 'up') return;
    void this.#letGo().then(() => this.#failed(error));
  }

  #failed(error: unknown): void {
    if (this.#isOff) return;
    const known = error instanceof HearthError ? error : new TunUnsupported(process.platform, error);
    this.#become({ state: 'failed', error: known });
    // Also where setup is missing: the user may do it at any time.
    if (known instanceof TunUnsupported) return;
    this.#cancel = this.#deps.clock.after(AGAIN_MS, () => {
      this.#opening = this.#open();
    });
  }

  async #letGo(): Promise<void> {
    this.#remove();
    const device = this.#device;
    this.#device = undefined;
    await device?.close();
  }

  #become(state: TunState): void {
    if (this.#state.state === state.state && state.state !== 'failed') return;
    this.#state = state;
    this.#deps.changed();
  }
}

/** Loaded where it is wanted: each needs native code. */
const openOnThisSystem: OpenTun = async (wish, events) => {
  switch (process.platform) {
    case 'linux':
      return (await import('./linux.ts')).openLinuxTun(wish, events);
    case 'darwin':
      return (await import('./macos.ts')).openMacosTun(wish, events);
    case 'win32':
      return (await import('./windows.ts')).openWindowsTun(wish, events);
    default:
      throw new TunUnsupported(process.platform);
  }
};
