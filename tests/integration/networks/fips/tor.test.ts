// Links through a SOCKS5 server in the place of Tor, and through a whole private Tor network where there is one.
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { systemRandom } from '../../../../src-main/base/random.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { LinkLayer } from '../../../../src-main/networks/fips/link-layer.ts';
import { onionAddress, torTransport } from '../../../../src-main/networks/fips/transports/tor.ts';
import { startSocks } from '../../../simulators/socks.ts';
import { HandClock } from '../../../support/clock.ts';
import { freePort } from '../../../support/fips-daemon.ts';
import { temporaryFolder } from '../../../support/folder.ts';
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
    const service = await onionAddress(join(folder, 'hs/svc/hostname'), 80);
    const socks = { host: '127.0.0.1', port: base + 50 };
    const callee = await node(2, socks, hidden);
    const caller = await node(1, socks);
    const target = { transport: 'tor', target: service!, xOnly: callee.identity.xOnly };
    // The descriptor of a new service takes a while to be found.
    await until(
      'the link',
      async () => {
        await caller.layer.dial(target, AbortSignal.timeout(60_000)).catch(() => undefined);
        return caller.news.includes(`up ${service}`) && callee.news.includes('up called');
      },
      200_000,
    );
    await until('frames both ways', () => caller.news.includes('measured') && callee.news.includes('measured'));
  });
});
