// A run of FIPS on loopback, with real sockets: how it starts and ends, and what its user's choices do while it runs.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import type { MeshPart } from '../../../../src-main/networks/fips/parts.ts';
import { SessionType } from '../../../../src-main/networks/fips/wire/session-packet.ts';
import { asPeer, fipsBooks, fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';

const TIMES = process.env.HEARTH_SOAK === '1' ? 200 : 20;

const sockets = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|UDP|Pipe)/.test(name)).length;

async function pair(settings: Readonly<Record<string, unknown>> = {}) {
  const two = fipsRun({ secret: 0x22 });
  await two.node.start();
  const one = fipsRun({ secret: 0x21, settings: { ...settings, peers: [asPeer(two.identity, two.udp)] } });
  await one.node.start();
  await until('the link', () => one.peers().length === 1 && two.peers().length === 1);
  return { one, two };
}

it('starts with its links, then its peers, then its parts in their order, and ends in reverse with a goodbye', async () => {
  const happened: string[] = [];
  const part =
    (name: string, fails = false) =>
    (): MeshPart => ({
      name,
      start: async () => {
        happened.push(`start ${name}`);
        if (fails) throw new Error('not here');
      },
      stop: async () => void happened.push(`stop ${name}`),
    });
  const two = fipsRun({ secret: 0x22 });
  await two.node.start();
  const one = fipsRun({
    secret: 0x21,
    settings: { peers: [asPeer(two.identity, two.udp)] },
    parts: [
      ({ dialer }) => ({
        ...part('first')(),
        start: async () => {
          happened.push(`start first, ${dialer.standing()[0]!.ladder.length} dialled`);
        },
      }),
      part('broken', true),
      part('last'),
    ],
  });
  expect(one.node.state).toBe('created');
  await one.node.start();
  expect([one.node.state, happened]).toEqual(['running', ['start first, 1 dialled', 'start broken', 'start last']]);
  await until('the link', () => two.peers().length === 1);
  happened.length = 0;
  await one.node.stop();
  expect([one.node.state, happened]).toEqual(['stopped', ['stop last', 'stop first']]);
  await until('the goodbye', () => two.events.includes('peer-down fips.down-left'));
  expect([one.watched.map(({ closed }) => closed), one.udp]).toEqual([[true], '']);
});

it('does not start where another program has its port, closes what it had opened, and starts once the port is free', async () => {
  const other = createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const before = sockets();
  const settings = { udpBind: `127.0.0.1:${port}` };
  const failing = fipsRun({ secret: 0x21, settings });
  await expect(failing.node.start()).rejects.toMatchObject({ code: 'fips.port-taken', category: 'unavailable' });
  expect(failing.node.state).toBe('stopped');
  await until('its sockets to be closed', () => sockets() <= before);
  other.close();
  await once(other, 'close');
  const again = fipsRun({ secret: 0x21, settings });
  await again.node.start();
  expect(again.udp).toBe(`127.0.0.1:${port}`);
});

it('runs with what is left where one of two transports can’t be started, and says which', async () => {
  const other = createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const run = fipsRun({
    secret: 0x21,
    settings: { udpBind: `127.0.0.1:${other.address().port}`, tcpBind: '127.0.0.1:0' },
  });
  await run.node.start();
  expect(run.events).toEqual(['transport-failed fips.port-taken', 'started']);
  expect([run.node.trouble?.code, run.tcp === '']).toEqual(['fips.port-taken', false]);
});

it(`leaves no socket after ${TIMES} starts and stops`, { timeout: 600_000 }, async () => {
  const folder = temporaryFolder();
  const two = fipsRun({ secret: 0x22, settings: { tcpBind: '127.0.0.1:0' } });
  await two.node.start();
  const before = sockets();
  for (let nth = 0; nth < TIMES; nth += 1) {
    const transport = nth % 2 === 0 ? 'udp' : 'tcp';
    const one = fipsRun({
      secret: 0x21,
      settings: {
        tcpBind: '127.0.0.1:0',
        peers: [asPeer(two.identity, two[transport], transport)],
        control: true,
        controlSocket: join(folder, 'control.sock'),
      },
    });
    await one.node.start();
    await until('the link', () => one.peers().length === 1);
    await one.node.stop();
  }
  await until('the other end to have closed its', () => sockets() <= before);
  expect(readdirSync(folder)).toEqual([]);
  await until('no neighbour to be left', () => two.peers().length === 0);
});

