// Puts the networks of the drawings beside IICP before the pages of console mode: leases, jobs and a mesh, with a router that lets others
// in. What stands between page and engine adds them to what the engine answers; the build has their pages (`tests/networks/drawn`).
import type { Page } from '@playwright/test';
import type { BoxesView } from '../../src-preload/contract/boxes.ts';
import type { Balance } from '../../src-preload/contract/earnings.ts';
import { inboundShown } from '../support/inbound-states.ts';

type Slice = { readonly boot: string; readonly revision: number; readonly value: unknown };

const HOUR = 3_600_000;
const NONE = { slots: 0, cpuMillicores: 0, memoryMiB: 0, diskMiB: 0, gpuMiB: 0, ports: 0 };

/** To be called before the page is opened. `now` in epoch milliseconds: what is drawn is as of then. */
export async function drawnBefore(page: Page, now: number): Promise<void> {
  const { view: inbound } = await inboundShown('reached', now);
  const add: Readonly<Record<string, (value: never) => unknown>> = {
    networks: (value: readonly { id: string }[]) => [...value.filter(({ id }) => id === 'iicp'), ...networks(now)],
    work: (value: { live: readonly object[] }) => ({ ...value, live: [...value.live, ...running(now)] }),
    earnings: withSats,
    reachability: () => inbound,
    boxes: (value: object) => ({ ...value, ...boxes(now) }),
  };
  await page.routeWebSocket(/\/socket$/, (socket) => {
    const server = socket.connectToServer();
    const asked = new Map<number, string>();
    socket.onMessage((message) => {
      const { id, name, input } = JSON.parse(String(message)) as Asked;
      // The engine knows none of them.
      if (name === 'networks.history' && DRAWN.includes(input?.id ?? '')) {
        socket.send(JSON.stringify({ id, reply: { ok: true, value: { items: [], next: null } } }));
        return;
      }
      if (name === 'work.leases') {
        socket.send(JSON.stringify({ id, reply: { ok: true, value: leases(now) } }));
        return;
      }
      if (id !== undefined && name === 'earnings.series') asked.set(id, name);
      if (id !== undefined && name?.endsWith('.get')) asked.set(id, name.slice(0, -'.get'.length));
      server.send(message);
    });
    server.onMessage((message) => {
      const said = JSON.parse(String(message)) as Said;
      const noun = said.push?.replace(/\.changed$/, '') ?? asked.get(said.id ?? -1) ?? '';
      if (noun === 'earnings.series' && said.reply?.ok) {
        const series = said.reply.value as unknown as { readonly now: Parameters<typeof withSats>[0] };
        return socket.send(
          JSON.stringify({ ...said, reply: { ok: true, value: { ...series, now: withSats(series.now) } } }),
        );
      }
      const change = add[noun];
      if (change === undefined) return socket.send(message);
      const changed = (slice: Slice) => ({ ...slice, value: change(slice.value as never) });
      if (said.payload) socket.send(JSON.stringify({ ...said, payload: changed(said.payload) }));
      else if (said.reply?.ok) {
        socket.send(JSON.stringify({ ...said, reply: { ok: true, value: changed(said.reply.value) } }));
      } else socket.send(message);
    });
  });
}

const DRAWN: readonly string[] = ['leases', 'jobs', 'mesh'];

interface Asked {
  readonly id?: number;
  readonly name?: string;
  readonly input?: { readonly id?: string };
}

interface Said {
  readonly id?: number;
  readonly push?: string;
  readonly payload?: Slice;
  readonly reply?: { readonly ok: boolean; readonly value: Slice };
}

function networks(now: number) {
  const core = {
    enabled: true,
    state: 'online',
    reason: null,
    blockers: [],
    since: now - 5 * HOUR,
    capabilities: ['account'],
    working: 0,
    nodeId: null,
    address: null,
    relay: null,
    seen: { by: 'npub1q9f…7xk2', at: now - 12_000 },
    events: 0,
    detail: {},
  };
  return [
    { ...core, id: 'leases', title: 'Leases', working: 1 },
    { ...core, id: 'jobs', title: 'Jobs', seen: { by: 'manager.example', at: now - 40_000 } },
    {
      ...core,
      id: 'mesh',
      title: 'Mesh',
      state: 'degraded',
      capabilities: ['inbound'],
      relay: 'relay.example:443',
      reason: { code: 'mesh.relayed', message: 'Peers reach you through a relay.' },
    },
  ];
}

