// `hearth reach`: what it says, and with which exit code, for each way things can be.
import { expect, it } from 'vitest';
import { reach } from '../../../src-main/command/reach.ts';
import type { Terminal } from '../../../src-main/command/terminal.ts';
import type { SocketClient } from '../../../src-main/faces/socket.ts';
import { type Played, playedReachability } from '../../support/inbound.ts';

const PLAIN = { test: false, report: false, addresses: false, json: false };

async function run(
  played: Played,
  line: Partial<typeof PLAIN> = {},
  network: object = { relay: null, reason: null },
  practice = false,
) {
  const { reachability } = played;
  const printed: string[] = [];
  const asked: string[] = [];
  const answers: Record<string, (input: { addresses: boolean }) => unknown> = {
    'reachability.get': () => ({ value: reachability.view() }),
    'node.get': () => ({ value: { practice } }),
    'networks.get': () => ({ value: [{ id: 'iicp', title: 'IICP', address: null, ...network }] }),
    'reachability.test': async () => {
      await reachability.test();
      return { value: reachability.view() };
    },
    'reachability.report': ({ addresses }) => ({ text: reachability.report(addresses) }),
  };
  const request = async (name: string, input: { addresses: boolean }) => {
    asked.push(name);
    return answers[name]!(input);
  };
  const node = { request } as unknown as SocketClient;
  const terminal = { print: (text: string) => printed.push(text) } as unknown as Terminal;
  const exit = await reach(node, { ...PLAIN, ...line }, terminal);
  return { exit, printed, asked };
}

async function open(change?: Parameters<Played['request']>[0]): Promise<Played> {
  const played = playedReachability();
  await played.reachability.start();
  played.reachability.open(played.request(change));
  await played.clock.turn(0);
  return played;
}

const at = '2023-11-14T22:13:20.000Z';
const NOT = () => ({ kind: 'not-reached', why: 'refused' }) as const;
const NOT_BY_HAND =
  '    Nothing from outside gets in at the address that others see, so no port is forwarded by hand either. Let programs open ports in the router, or forward the port there; Hearth tries again by itself.';

const states: readonly (readonly [string, (played: Played) => void, number, readonly string[]])[] = [
  [
    'reached',
    ({ mapper }) => mapper().map(),
    0,
    [
      'IICP tasks: http://11.0.0.1:9484',
      `  Router found: yes (FRITZ!Box 7590, ${at})`,
      `  Port opened: yes (upnp, ${at})`,
      `  Reached from outside: yes (directory.example, ${at})`,
      '  Renewed: not yet',
    ],
  ],
  [
    'not reached',
    ({ mapper, prober }) => {
      prober.answer = () => ({ kind: 'not-reached', why: 'refused' });
      mapper().map();
    },
    1,
    [
      "IICP tasks: it can't be reached from outside",
      `  Router found: yes (FRITZ!Box 7590, ${at})`,
      `  Port opened: yes (upnp, ${at})`,
      `  Reached from outside: no (directory.example, ${at})`,
      '    The router says that the port is open, but nothing from outside gets through. Check the firewall of this computer and of the router, or restart the router; Hearth tries again by itself.',
      '  Renewed: not yet',
    ],
  ],
  [
    'refused',
    ({ mapper, prober }) => {
      prober.answer = NOT;
      mapper().hold({
        state: 'unavailable',
        lastError: { kind: 'refused', code: 'not-authorized', protocol: 'upnp', message: 'It refuses.', raw: 606 },
      });
    },
    1,
    [
      "IICP tasks: it can't be reached from outside",
      `  Router found: yes (FRITZ!Box 7590, ${at})`,
      '  Port opened: no',
      '    It refuses. Allow programs to open ports in its settings, for this computer alone if it can, then test again.',
      `  Reached from outside: no (directory.example, ${at})`,
      NOT_BY_HAND,
      '  Renewed: not asked',
    ],
  ],
  [
    'switched off',
    ({ set, prober }) => {
      prober.answer = NOT;
      set('reachability.enabled', false);
    },
    1,
    [
      "IICP tasks: it can't be reached from outside",
      'Asking the router is switched off: hearth settings set reachability.enabled true',
      '  Router found: not asked',
      '  Port opened: not asked',
      `  Reached from outside: no (directory.example, ${at})`,
      NOT_BY_HAND,
      '  Renewed: not asked',
    ],
  ],
];

