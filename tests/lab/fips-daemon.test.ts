// The official daemon in one home and a node of ours in another, or on the same local network: each finds the other. HEARTH_FIPS names
// the folder with `fips` and `fipsctl`, version 0.4.0; with `nostr-rs-relay` in it, version 0.8, they meet by that relay as well.
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Identity } from '../../src-main/networks/fips/identity/identity.ts';
import { temporaryFolder } from '../support/folder.ts';
import { until } from '../support/wait.ts';
import { homesWith, npubOf } from './fips-homes.ts';
import { betweenHomes, type Home, type TwoHomes } from './two-homes.ts';

const PROGRAMS = process.env.HEARTH_FIPS ?? '';
const isThere = PROGRAMS !== '' && ['fips', 'fipsctl'].every((name) => existsSync(join(PROGRAMS, name)));
if (!isThere) console.warn('SKIPPED: the FIPS daemon was not tried between homes. HEARTH_FIPS is to name its folder.');

const RELAY = join(PROGRAMS, 'nostr-rs-relay');
const hasRelay = isThere && existsSync(RELAY);
if (isThere && !hasRelay)
  console.warn('SKIPPED: no relay of other people was tried between homes: there is no nostr-rs-relay.');
const RELAYS: readonly (readonly [string, string | undefined])[] = [
  ['a practice relay', undefined],
  ...(hasRelay ? ([['nostr-rs-relay', RELAY]] as const) : []),
];

const run = promisify(execFile);
const DAEMON = 7;
const daemon = Identity.of(Buffer.alloc(32, DAEMON))!;

interface Found {
  /** Our npub, with the address by which it is to be reached. */
  readonly peer?: { readonly npub: string; readonly address: string };
  readonly relay?: string;
  readonly stun?: string;
  readonly lan?: boolean;
  readonly external?: string;
}

async function daemonIn(homes: TwoHomes, home: Home, { peer, relay, stun, lan = false, external }: Found) {
  const folder = temporaryFolder();
  const [config, socket] = [join(folder, 'fips.yaml'), join(folder, 'control.sock')];
  const nostr = relay
    ? `{enabled: true, advertise: true, advert_relays: ["${relay}"], dm_relays: ["${relay}"], stun_servers: ["stun:${stun}"]}`
    : '{enabled: false}';
  const udp = external ? `public: true, external_addr: "${external}"` : 'public: false';
  writeFileSync(
    config,
    `node:
  system_files_enabled: false
  identity: {nsec: "${Buffer.alloc(32, DAEMON).toString('hex')}"}
  control: {enabled: true, socket_path: "${socket}"}
  discovery:
    nostr: ${nostr}
    lan: {enabled: ${lan}}
tun: {enabled: false}
dns: {enabled: false}
transports:
  udp: {bind_addr: "0.0.0.0:2121", advertise_on_nostr: ${relay !== undefined}, ${udp}}
${peer ? `peers:\n  - npub: "${peer.npub}"\n    connect_policy: auto_connect\n    addresses:\n      - {transport: udp, addr: "${peer.address}"}\n` : ''}`,
  );
  let log = '';
  const child = homes.spawn(home, join(PROGRAMS, 'fips'), '-c', config);
  child.stdout!.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-100_000);
  });
  const control = async (...args: string[]) => {
    const { stdout } = await run(join(PROGRAMS, 'fipsctl'), ['-s', socket, ...args]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  await until('the daemon', () => control('show', 'status').catch(() => undefined), 30_000);
  const peers = async () =>
    ((await control('show', 'peers')).peers as { npub: string; connectivity: string }[]).map(
      ({ npub, connectivity }) => `${npub} ${connectivity}`,
    );
  return { peers, log: () => log };
}

betweenHomes('the official daemon', () => {
  it.skipIf(!isThere).each(RELAYS)('is found by its advert on %s, and a hole is punched to it', async (_, program) => {
    const { homes, start, relay, stun } = await homesWith('plain', 'plain', program);
    const there = await daemonIn(homes, 'home-b', { relay, stun });
    const here = await start('home-a', 1);
    await here.knows(1);
    here.tell({ do: 'punch', to: String(DAEMON) });
    const { remote } = await here.linked(DAEMON);
    expect(remote.address).toMatch(/^11\.203\.113\.102:/);
    await until('the daemon to see it', async () => (await there.peers()).includes(`${npubOf(1)} connected`));
    expect(here.has('punched relay ours')).toBe(true);
  });

  it.skipIf(!isThere).each(RELAYS)('finds us by our advert on %s, and its offer is answered', async (_, program) => {
    const { homes, start, relay, stun } = await homesWith('plain', 'plain', program);
    const here = await start('home-a', 1);
    await until('our advert', async () => (await here.ask({ do: 'look' }, 'links')).advert);
    const there = await daemonIn(homes, 'home-b', { relay, stun, peer: { npub: npubOf(1), address: 'nat' } });
    const { remote } = await here.linked(DAEMON, 100_000);
    expect(remote.address).toMatch(/^11\.203\.113\.102:/);
    await until('the daemon to see it', async () => (await there.peers()).includes(`${npubOf(1)} connected`));
    expect(here.has('punched relay theirs')).toBe(true);
  });

  it.skipIf(!isThere)('is dialled where its advert says that it is', async () => {
    const { homes, start, relay, stun } = await homesWith();
    const there = await daemonIn(homes, 'wan', { relay, stun, external: '11.203.113.1' });
    const here = await start('home-a', 1);
    await here.knows(1);
    const { are } = await here.ask({ do: 'endpoints', of: String(DAEMON) }, 'endpoints');
    expect(are).toEqual([{ transport: 'udp', address: '11.203.113.1:2121' }]);
    here.tell({ do: 'dial', to: String(DAEMON), address: '11.203.113.1:2121' });
    await here.linked(DAEMON);
    await until('the daemon to see it', async () => (await there.peers()).includes(`${npubOf(1)} connected`));
  });

  it.skipIf(!isThere)('sees us on the local network and we see it, without any relay', async () => {
    const { homes, start } = await homesWith();
    const here = await start('home-a', 1, { lan: true });
    const there = await daemonIn(homes, 'home-a2', { lan: true });
    const key = daemon.xOnly.toString('hex');
    await until('the neighbour', () => here.count(`nearby ${key} 192.168.77.20:2121`));
    // It dials whom it sees.
    expect((await here.linked(DAEMON)).remote.address).toBe('192.168.77.20:2121');
    await until('the daemon to see it', async () => (await there.peers()).includes(`${npubOf(1)} connected`));
  });
});
