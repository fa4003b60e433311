// What programs of this computer have of the mesh: IPv6 by a network device, names, and forwards, which need neither. Each is there only
// where it is wished for, and what can't be had of it is told and leaves the rest.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Clock } from '../../base/clock.ts';
import { HearthError, toReason } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { OwnPages } from '../host.ts';
import { dnsRefused } from './causes.ts';
import { OwnConsole } from './console/own-console.ts';
import { Visits } from './console/visits.ts';
import { type Hosts, HostsFile } from './dns/names.ts';
import { Responder } from './dns/responder.ts';
import type { ForwardView, ForwardWish } from './forwards/forward.ts';
import { Forwards } from './forwards/forwards.ts';
import type { Identity } from './identity/identity.ts';
import type { NodeAddr } from './identity/names.ts';
import { type IpCounts, IpLayer } from './ip/ip-layer.ts';
import type { Mesh } from './mesh.ts';
import type { MeshPart } from './parts.ts';
import { TcpStack } from './tcp/stack.ts';
import { Tun, type TunState } from './tun/tun.ts';
import type { SessionMessage } from './wire/session-packet.ts';

export interface ProgramsDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly random: Random;
  readonly identity: Identity;
  readonly mesh: Pick<Mesh, 'nodeOf' | 'mtuTo' | 'know' | 'sessions'>;
  /** Names that the user has given to nodes. */
  hosts(): Hosts;
  /** Those that the user wants, as of now. */
  wanted(): readonly ForwardWish[];
  readonly console: {
    /** The npubs of those who may open the pages of this node, as of now. */
    admitted(): readonly string[];
    pages(): Promise<OwnPages>;
    /** One of them was handed a link. */
    came(): void;
  };
  changed(): void;
}

export interface ProgramsWish {
  /** The name of the network device; left out, there is none. */
  readonly tun?: string | undefined;
  /** The port on loopback at which names are answered; left out, they are not. */
  readonly dnsPort?: number | undefined;
  /** A file with more names, as official nodes have it under /etc/fips/hosts. */
  readonly hostsFile?: string | undefined;
}

export interface ProgramsView {
  readonly tun: TunState;
  /** Why names are not answered; undefined: they are, or are not wished for. */
  readonly dnsError: unknown;
  readonly forwards: readonly ForwardView[];
  /** Those that could not be made, and why. */
  readonly failed: readonly { readonly wish: ForwardWish; readonly error: unknown }[];
  readonly packets: Readonly<IpCounts>;
}

/** Files are looked at every so many ticks. */
const LOOK_TICKS = 10;

export class Programs implements MeshPart {
  readonly name = 'programs';
  readonly #deps: ProgramsDeps;
  readonly #wish: ProgramsWish;
  readonly #ip: IpLayer;
  readonly #stack: TcpStack;
  readonly #tun: Tun | undefined;
  readonly #responder: Responder;
  readonly #file: HostsFile | undefined;
  readonly forwards: Forwards;
  readonly #console: OwnConsole;
  readonly #visits: Visits;
  /** Ids of forwards, by what was wished for. */
  readonly #made = new Map<string, string>();
  #renewing = Promise.resolve();
  #isRunning = false;
  #dnsError: unknown;
  #failed: ProgramsView['failed'] = [];
  #ticks = 0;

