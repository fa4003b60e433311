// Links through a SOCKS5 server in the place of Tor, and through a whole private Tor network where there is one.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { ListenRefused } from '../../../../src-main/networks/fips/errors.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../../../src-main/networks/fips/link-layer.ts';
import { OnionService } from '../../../../src-main/networks/fips/transports/onion-service.ts';
import { onionAddress, torTransport } from '../../../../src-main/networks/fips/transports/tor.ts';
import { startSocks } from '../../../simulators/socks.ts';
import { HandClock } from '../../../support/clock.ts';
import { freePort } from '../../../support/fips-daemon.ts';
import { asPeer, fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { practiceRelay } from '../../../support/nostr.ts';
import { until } from '../../../support/wait.ts';

const ONION = `${'a'.repeat(56)}.onion`;
const nobody = { received: () => undefined, closed: () => undefined, unreachable: () => undefined };
const never = new AbortController().signal;

interface Socks {
  readonly host: string;
  readonly port: number;
}

async function node(secret: number, socks: Socks, port = 0) {
  const identity = Identity.of(Buffer.alloc(32, secret))!;
  const tor = torTransport({ clock: systemClock }, { id: 'tor', socks, bind: { host: '127.0.0.1', port } });
  const news: string[] = [];
  const common = { clock: systemClock, random: systemRandom, identity, epoch: systemRandom.bytes(8) };
  const layer = new LinkLayer(
    { ...common, transports: [tor] },
    {
      admits: () => true,
      up: ({ remote, outbound }) => void news.push(`up ${outbound ? remote.address : 'called'}`),
      down: (_, why) => void news.push(`down ${why}`),
      unanswered: () => undefined,
      received: () => undefined,
      measured: () => void news.push('measured'),
      ticked: () => undefined,
    },
  );
  expect((await layer.start()).size).toBe(0);
  onTestFinished(() => layer.stop());
  return { identity, layer, news, local: tor.local! };
}

async function socksTo(routes: Readonly<Record<string, string>>, options?: { readonly mute: boolean }) {
  const socks = await startSocks(new Map(Object.entries(routes)), options);
  onTestFinished(() => socks.stop());
  return socks;
}

describe('through a SOCKS5 server', () => {
  it('a link stands, and what is dialled is named to nobody else', async () => {
    const callee = await node(2, { host: '127.0.0.1', port: 1 });
    const socks = await socksTo({ [`${ONION}:443`]: callee.local });
    const caller = await node(1, socks);
    const target = { transport: 'tor', target: `${ONION}:443`, xOnly: callee.identity.xOnly };
    expect(await caller.layer.dial(target, never)).toBe('dialled');
    await until('the link', () => caller.news.includes(`up ${ONION}:443`) && callee.news.includes('up called'));
    await until('frames both ways', () => caller.news.includes('measured') && callee.news.includes('measured'));
    // Its own circuit, by a name of its own; and the same connection where it is dialled again.
    expect(socks.asked).toEqual([`${ONION} ${ONION}:443`]);
    expect(await caller.layer.dial(target, never)).toBe('connected');
    expect(socks.asked).toHaveLength(1);
    await callee.layer.stop();
    await until('the goodbye', () => caller.news.includes('down left'));
  });

  it('an onion service that is not there is a refusal, and a proxy that is none too', async () => {
    const tor = torTransport({ clock: systemClock }, { id: 'tor', socks: await socksTo({}) });
    await tor.start(nobody);
    onTestFinished(() => tor.stop());
    await expect(tor.connect(`${ONION}:443`, never)).rejects.toThrow(/HostUnreachable/);
    const none = torTransport(
      { clock: systemClock },
      { id: 'tor', socks: { host: '127.0.0.1', port: await freePort() } },
    );
    await none.start(nobody);
    onTestFinished(() => none.stop());
    await expect(none.connect(`${ONION}:443`, never)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('a circuit that never comes about is given up in its time, or when nobody wants it any more', async () => {
    const socks = await socksTo({}, { mute: true });
    const clock = new HandClock();
    const tor = torTransport({ clock }, { id: 'tor', socks });
    await tor.start(nobody);
    onTestFinished(() => tor.stop());
    const late = expect(tor.connect(`${ONION}:443`, never)).rejects.toThrow('it did not answer in time');
    await clock.turn(120_000);
    await late;
    const stopping = new AbortController();
    const stopped = expect(tor.connect(`${ONION}:443`, stopping.signal)).rejects.toThrow('not wanted');
    stopping.abort(new Error('not wanted'));
    await stopped;
    expect(clock.timers).toBe(0);
  });
});

describe('a node whose user has Tor', () => {
  it('dials a peer at the onion service that its advert names, and is called there', async () => {
    const relay = await practiceRelay();
    const hostname = join(temporaryFolder(), 'hostname');
    writeFileSync(hostname, `${ONION}\n`);
    const common = { udpBind: '', relays: [relay.url] };
    const callee = await listeningNode((port) => ({
      ...common,
      advertise: true,
      torSocks: '127.0.0.1:1',
      torPort: port,
      torHostnameFile: hostname,
    }));
    const socks = await socksTo({ [`${ONION}:443`]: callee.tor });
    const caller = fipsRun({
      secret: 0x41,
      settings: {
        ...common,
        torSocks: `127.0.0.1:${socks.port}`,
        peers: [{ npub: callee.identity.npub, addresses: [], connect: true }],
      },
    });
    await caller.node.start();
    await until('the link', () => caller.peers().length === 1 && callee.peers().length === 1, 60_000);
    const [link] = caller.node.layer.links.peers.values();
    expect(link?.remote).toEqual({ transport: 'tor', address: `${ONION}:443` });
    expect(socks.asked).toEqual([`${ONION} ${ONION}:443`]);
    expect([callee.node.onion, caller.node.onion]).toEqual([`${ONION}:443`, undefined]);
  });

  it('says of an address in Tor that there is no transport for it where Tor is not set', async () => {
    const { npub } = Identity.of(Buffer.alloc(32, 0x42))!;
    const run = fipsRun({ secret: 0x41, settings: { peers: [asPeer({ npub }, `${ONION}:443`, 'tor')] } });
    await run.node.start();
    await until(
      'the outcome',
      () => run.node.dialer.standing()[0]?.ladder[0]?.reason.code === 'fips.tried-no-transport',
    );
  });

  it('names the setting where another program has the port of its onion service', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const run = fipsRun({ secret: 0x41, settings: { torSocks: '127.0.0.1:1', torPort: port } });
    await run.node.start();
    expect(run.node.trouble).toMatchObject({ code: 'fips.port-taken', values: { setting: 'networks.fips.torPort' } });
  });
});

/** A port that was free may be taken by the time it is used: then it is another one. */
async function listeningNode(settings: (port: number) => Readonly<Record<string, unknown>>) {
  for (;;) {
    const run = fipsRun({ secret: 0x42, settings: settings(await freePort()) });
    await run.node.start().catch((error: unknown) => expect(error).toBeInstanceOf(ListenRefused));
    const tor = run.node.transports.find(({ id }) => id === 'tor')?.local;
    if (tor !== undefined) return { ...run, tor };
  }
}

it('reads the name of its onion service once Tor has written it, and again when it is another', async () => {
  const clock = new HandClock();
  const hostnameFile = join(temporaryFolder(), 'hostname');
  const seen: (string | undefined)[] = [];
  const service: OnionService = new OnionService(clock, {
    hostnameFile,
    port: 80,
    changed: () => void seen.push(service.address),
  });
  await service.look();
  writeFileSync(hostnameFile, `${ONION}\n`);
  await service.look();
  expect(seen).toEqual([]);
  await clock.turn(10_000);
  await service.look();
  const other = `${'b'.repeat(56)}.onion`;
  writeFileSync(hostnameFile, `${other}\n`);
  await clock.turn(10_000);
  await service.look();
  await clock.turn(10_000);
  await service.look();
  rmSync(hostnameFile);
  await clock.turn(10_000);
  await service.look();
  expect(seen).toEqual([`${ONION}:80`, `${other}:80`, undefined]);
});

describe('the hostname file of an onion service', () => {
  it.each([
    ['names it', `${ONION}\n`, `${ONION}:443`],
    ['of an old version does not', 'abcdefghijklmnop.onion\n', undefined],
    ['with more in it does not', `${ONION}\n${ONION}\n`, undefined],
    ['that is huge does not', 'a'.repeat(1_000_000), undefined],
  ])('%s', async (_, text, expected) => {
    const file = join(temporaryFolder(), 'hostname');
    writeFileSync(file, text);
    expect(await onionAddress(file)).toBe(expected);
  });

  it('that is missing names none', async () => {
    expect(await onionAddress(join(temporaryFolder(), 'hostname'))).toBeUndefined();
  });
});

const PRIVATE = process.env.HEARTH_TOR_PRIVATE ?? '';
if (!existsSync(PRIVATE)) {
  console.warn(
    'SKIPPED: Tor itself was not tried. HEARTH_TOR_PRIVATE is to name a script that starts a private Tor network.',
  );
}

describe.skipIf(!existsSync(PRIVATE))('through Tor itself', () => {
  it('a link stands with an onion service of ours', { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    // Twenty ports up from there for the directories, fifty for SOCKS.
    const base = 20_000 + systemRandom.int(8000);
    const run = promisify(execFile);
    const hidden = await freePort();
    onTestFinished(() => run(PRIVATE, ['stop', folder]).then(() => undefined));
    const { stdout } = await run(PRIVATE, ['start', folder, String(base), String(hidden)]);
    console.info(stdout.trim());
    const torSocks = `127.0.0.1:${base + 50}`;
    const callee = fipsRun({
      secret: 0x42,
      settings: {
        udpBind: '',
        torSocks,
        torPort: hidden,
        torHostnameFile: join(folder, 'hs/svc/hostname'),
        torServicePort: 80,
      },
    });
    await callee.node.start();
    const service = callee.node.onion;
    expect(service).toMatch(/^[a-z2-7]{56}\.onion:80$/);
    const peers = [asPeer(callee.identity, service!, 'tor')];
    const caller = fipsRun({ secret: 0x41, settings: { udpBind: '', torSocks, peers } });
    await caller.node.start();
    // The descriptor of a new service takes a while to be found.
    await until('the link', () => caller.peers().length === 1 && callee.peers().length === 1, 200_000);
    const [link] = caller.node.layer.links.peers.values();
    expect(link?.remote).toEqual({ transport: 'tor', address: service });
    await until('a round trip', () => link?.meter.srtt !== undefined, 60_000);
    console.info(`through three relays and back: ${link!.meter.srtt!.toFixed(0)} ms`);
  });
});
