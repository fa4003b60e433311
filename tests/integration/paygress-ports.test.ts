// Whether a port can be given to a customer: nobody listens there, and nothing leads away from it.
import { execFileSync, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { isPortFree } from '../../src-main/base/free-port.ts';
import { freePort } from '../support/network.ts';

it('is free where nobody listens', async () => {
  expect(await isPortFree(await freePort())).toBe(true);
});

it.each(['0.0.0.0', '127.0.0.1'])('is not free where somebody listens at %s', async (host) => {
  const port = await freePort();
  const server = createServer().listen(port, host);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await isPortFree(port)).toBe(false);
});

const filter = spawnSync('iptables', ['-t', 'nat', '-S']).status === 0;
if (!filter) console.warn('SKIPPED: no port was led elsewhere: it takes root and iptables');

it.skipIf(!filter)('is not free where a rule leads to what is gone, as a killed engine leaves it', async () => {
  const port = await freePort();
  const rule = (verb: string) => ['-t', 'nat', verb, 'OUTPUT', '-p', 'tcp', '--dport', String(port)];
  // A network for documents, in which nobody is (RFC 5737).
  const to = ['-d', '127.0.0.1', '-j', 'DNAT', '--to-destination', '192.0.2.1:80'];
  execFileSync('iptables', [...rule('-A'), ...to]);
  try {
    expect(await isPortFree(port)).toBe(false);
  } finally {
    execFileSync('iptables', [...rule('-D'), ...to]);
  }
  expect(await isPortFree(port)).toBe(true);
});