  constructor(deps: ProgramsDeps, wish: ProgramsWish) {
    this.#deps = deps;
    this.#wish = wish;
    const { clock, random, identity, mesh, changed } = deps;
    const nodeOf = (address: Buffer) => mesh.nodeOf(address);
    this.#ip = new IpLayer({
      clock,
      identity,
      nodeOf,
      send: (to, message) => mesh.sessions.send(to, message),
      mtuTo: (to) => mesh.mtuTo(to),
    });
    // Before the device: what is a connection of this process is not the system's.
    this.#stack = new TcpStack({ clock, random, ip: this.#ip, nodeOf });
    this.#tun = wish.tun === undefined ? undefined : new Tun({ clock, ip: this.#ip, changed }, wish.tun);
    this.#file = wish.hostsFile === undefined ? undefined : new HostsFile(wish.hostsFile);
    const hosts = () => this.#hosts();
    const know = (xOnly: Buffer) => mesh.know(xOnly);
    this.#responder = new Responder({ clock, hosts, asked: know });
    const stack = this.#stack;
    this.forwards = new Forwards({ clock, random, stack, hosts, know, nodeOf });
    this.#console = new OwnConsole({ stack, forwards: this.forwards, ...deps.console });
    this.#visits = new Visits({ clock, stack, forwards: this.forwards, hosts, know });
  }

  get view(): ProgramsView {
    return {
      tun: this.#tun?.state ?? { state: 'off' },
      dnsError: this.#dnsError,
      forwards: this.forwards.all,
      failed: this.#failed,
      packets: this.#ip.counts,
    };
  }

  get troubles(): readonly Reason[] {
    const tun = this.#tun?.state;
    return [
      ...(tun?.state === 'failed' ? [toReason(tun.error)] : []),
      ...(this.#dnsError === undefined ? [] : [dnsRefused(this.#wish.dnsPort)]),
      ...[...this.#failed.map(({ error }) => error), this.#console.trouble].flatMap((error) =>
        error instanceof HearthError ? [toReason(error)] : [],
      ),
    ];
  }

  /** Connections through the mesh at the moment. */
  get connections(): number {
    return this.#stack.size;
  }

  async start(): Promise<void> {
    const { dnsPort } = this.#wish;
    await this.#file?.look();
    await this.#tun?.start();
    if (dnsPort !== undefined) {
      await this.#responder.start(dnsPort).catch((error: unknown) => {
        this.#dnsError = error;
      });
    }
    this.#isRunning = true;
    await this.#renew();
    this.#deps.changed();
  }

  /** Opens the pages of the Hearth on that node: a link that works once. Rejects with one of `console/errors`. */
  visit(node: string): Promise<string> {
    return this.#visits.open(node);
  }

  /** Forwards that stay as they are keep their connections. */
  settingsChanged(): void {
    void this.#renew().then(() => this.#deps.changed());
  }

  tick(): void {
    this.#ticks += 1;
    if (this.#ticks % LOOK_TICKS !== 0) return;
    void this.#file?.look();
    // The program that had the port may be gone.
    if (this.#failed.length > 0 || this.#console.trouble !== undefined) this.settingsChanged();
  }

  message(from: NodeAddr, message: SessionMessage, congestion: boolean): boolean {
    return this.#isUsed && this.#ip.receive(from, message, congestion);
  }

  established(addr: NodeAddr): void {
    this.#ip.established(addr);
  }

  failed(addr: NodeAddr): void {
    this.#ip.failed(addr);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#renewing;
    this.#visits.stop();
    await this.#console.stop();
    await this.forwards.stop();
    this.#made.clear();
    this.#stack.stop();
    await this.#responder.stop();
    await this.#tun?.stop();
  }

  /** Where no program has anything of the mesh, strangers hear nothing from here. */
  get #isUsed(): boolean {
    const { tun, dnsPort } = this.#wish;
    return tun !== undefined || dnsPort !== undefined || this.forwards.all.length > 0 || this.#stack.size > 0;
  }

  /** Makes what is wanted and not there, ends what is no longer wanted; one at a time. Never rejects. */
  #renew(): Promise<void> {
    this.#renewing = this.#renewing.then(async () => {
      if (!this.#isRunning) return;
      const wanted = new Map(this.#deps.wanted().map((wish) => [JSON.stringify(wish), wish]));
      for (const [key, id] of [...this.#made].filter(([key]) => !wanted.has(key))) {
        this.#made.delete(key);
        await this.forwards.remove(id);
      }
      const missing = [...wanted].filter(([key]) => !this.#made.has(key));
      const made = await Promise.allSettled(missing.map(([, wish]) => this.forwards.add(wish)));
      this.#failed = made.flatMap((each, nth) => {
        const [key, wish] = missing[nth]!;
        if (each.status === 'fulfilled') this.#made.set(key, each.value.id);
        return each.status === 'rejected' ? [{ wish, error: each.reason as unknown }] : [];
      });
      await this.#console.renew();
    });
    return this.#renewing;
  }

  /** The user's own come first. */
  #hosts(): Hosts {
    const own = this.#deps.hosts();
    const more = this.#file?.hosts;
    return more && more.size > 0 ? new Map([...more, ...own]) : own;
  }
}