function running(now: number) {
  const box = { paidUntil: now + 6 * HOUR, spec: '2 cores, 4 GB', customer: null };
  return [
    {
      id: 9001,
      network: 'leases',
      kind: 'lease',
      what: 'box',
      state: 'running',
      code: null,
      startedAt: now - 2 * HOUR,
      finishedAt: null,
      inference: null,
      lease: box,
      earnedMicro: 312_000_000,
      unit: 'sat',
      resources: { ...NONE, cpuMillicores: 2000, memoryMiB: 4096 },
    },
  ];
}

const leases = (now: number) => [
  {
    id: 9001,
    network: 'leases',
    what: 'box',
    paidUntil: now + 6 * HOUR,
    refund: { amountMicro: 1_296_000_000, unit: 'sat' },
  },
];

type ProbeCheck = NonNullable<BoxesView['probe']>['checks'][number];

/** One that works and one that has been stopped, at an engine where a box holds. */
function boxes(now: number): Partial<BoxesView> {
  const resources = { ...NONE, cpuMillicores: 2000, memoryMiB: 4096, diskMiB: 20_480, ports: 2 };
  const use = Array.from({ length: 60 }, (_, index) => ({
    at: now - (60 - index) * 20_000,
    cpuMillicores: Math.round(700 + 600 * Math.sin(index / 6) + (index > 40 ? 500 : 0)),
    memoryMiB: 900 + index * 12,
  }));
  const check = (id: ProbeCheck['id'], seen: string): ProbeCheck => ({ id, held: true, seen });
  return {
    stage: 'open',
    missing: null,
    wanted: true,
    engine: {
      make: 'podman',
      at: '/run/user/1000/podman/podman.sock',
      rootless: true,
      capacity: { cpuMillicores: 8000, memoryMiB: 31_900, diskMiB: null },
      lends: null,
    },
    probe: {
      at: now - HOUR,
      disk: 'quota',
      internet: true,
      machines: { accelerator: 'kvm' },
      encryption: { works: false, seen: null },
      graphics: { works: false, seen: null },
      checks: [
        check('packet-filter', 'in force before the box joins its network'),
        check('memory', '67108864'),
        check('this-computer', '192.168.1.20 41233: No route to host'),
        check('ipv6', '2620:fe::fe 53: Network is unreachable'),
      ],
    },
    boxes: [
      {
        id: 'leases-lease-4f0c',
        network: 'leases',
        job: 9001,
        status: 'running',
        ended: null,
        resources,
        use,
        movedBytes: 412_000_000,
      },
      {
        id: 'leases-lease-91aa',
        network: 'leases',
        job: null,
        status: 'stopped',
        ended: { kind: 'exited', exitCode: 4, at: 1 },
        resources: null,
        use: [],
        movedBytes: null,
      },
    ],
  };
}

/** Paid in advance, so in hand at once. */
function withSats(value: {
  readonly today: readonly object[];
  readonly total: readonly object[];
  readonly standing: Readonly<Record<'today' | 'total', { readonly received: readonly object[] | null }>>;
  readonly balances: readonly object[];
}) {
  const sum = { network: 'leases', unit: 'sat', amountMicro: 312_000_000, entries: 1 };
  const balance: Balance = {
    network: 'leases',
    unit: 'sat',
    grossMicro: 312_000_000,
    feeMicro: 0,
    netMicro: 312_000_000,
    refundedMicro: 0,
    receivedMicro: 312_000_000,
    onItsWayMicro: 0,
    depositedMicro: 0,
    withdrawnMicro: 0,
    inHandMicro: 312_000_000,
  };
  const received = (of: { readonly received: readonly object[] | null }) => ({
    ...of,
    received: [...(of.received ?? []), sum],
  });
  const { standing } = value;
  return {
    ...value,
    today: [...value.today, sum],
    total: [...value.total, sum],
    balances: [...value.balances, balance],
    standing: { ...standing, today: received(standing.today), total: received(standing.total) },
  };
}