it('lets a neighbour go that its user has no longer among those who may come, by settings or by a file', async () => {
  const folder = temporaryFolder();
  const { one, two } = await pair({ accessFolder: folder });
  one.set('deny', ['ALL']);
  await until('it to be let go', () => one.peers().length === 0 && two.peers().length === 0);
  const tried = () => one.node.dialer.standing()[0]!.ladder.at(-1)?.reason.code;
  await until('it to be refused', () => tried() === 'fips.tried-denied', 20_000);
  writeFileSync(join(folder, 'peers.allow'), `# mine\n${two.identity.npub}\n`);
  await until('the file to be read', () => one.node.admits(two.identity.xOnly));
  one.node.dialer.connect(two.identity.npub);
  await until('the link', () => one.peers().length === 1);
  rmSync(join(folder, 'peers.allow'));
  await until('it to be let go again', () => one.peers().length === 0);
});

it.each([
  ['larger than one may be', 'x'.repeat(300_000)],
  ['a folder', undefined],
])('counts a list as it was before where its file is %s', async (_, text) => {
  const folder = temporaryFolder();
  const run = fipsRun({ secret: 0x21, settings: { accessFolder: folder } });
  const other = Identity.of(Buffer.alloc(32, 0x55))!;
  writeFileSync(join(folder, 'peers.deny'), other.npub);
  await run.node.start();
  expect(run.node.admits(other.xOnly)).toBe(false);
  rmSync(join(folder, 'peers.deny'));
  if (text === undefined) mkdirSync(join(folder, 'peers.deny'));
  else writeFileSync(join(folder, 'peers.deny'), text);
  let looks = 0;
  await until('a few more looks', () => {
    looks += 1;
    return looks > 300;
  });
  expect(run.node.access.deny.entries.length).toBeLessThanOrEqual(4096);
});

it('finds out after a sleep who is still there, and dials anew who is not', async () => {
  let asleep = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + asleep };
  const two = fipsRun({ secret: 0x22 });
  await two.node.start();
  const one = fipsRun({ secret: 0x21, clock, settings: { peers: [asPeer(two.identity, two.udp)] } });
  await one.node.start();
  await until('the link', () => one.peers().length === 1 && two.peers().length === 1);
  const port = two.udp;
  await two.node.stop();
  await until('the goodbye', () => one.peers().length === 0);
  const back = fipsRun({ secret: 0x22, settings: { udpBind: port } });
  await back.node.start();
  asleep = 3_600_000;
  await until('it to notice', () => one.events.includes('woke'));
  await until('the link again', () => one.peers().length === 1);
});

it('passes on for others what its user lets it, counts that into data use and keeps the month over a new start', async () => {
  let lending = true;
  const db = fipsBooks();
  const middle = fipsRun({ secret: 0x23, settings: { transit: true }, lending: () => lending, db });
  await middle.node.start();
  const heard: string[] = [];
  const listening = () => ({
    name: 'listener',
    start: async () => undefined,
    message: (_: string, { type, body }: { type: number; body: Buffer }) => {
      if (type !== SessionType.endpointData) return false;
      heard.push(body.toString());
      return true;
    },
    stop: async () => undefined,
  });
  const peers = [asPeer(middle.identity, middle.udp)];
  const left = fipsRun({ secret: 0x21, settings: { peers } });
  const right = fipsRun({ secret: 0x22, settings: { peers }, parts: [listening] });
  await left.node.start();
  await right.node.start();
  await until('a way', () => left.node.mesh.router.knows(right.identity.nodeAddr));
  left.say(right.identity, 'through the middle');
  await until('it to be heard', () => heard.includes('through the middle'));
  const passed = middle.node.transit.figures.bytes;
  expect(passed).toBeGreaterThan(0);
  expect(middle.watched[0]!.bytesRead).toBe(passed);
  lending = false;
  await until('the way to be gone', () => !left.node.mesh.router.knows(right.identity.nodeAddr));
  left.say(right.identity, 'while nothing is lent');
  await until(
    'it to be turned away',
    () => middle.node.transit.figures.refused > 0 || middle.node.mesh.router.counts.of('noRoute').packets > 0,
  );
  expect(heard).toEqual(['through the middle']);
  await middle.node.stop();
  const next = fipsRun({ secret: 0x23, settings: { transit: true, transitMonthMiB: 1 }, db });
  expect(next.node.transit.state).toBe('open');
  const month = db.prepare<[], { bytes: number }>('SELECT bytes FROM fips_transit').get();
  expect(month?.bytes).toBe(middle.watched[0]!.bytesRead);
});
