// `hearth fips forward` on a whole node: what is added can be connected to, what can't be had is said, and what is removed is closed.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { fipsVerbs } from '../../../../src-main/networks/fips/verbs.ts';
import { composed } from '../../../support/composed.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { freePort } from '../../../support/network.ts';
import { until } from '../../../support/wait.ts';

const { npub } = Identity.of(Buffer.alloc(32, 0x61))!;
const verb = fipsVerbs.find(({ name }) => name === 'forward')!;

async function joined() {
  const engine = await composed(temporaryFolder());
  onTestFinished(() => engine.stop());
  const set = async (path: string, value: unknown) => void (await engine.handle('settings.set', { path, value }));
  await set('networks.fips.udpBind', '127.0.0.1:0');
  await set('networks.fips.enabled', true);
  await engine.start();
  const node = { request: (name: never, input: never) => engine.handle(name, input) };
  return {
    forward: (...words: readonly (string | number)[]) =>
      verb.run(verb.read(words.map(String), {}), { id: 'fips', node } as never),
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return once(socket, 'connect')
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}

it('adds, lists and removes, says what is there already or is not, and makes what it added', async () => {
  const { forward } = await joined();
  expect(await forward('list')).toMatchObject({ json: { forwards: [] }, lines: ['No forward is set.'] });
  const port = await freePort();
  const out = { kind: 'out', port, node: npub, nodePort: 80 };
  const added = await forward('add', 'out', port, npub, 80);
  expect([added.json, added.exit]).toEqual([{ forwards: [out] }, undefined]);
  await until('the port to be open', () => isOpen(port));
  expect(await forward('add', 'out', port, npub, 81)).toMatchObject({ json: { forwards: [out] }, exit: 'failed' });
  const inward = { kind: 'in', port, host: '127.0.0.1', hostPort: 8080, allow: [npub] };
  expect(await forward('add', 'in', port, 8080, npub)).toMatchObject({ json: { forwards: [out, inward] } });
  expect(await forward('list')).toMatchObject({
    json: { forwards: [out, inward] },
    lines: [`out ${port}: to port 80 of npub1xxx`, `in ${port}: to 127.0.0.1 port 8080, for npub1xxx`].map((line) =>
      line.replace('npub1xxx', `${npub.slice(0, 9)}...${npub.slice(-4)}`),
    ),
  });
  expect(await forward('remove', 'out', port)).toMatchObject({ json: { forwards: [inward] } });
  expect(await forward('remove', 'out', port)).toMatchObject({ json: { forwards: [inward] }, exit: 'nothingFound' });
  await until('the port to be closed', async () => !(await isOpen(port)));
});

it('says which port can’t be had', async () => {
  const { forward } = await joined();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  await forward('add', 'out', port, npub, 80);
  const codes = async () =>
    ((await forward('list')).json as { troubles: readonly { code: string }[] }).troubles.map(({ code }) => code);
  await until('the reason', async () => (await codes()).includes('fips.forward-port-taken'));
});

describe('what it does not understand', () => {
  it.each([
    [[], /Say one/],
    [['list', 'all'], /Say one/],
    [['add', 'both', '80'], /Say one/],
    [['add', 'out', '0', npub, '80'], /from 1 to 65535/],
    [['add', 'out', '80', npub, '65536'], /from 1 to 65535/],
    [['add', 'out', '80'], /Say where to/],
    [['add', 'in', '80', '80'], /Say who may use it/],
    [['add', 'in', '80', '80', 'somebody'], /Say who may use it/],
    [['remove', 'out'], /from 1 to 65535/],
    [['remove', 'out', '80', '81'], /Say the port/],
  ] as const)('%j', (words, says) => {
    expect(() => verb.read(words, {})).toThrow(
      expect.objectContaining({ code: 'command.usage', message: expect.stringMatching(says) }),
    );
  });
});
