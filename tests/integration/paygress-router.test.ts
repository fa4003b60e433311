// Machines whose ports the router opens: asked before anybody pays, told to their customers as the router has them, and closed with the
// lease. Where it does not open them nothing is sold.
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { ADMISSION } from '../../src-main/networks/paygress/leases/bounds.ts';
import type { Advertised, InboundAddresses, InboundRequest } from '../../src-main/reachability/inbound.ts';
import { testSigner } from '../support/nostr.ts';
import { letterTo, newLife, openProvider, type Provider, type ProviderLife, spawnOf } from '../support/paygress.ts';
import { until } from '../support/wait.ts';
import { fund, practiceMint, spendable, testWallet } from '../support/wallet.ts';

type Answer = 'yes' | 'no' | 'silent';

/** What reachability says of a router that opens each port as another one, ten thousand above it. */
function router() {
  const state = { answer: 'yes' as Answer };
  const open = new Map<string, InboundRequest>();
  const listeners = new Set<() => void>();
  const addresses: InboundAddresses = {
    open(request) {
      open.set(request.id, request);
      const answer = state.answer;
      const at = { host: '203.0.113.9', port: request.port + 10_000, proven: false } as Advertised;
      return {
        current: () => (answer === 'yes' ? at : null),
        looking: () => answer === 'silent',
        offline: () => false,
        pinhole: () => null,
        onChange(listener) {
          listeners.add(listener);
          return () => void listeners.delete(listener);
        },
        arrived: () => undefined,
        close: () => void open.delete(request.id),
      };
    },
  };
  const ports = () => [...open.values()].map(({ port }) => port).sort((a, b) => a - b);
  return { state, addresses, ports, listeners };
}

async function scene(more: Partial<ProviderLife> = {}) {
  const mint = await practiceMint();
  const own = router();
  const life = { ...newLife(), addresses: own.addresses, ...more };
  const provider = await openProvider(life);
  await provider.own.wallet.trust(mint.url);
  await provider.start();
  const payer = await testWallet();
  await fund(payer, mint, 1000);
  const customer = await testSigner();
  const token = async (amount: number) => payer.wallet.tokenOf((await payer.wallet.send(amount)).id)!;
  const ask = async (body: object, of: Provider = provider) => {
    // In whatever order they come: those of the same second have none.
    const known = new Set(of.repliesTo(customer).map((reply) => JSON.stringify(reply)));
    of.hand(letterTo(customer, of, body));
    return await until('an answer', () => of.repliesTo(customer).find((reply) => !known.has(JSON.stringify(reply))));
  };
  return { life, provider, router: own, payer, token, ask };
}

const SAMPLE = 31_099;

describe('a machine whose ports the router opens', () => {
  it('is reached where the router says, for as long as it is rented', async () => {
    const { life, provider, router, token, ask } = await scene();
    expect([router.ports(), provider.shop.outside.sample]).toMatchObject([
      [SAMPLE],
      { host: '203.0.113.9', port: SAMPLE + 10_000 },
    ]);
    const answer = await ask(spawnOf(await token(600)));
    expect(answer).toMatchObject({
      host_address: '203.0.113.9',
      node_port: 41_000,
      template_ports: [{ host_port: 41_001, container_port: 8080 }],
    });
    expect(answer.instructions).toContain('ssh -p 41000 root@203.0.113.9');
    expect(router.ports()).toEqual([31_000, 31_001, SAMPLE]);
    // Its box listens where the router sends what comes in.
    const [box] = life.boxes.boxes.values();
    expect(box!.spec.ports.map(({ host }) => host)).toEqual([31_000, 31_001]);
    expect(await ask({ pod_id: '1' })).toMatchObject({ ssh_host: '203.0.113.9', ssh_port: 41_000 });
    await provider.stop();
    expect(router.ports()).toEqual([]);
    const next = await openProvider(life);
    await next.start();
    expect(router.ports()).toEqual([31_000, 31_001, SAMPLE]);
    await next.work.endLease(1);
    await until('its ports to be closed', () => router.ports().length === 1);
  });

  it.each<[string, Answer]>([
    ['says no', 'no'],
    ['routerMs: does not answer in time', 'silent'],
  ])('is not sold where it %s, and nobody loses a sat', async (_what, answer) => {
    let ahead = 0;
    const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + ahead };
    const { provider, router, payer, token, ask, life } = await scene({ clock });
    router.state.answer = answer;
    const paid = await token(60);
    const answering = ask(spawnOf(paid));
    if (answer === 'silent') {
      await until('the router to be asked', () => router.listeners.size > 1);
      ahead = ADMISSION.routerMs;
      for (const listener of router.listeners) listener();
    }
    expect(await answering).toMatchObject({ error_type: 'provisioning_error', details: null });
    expect(await payer.wallet.receive(paid)).toMatchObject({ state: 'done' });
    expect([router.ports(), provider.work.running, life.boxes.boxes.size]).toEqual([[SAMPLE], 0, 0]);
    expect([spendable(payer), spendable(provider.own)]).toEqual([1000, 0]);
    // Nothing waits for what will not come.
    expect(router.listeners.size).toBe(1);
  });

  it('never takes the port by which the router is tried', async () => {
    const { token, ask } = await scene({ isPortFree: async (port) => port >= SAMPLE - 1 });
    expect(await ask(spawnOf(await token(60)))).toMatchObject({ error_type: 'provisioning_error' });
  });
});
