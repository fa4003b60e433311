import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import type { PortClient } from '../../../../src-main/reachability/mapping.ts';
import { natApiClients } from '../../../../src-main/reachability/nat-api/client.ts';
import { isUnproven } from '../../../../src-main/reachability/nat-api/proven.ts';
import type { Igd } from '../../../simulators/router/igd.ts';
import { gateway, igd, LOCAL, wish, within } from '../../../unit/reachability/upnp/support.ts';

function clientOf({ ssdpPort }: Igd, router = LOCAL): PortClient {
  const searchAt = { address: LOCAL, port: ssdpPort };
  const line = { ...gateway(), v4: { router, local: LOCAL, prefix: 8 } };
  const client = natApiClients({ clock: systemClock, random: systemRandom }, { searchAt })(line);
  onTestFinished(() => client.close());
  return client;
}

const refusedAs = (kind: string, reason: string) => expect.objectContaining({ name: 'MappingError', kind, reason });

describe('nat-api as a way to ask', () => {
  it('maps, is seen to have mapped, and removes', async () => {
    const router = await igd();
    const client = clientOf(router);
    expect(await client.probe(within())).toMatchObject({ protocol: 'upnp', external: '11.203.113.100', families: [4] });
    const mapping = await client.install(wish, within());
    expect(mapping).toMatchObject({
      internal: { address: LOCAL, port: 9001 },
      external: { address: '11.203.113.100', port: 19_001 },
      lifetimeMs: 3_600_000,
      handle: 'nat-api:listed',
    });
    expect(isUnproven(mapping)).toBe(false);
    expect(router.entries.get('TCP:19001')).toMatchObject({ client: LOCAL, internalPort: 9001 });
    expect(await client.check(mapping, within())).toEqual({ external: '11.203.113.100', listed: true });
    await client.renew(mapping, wish, within());
    await client.remove(mapping, within());
    expect(router.entries.size).toBe(0);
    await client.remove(mapping, within());
  });

  it('does not believe it against the list, and calls unproven what nobody can read', async () => {
    const router = await igd({ faults: { forgetful: true } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'bad-request'));
    router.faults = { noList: true };
    const mapping = await clientOf(router).install(wish, within());
    expect(isUnproven(mapping)).toBe(true);
  });

  it("leaves alone what the router lists as somebody else's", async () => {
    const router = await igd();
    const client = clientOf(router);
    const mapping = await client.install(wish, within());
    const other = { client: LOCAL, internalPort: 80, description: 'Web' };
    router.entries.set('TCP:19001', other);
    await client.remove(mapping, within());
    expect(router.entries.get('TCP:19001')).toEqual(other);
  });

  it('is ended with its thread where a router accepts connections and says nothing', async () => {
    const router = await igd({ faults: { deadHttp: true } });
    await expect(clientOf(router).install(wish, within(1500))).rejects.toEqual(refusedAs('timeout', 'timeout'));
    const controller = new AbortController();
    const rejected = expect(clientOf(router).probe(within(60_000, controller.signal))).rejects.toThrow('stop');
    controller.abort(new Error('stop'));
    await rejected;
  });

  it('is told no by a refusal, and finds nobody where nobody answers', async () => {
    const router = await igd({ faults: { error: 606 } });
    await expect(clientOf(router).install(wish, within())).rejects.toEqual(refusedAs('refused', 'bad-request'));
    router.faults = { mute: true };
    await expect(clientOf(router).probe(within())).rejects.toEqual(refusedAs('unavailable', 'not-found'));
  });

  it.each([
    ['calls nobody but the router', { location: '127.0.0.2' }],
    ['follows nobody elsewhere', { redirect: 'http://127.0.0.2:1/' }],
    ['reads no more than it can use', { flood: true }],
  ])('%s', async (_, faults) => {
    const router = await igd({ faults, host: '127.0.0.1' });
    await expect(clientOf(router).probe(within(8000))).rejects.toEqual(refusedAs('unavailable', 'not-found'));
  });

  it('calls not even who answers, when that is not the router', async () => {
    const router = await igd();
    await expect(clientOf(router, '127.0.0.3').probe(within(8000))).rejects.toEqual(
      refusedAs('unavailable', 'not-found'),
    );
    expect(router.calls).toEqual([]);
  });
});
