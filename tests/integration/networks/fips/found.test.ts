// What others read of where this node is, on a whole node: by the question of the page, by `hearth fips adverts`, and by the doctor.
import { expect, it, onTestFinished } from 'vitest';
import { fipsVerbs } from '../../../../src-main/networks/fips/verbs.ts';
import type { FipsAdverts, MeshView } from '../../../../src-preload/contract/networks/fips.ts';
import type { NetworkCheck } from '../../../../src-preload/contract/networks/index.ts';
import { startStunServer } from '../../../simulators/stun.ts';
import { composed } from '../../../support/composed.ts';
import { fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { practiceRelay } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

const verb = fipsVerbs.find(({ name }) => name === 'adverts')!;

async function joined(settings: Readonly<Record<string, unknown>>) {
  const engine = await composed(temporaryFolder());
  onTestFinished(() => engine.stop());
  const set = async (name: string, value: unknown) =>
    void (await engine.handle('settings.set', { path: `networks.fips.${name}`, value } as never));
  for (const [name, value] of Object.entries({ udpBind: '127.0.0.1:0', ...settings })) await set(name, value);
  await set('enabled', true);
  await engine.start();
  const ask = async (name: string) =>
    (await engine.handle('networks.ask', { id: 'fips', name, input: undefined })) as never;
  const node = { request: (name: never, input: never) => engine.handle(name, input) };
  return {
    adverts: async (): Promise<FipsAdverts> => ask('adverts'),
    mesh: async (): Promise<MeshView> => ask('mesh'),
    lines: async () => (await verb.run(verb.read([], {}), { id: 'fips', node } as never)).lines.join('\n'),
    check: async () => {
      const { lines } = (await engine.handle('networks.check', { id: 'fips' })) as NetworkCheck;
      return Object.fromEntries(lines.map(({ id, state, reason }) => [id, `${state} ${reason.code}`]));
    },
  };
}

it('reads its own advert back, and shows where others say that they are', async () => {
  const relay = await practiceRelay();
  const stun = await startStunServer();
  onTestFinished(() => stun.stop());
  const relays = [relay.url];
  const other = fipsRun({ secret: 0x51, settings: { relays, advertise: true, udpExternal: '8.8.4.4' } });
  await other.node.start();
  const { adverts, mesh, lines, check } = await joined({
    relays,
    advertise: true,
    udpExternal: '8.8.8.8',
    stunServers: [stun.server],
  });
  const own = await until('its own', async () => {
    const seen = await adverts();
    return seen.own.state === 'there' && seen.others.length === 1 && seen;
  });
  expect(own.own).toMatchObject({
    endpoints: [{ transport: 'udp', address: expect.stringMatching(/^8\.8\.8\.8:\d+$/) }],
  });
  expect(own.others).toMatchObject([
    { npub: other.identity.npub, endpoints: [{ address: expect.stringMatching(/^8\.8\.4\.4:/) }] },
  ]);
  expect((await mesh()).finding).toMatchObject({
    advertises: true,
    says: [{ transport: 'udp' }],
    relays: [{ url: relay.url, open: true }],
    known: 1,
    lan: false,
  });
  expect(await lines()).toMatch(/^This computer: udp 8\.8\.8\.8:\d+.*, until .*Z\nnpub1.* udp 8\.8\.4\.4:\d+/);
  expect(await check()).toMatchObject({
    relays: 'ok fips.check-relays',
    advert: 'ok fips.check-advert',
    stun: 'ok fips.check-stun',
  });
  await relay.stop();
  await until('the relay to be missed', async () => (await check()).relays === 'failed fips.check-relays-away');
  expect((await adverts()).own).toEqual({ state: 'away' });
  expect(await check()).toMatchObject({ advert: 'failed fips.check-advert-away' });
});

it('says what it does not say, and why', async () => {
  const relay = await practiceRelay();
  const silent = await joined({ relays: [relay.url] });
  expect([(await silent.adverts()).own, await silent.lines()]).toEqual([
    { state: 'unsaid' },
    expect.stringContaining('networks.fips.advertise'),
  ]);
  expect(await silent.check()).toMatchObject({
    advert: 'skipped fips.check-unsaid',
    stun: 'skipped fips.check-no-stun',
  });
  // On loopback it has no address that means anything to others.
  const lost = await joined({ relays: [relay.url], advertise: true });
  await until('the relay', async () => (await lost.mesh()).finding?.relays[0]?.open);
  expect((await lost.adverts()).own).toEqual({ state: 'missing' });
  expect(await lost.check()).toMatchObject({ advert: 'warning fips.check-nothing-to-say' });
});

it('has nothing to show where nothing is set to find nodes by', async () => {
  const { mesh, adverts, check } = await joined({});
  expect([(await mesh()).finding, (await adverts()).own]).toEqual([null, { state: 'unsaid' }]);
  expect(await check()).toMatchObject({ relays: 'skipped fips.check-no-relays' });
});