it.each(states)('%s: each link in a line, and the exit code', async (_name, set, exit, lines) => {
  const played = await open();
  set(played);
  await played.clock.turn(0);
  const asked = exit === 0 ? ['reachability.get'] : ['reachability.get', 'networks.get'];
  expect(await run(played)).toEqual({ exit, printed: lines, asked });
  await played.reachability.stop();
});

it('says of practice that it stays on this computer', async () => {
  const played = playedReachability();
  await played.reachability.start();
  const { exit, printed } = await run(played, {}, {}, true);
  expect([exit, printed]).toEqual([
    0,
    ['Practice stays on this computer: neither the router nor anyone outside is asked.'],
  ]);
  await played.reachability.stop();
});

it('says that no one is asked where no network needs to be reached, and that is no failure', async () => {
  const played = playedReachability();
  await played.reachability.start();
  const { exit, printed } = await run(played);
  expect([exit, printed]).toEqual([
    0,
    [
      'No network that needs others to reach this computer is switched on, so neither the router nor anyone outside is asked.',
    ],
  ]);
  await played.reachability.stop();
});

it('says through which relay others come where no port is open, and that is no failure', async () => {
  const played = await open();
  played.prober.answer = NOT;
  played.mapper().map();
  await played.clock.turn(0);
  const { exit, printed } = await run(played, {}, { relay: '203.0.113.9:9485', reason: null });
  expect([exit, printed[0]]).toEqual([
    0,
    'IICP tasks: through the relay 203.0.113.9:9485, for no port of this computer is open',
  ]);
  const json = await run(played, { json: true }, { relay: '203.0.113.9:9485', reason: null });
  expect(JSON.parse(json.printed.join(''))).toMatchObject({ relays: [{ title: 'IICP', relay: '203.0.113.9:9485' }] });
  await played.reachability.stop();
});

it('says nothing of relays that are not for coming in', async () => {
  const played = await open();
  const reason = { code: 'nostr.relay-address', message: 'That is no address of a relay.' };
  const { printed } = await run(played, {}, { id: 'paygress', relay: null, reason });
  expect(printed.join()).not.toContain('no address of a relay');
});

it('says why no relay lets this node in, and what to do', async () => {
  const played = await open();
  played.prober.answer = NOT;
  played.mapper().map();
  await played.clock.turn(0);
  const reason = { code: 'iicp.relay-full', message: 'The relay is full.', action: 'Another relay may have room.' };
  const { exit, printed } = await run(played, {}, { relay: null, reason });
  expect([exit, printed.slice(0, 2)]).toEqual([
    1,
    ["IICP tasks: it can't be reached from outside", '  The relay is full. Another relay may have room.'],
  ]);
  await played.reachability.stop();
});

it('tests before it tells, where it is asked to', async () => {
  const played = await open();
  played.mapper().map();
  const { exit, asked } = await run(played, { test: true });
  expect([exit, asked, played.mapper().probes]).toEqual([0, ['reachability.test'], 1]);
  await played.reachability.stop();
});

it('prints the report whole, line by line, without public addresses unless they are wanted', async () => {
  const played = await open();
  played.mapper().map();
  await played.clock.turn(0);
  const without = (await run(played, { report: true })).printed.join('\n');
  expect(without.split('\n').length).toBeGreaterThan(15);
  expect(without).toContain('Steps, newest first\n');
  expect(without).not.toContain('11.0.0.1');
  expect((await run(played, { report: true, addresses: true })).printed.join('\n')).toContain('http://11.0.0.1:9484');
  await played.reachability.stop();
});

it('tells the same as JSON', async () => {
  const played = await open();
  played.mapper().map();
  await played.clock.turn(0);
  const { printed } = await run(played, { json: true });
  expect(JSON.parse(printed.join(''))).toMatchObject({ tier: 1, ports: [{ advertised: 'http://11.0.0.1:9484' }] });
  const report = await run(played, { json: true, report: true });
  expect(Object.keys(JSON.parse(report.printed.join('')) as object)).toEqual(['text']);
  await played.reachability.stop();
});

it("keeps a router's own words from moving the cursor", async () => {
  const played = await open();
  played.mapper().map();
  played.mapper().hold({ state: 'probing' }, { name: 'evil\u001b[2J\u202Eretuor\nline' });
  await played.clock.turn(0);
  const { printed } = await run(played);
  expect(printed.join('|')).toContain('evil');
  expect(printed.join('|')).not.toMatch(/\p{C}/u);
  await played.reachability.stop();
});
