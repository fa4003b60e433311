// What programs of this computer have of the mesh: IPv6 by a network device, names, and forwards, which need neither. Each is there only
// where it is wished for, and what can't be had of it is told and leaves the rest.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Clock } from '../../base/clock.ts';
import { HearthError, toReason } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { dnsRefused } from './causes.ts';
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
  changed(): void;
}

export interface ProgramsWish {
  /** The name of the network device; left out, there is none. */
  readonly tun?: string | undefined;
  /** The port on loopback at which names are answered; left out, they are not. */
  readonly dnsPort?: number | undefined;
  /** A file with more names, as official nodes have it under /etc/fips/hosts. */
  readonly hostsFile?: string | undefined;
  readonly forwards?: readonly ForwardWish[] | undefined;
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
    this.forwards = new Forwards({ clock, random, stack: this.#stack, hosts, know, nodeOf });
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
      ...this.#failed.flatMap(({ error }) => (error instanceof HearthError ? [toReason(error)] : [])),
    ];
  }

  /** Connections through the mesh at the moment. */
  get connections(): number {
    return this.#stack.size;
  }

  async start(): Promise<void> {
    const { dnsPort, forwards = [] } = this.#wish;
    await this.#file?.look();
    await this.#tun?.start();
    if (dnsPort !== undefined) {
      await this.#responder.start(dnsPort).catch((error: unknown) => {
        this.#dnsError = error;
      });
    }
    const made = await Promise.allSettled(forwards.map((wish) => this.forwards.add(wish)));
    this.#failed = made.flatMap((each, at) =>
      each.status === 'rejected' ? [{ wish: forwards[at]!, error: each.reason as unknown }] : [],
    );
    this.#deps.changed();
  }

  tick(): void {
    this.#ticks += 1;
    if (this.#ticks % LOOK_TICKS === 0) void this.#file?.look();
  }

  message(from: NodeAddr, message: SessionMessage, congestion: boolean): boolean {
    return this.#ip.receive(from, message, congestion);
  }

  established(addr: NodeAddr): void {
    this.#ip.established(addr);
  }

  failed(addr: NodeAddr): void {
    this.#ip.failed(addr);
  }

  async stop(): Promise<void> {
    await this.forwards.stop();
    this.#stack.stop();
    await this.#responder.stop();
    await this.#tun?.stop();
  }

  /** The user's own come first. */
  #hosts(): Hosts {
    const own = this.#deps.hosts();
    const more = this.#file?.hosts;
    return more && more.size > 0 ? new Map([...more, ...own]) : own;
  }
}
