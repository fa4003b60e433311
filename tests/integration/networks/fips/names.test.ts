// The responder for names of the mesh on real sockets, asked as programs ask.
import { createSocket } from 'node:dgram';
import { promises } from 'node:dns';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NAMES } from '../../../../src-main/networks/fips/dns/bounds.ts';
import { HostsFile } from '../../../../src-main/networks/fips/dns/names.ts';
import { Responder } from '../../../../src-main/networks/fips/dns/responder.ts';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { freePort } from '../../../support/fips-daemon.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';

const node = Identity.of(Buffer.alloc(32, 2))!;

async function responder(hosts: () => ReadonlyMap<string, Buffer> = () => new Map()) {
  const asked: string[] = [];
  let now = 0;
  let looks = 0;
  let answered = 0;
  const made = new Responder({
    clock: {
      monotonic: () => {
        looks += 1;
        return now;
      },
    },
    hosts: () => {
      answered += 1;
      return hosts();
    },
    asked: (xOnly) => void asked.push(xOnly.toString('hex')),
  });
  const port = await freePort();
  await made.start(port);
  onTestFinished(() => made.stop());
  const resolver = new promises.Resolver({ timeout: 5000, tries: 2 });
  resolver.setServers([`127.0.0.1:${port}`]);
  const turn = (ms: number) => (now += ms);
  return { made, port, asked, resolver, turn, looks: () => looks, answered: () => answered };
}

describe('the responder', () => {
  it('answers programs of this computer, and remembers whom they want', async () => {
    const { resolver, asked } = await responder();
    expect(await resolver.resolve6(`${node.npub}.fips`)).toEqual([node.ipv6]);
    expect(asked).toEqual([node.xOnly.toString('hex')]);
    await expect(resolver.resolve6('example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve4(`${node.npub}.fips`)).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('reads names of hosts from a file, and again once it has changed', async () => {
    const path = join(temporaryFolder(), 'hosts');
    const file = new HostsFile(path);
    const { resolver } = await responder(() => file.hosts);
    await file.look();
    expect(file.hosts.size).toBe(0);
    writeFileSync(path, `attic ${node.npub}\n`);
    await file.look();
    expect(await resolver.resolve6('attic.fips')).toEqual([node.ipv6]);
    writeFileSync(path, 'x'.repeat(NAMES.hostsBytes + 1));
    utimesSync(path, 1, 1);
    await file.look();
    expect(file.hosts.size).toBe(0);
  });

  it('answers no more questions in a second than its bound', async () => {
    const { port, turn, looks, answered, resolver } = await responder();
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    const question = Buffer.from('0007010000010000000000000161046669707300001c0001', 'hex');
    const before = looks();
    for (let sent = 0; sent < NAMES.questions + 50; ) {
      for (const end = sent + 50; sent < end; sent += 1) socket.send(question, port, '127.0.0.1');
      // A few after another, so that none is lost on the way.
      await until('them to be looked at', () => looks() === before + sent);
    }
    expect(answered()).toBe(NAMES.questions);
    turn(1000);
    await expect(resolver.resolve6('example.org')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('gives its ports back', async () => {
    const { made, port } = await responder();
    await made.stop();
    for (let times = 0; times < 20; times += 1) {
      await made.start(port);
      expect(made.ports).toContain(port);
      await made.stop();
    }
    expect(made.ports).toEqual([]);
  });
});
