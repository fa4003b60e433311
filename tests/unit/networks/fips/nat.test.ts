// Which pairs of routers a hole can be punched between: the machine of both ends, and links through the hole, on a network in memory.
import { expect, it } from 'vitest';
import { ackTo, Punch } from '../../../../src-main/networks/fips/discovery/punch.ts';
import { planPunch } from '../../../../src-main/networks/fips/discovery/punch-plan.ts';
import type { Observed } from '../../../../src-main/networks/fips/discovery/signal.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { Links } from '../../../../src-main/networks/fips/links/links.ts';
import type { Endpoint } from '../../../../src-main/reachability/mapping.ts';
import { decodeStun, encodeBinding } from '../../../../src-main/reachability/stun/codec.ts';
import { MeshNode } from '../../../simulators/fips/mesh-node.ts';
import { Nat, type NatKind } from '../../../simulators/fips/nat.ts';
import { FakeNetwork } from '../../../simulators/fips/network.ts';

const KINDS: readonly NatKind[] = ['full cone', 'restricted', 'port-restricted', 'symmetric'];
const STUN = '9.9.9.9:3478';

/** Whether anything can come in at one of them decides, as RFC 5128 has it. */
const isDirect = (one: NatKind, other: NatKind) =>
  !(one === 'symmetric' && ['symmetric', 'port-restricted'].includes(other)) &&
  !(other === 'symmetric' && ['symmetric', 'port-restricted'].includes(one));

const endpoint = (address: string): Endpoint => {
  const [host = '', port] = address.split(':');
  return { address: host, port: Number(port) };
};

/** A computer behind a router: asks where it is seen, punches, and then has links by what came through. */
class Home {
  readonly identity: Identity;
  readonly links: Links;
  readonly #network: FakeNetwork;
  readonly #nat: Nat;
  readonly #inside: string;
  readonly heard: string[] = [];
  #punch: Punch | undefined;
  #seen: Endpoint | undefined;
  through: string | undefined;

  constructor(network: FakeNetwork, kind: NatKind, seed: number) {
    this.#network = network;
    this.#nat = new Nat(network, kind, `8.8.8.${seed}`);
    this.#inside = `192.168.${seed}.2:5000`;
    this.identity = Identity.of(Buffer.alloc(32, seed))!;
    this.links = new Links({
      clock: network.clock,
      random: network.random,
      identity: this.identity,
      epoch: network.random.bytes(8),
      mostPeers: 8,
      send: ({ address }, frame) => this.#nat.send(this.#inside, address, frame),
      isOpen: () => true,
      admits: () => true,
      up: () => undefined,
      down: () => undefined,
      unanswered: () => undefined,
      received: (_, message) => void this.heard.push(message.toString('utf8', 1)),
      measured: () => undefined,
    });
    this.#nat.attach(this.#inside, (from, bytes) => this.#receive(from, bytes));
    network.every(1000, () => {
      this.links.tick();
      return true;
    });
  }

  askStun(): void {
    this.#nat.send(this.#inside, STUN, encodeBinding('00'.repeat(12)));
  }

  get observed(): Observed {
    return { reflexive: this.#seen, local: [], stunServer: STUN };
  }

  punch(other: Home): void {
    const plan = planPunch('s', this.observed, other.observed, () => true);
    const punch = new Punch(plan!, this.#network.clock.monotonic());
    this.#punch = punch;
    const turn = () => {
      const now = this.#network.clock.monotonic();
      if (this.through !== undefined) return;
      for (const { to, bytes } of punch.turn(now)) this.#nat.send(this.#inside, `${to.address}:${to.port}`, bytes);
      const due = punch.dueAt(now);
      if (due !== undefined) this.#network.after(Math.max(1, due - now), turn);
    };
    turn();
  }

  #receive(from: string, bytes: Buffer): void {
    const answer = decodeStun(bytes);
    if (answer?.mapped) this.#seen = answer.mapped;
    const heard = this.through === undefined ? this.#punch?.receive(bytes, endpoint(from)) : undefined;
    if (heard) this.through = from;
    // The other end goes on asking until it has had an answer, after ours has what it wants.
    const reply = this.#punch && ackTo(bytes, this.#punch.session);
    if (reply) this.#nat.send(this.#inside, from, reply);
    else if (!heard || heard.through.frame) this.links.receive({ transport: 'udp', address: from }, Buffer.from(bytes));
  }
}

/** Says where it is asked from. */
function stunServer(network: FakeNetwork): void {
  network.attach(STUN, (from, request) => {
    const { address, port } = endpoint(from);
    const value = Buffer.from([0, 1, port >> 8, port & 255, ...address.split('.').map(Number)]);
    const answer = Buffer.concat([request.subarray(0, 20), Buffer.from([0, 1, 0, 8]), value]);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    network.send(STUN, from, answer);
  });
}

/** Both know of each other what STUN said, and begin a second apart. */
function between(one: NatKind, other: NatKind, seed: number): 'direct' | 'none' {
  const network = new FakeNetwork(seed, { delay: [10, 60], lost: 50 });
  stunServer(network);
  const [a, b] = [new Home(network, one, 1), new Home(network, other, 2)];
  // As the real question does, until it is answered.
  for (let nth = 0; nth < 4; nth += 1) {
    a.askStun();
    b.askStun();
    network.turn(500);
  }
  b.punch(a);
  network.turn(300);
  a.punch(b);
  network.turn(13_000);
  for (const [home, to] of [
    [a, b],
    [b, a],
  ] as const) {
    if (home.through)
      home.links.dial({ xOnly: to.identity.xOnly, remote: { transport: 'udp', address: home.through } });
  }
  network.turn(20_000);
  a.links.send(b.identity.nodeAddr, Buffer.from('\x40hello'));
  network.turn(1000);
  return a.links.peers.size === 1 && b.links.peers.size === 1 ? 'direct' : 'none';
}

/** Both have a link to a third node that is public, and go through it. */
function routed(seed: number): boolean {
  const network = new FakeNetwork(seed, { delay: [10, 60], lost: 50 });
  const [one, other, third] = ['one', 'other', 'third'].map((name) => new MeshNode(network, name));
  one!.dial(third!);
  other!.dial(third!);
  network.turn(30_000);
  // A datagram may be lost, as any other.
  for (let nth = 0; nth < 10; nth += 1) {
    one!.say(other!, 'around');
    network.turn(2000);
  }
  return other!.heard.some((line) => line.endsWith('around')) && !one!.links.peers.has(other!.addr);
}

it('punches through wherever that is possible, and else goes around', () => {
  const seeds = [1, 2, 3];
  const goesAround = seeds.map(routed);
  const found = KINDS.map((one) => [
    one,
    ...KINDS.map((other) => {
      const outcomes = new Set(seeds.map((seed) => between(one, other, seed)));
      return outcomes.size > 1 ? 'sometimes' : outcomes.has('direct') ? 'direct' : 'routed';
    }),
  ]);
  const lines = [['', ...KINDS], ...found].map((cells) =>
    cells
      .map((cell) => cell.padEnd(16))
      .join('')
      .trimEnd(),
  );
  console.info(`holes between routers, 5 % of all datagrams lost:\n${lines.join('\n')}`);
  expect(found).toEqual(
    KINDS.map((one) => [one, ...KINDS.map((other) => (isDirect(one, other) ? 'direct' : 'routed'))]),
  );
  expect(goesAround).toEqual([true, true, true]);
});
