// A whole run of FIPS beside the official daemon, and the official command on our socket.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { fipsDaemon, programs, withDaemon } from '../../../support/fips-daemon.ts';
import { asPeer, fipsRun } from '../../../support/fips-run.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { until } from '../../../support/wait.ts';

const THEIRS = 'b2'.repeat(32);
const them = Identity.ofText(THEIRS)!;
const run = promisify(execFile);

async function ours(address: string, transport: 'udp' | 'tcp' = 'udp') {
  const path = join(temporaryFolder(), 'control.sock');
  const settings = { control: true, controlSocket: path, peers: [asPeer(them, address, transport)] };
  const one = fipsRun({ secret: 0xa1, settings });
  await one.node.start();
  const ctl = async (...args: readonly string[]) => {
    const { stdout } = await run(join(programs, 'fipsctl'), ['-s', path, ...args]);
    return stdout;
  };
  const shows = async (...args: readonly string[]) => JSON.parse(await ctl(...args)) as Record<string, unknown>;
  return { ...one, ctl, shows };
}

withDaemon('a run of ours beside the official daemon', () => {
  it('answers fipsctl on all that it shows, with names that the daemon’s own answers have', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const one = await ours(daemon.udp);
    await until('the link', () => one.peers().length === 1);
    await until('their place in the tree', async () => {
      const { peers } = (await one.shows('show', 'peers')) as { peers: { has_tree_position: boolean }[] };
      return peers[0]?.has_tree_position;
    });
    for (const name of ['status', 'peers', 'links', 'tree', 'sessions', 'bloom', 'mmp', 'cache', 'connections']) {
      const [mine, theirs] = [await one.shows('show', name), await daemon.control('show', name)];
      expect([name, Object.keys(mine).filter((key) => !(key in theirs))]).toEqual([name, []]);
    }
    for (const name of ['transports', 'routing', 'identity-cache']) await one.shows('show', name);
    await one.shows('acl', 'show');
    const [mine] = ((await one.shows('show', 'peers')) as { peers: object[] }).peers;
    const theirs = await until('the daemon to have it as well', async () => (await daemon.peers())[0]);
    expect(Object.keys(mine!).filter((key) => !(key in theirs))).toEqual([]);
  });

  it('answers fipsctl on the last minutes, in the shape of the daemon’s own answers', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const one = await ours(daemon.udp);
    await until('the link', () => one.peers().length === 1);
    const [theirs = ''] = one.peers();
    const of = ['--peer', theirs, '--window', '3s'];
    await until('three seconds', async () => {
      // Before the first of them it is not known.
      const told = await one.shows('stats', 'history', 'bytes_in', ...of).catch(() => ({ values: [null] }));
      return !(told.values as (number | null)[]).includes(null);
    });
    for (const args of [['list'], ['peers'], ['history', 'peer_count', '--window', '5s'], ['metrics']]) {
      const [mine, others] = [await one.shows('stats', ...args), await daemon.control('stats', ...args)];
      expect([args, Object.keys(mine).filter((key) => !(key in others))]).toEqual([args, []]);
    }
    const { peers } = (await one.shows('stats', 'peers')) as { peers: object[] };
    expect(peers).toMatchObject([{ npub: theirs, is_active: true }]);
    expect(await one.ctl('stats', 'history', 'peer_count', '--plot')).toContain('peer_count (peers)');
    await expect(one.ctl('stats', 'history', 'nonsense')).rejects.toThrow('unknown metric: nonsense');
  });

  it('connects and disconnects by fipsctl', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const one = await ours(daemon.udp);
    await until('the link', () => one.peers().length === 1);
    await one.ctl('disconnect', them.npub);
    await until(
      'it to be gone on both sides',
      async () => one.peers().length === 0 && (await daemon.peers()).length === 0,
    );
    await one.ctl('connect', them.npub, daemon.tcp, 'tcp');
    await until('the link by TCP', () => one.peers().length === 1);
    expect(one.node.layer.links.peers.get(them.nodeAddr)?.remote.transport).toBe('tcp');
    await expect(one.ctl('connect', 'npub1wrong', daemon.tcp, 'tcp')).rejects.toThrow(/invalid npub|npub/);
  });

  it.each(['udp', 'tcp'] as const)(
    'finds it again by %s after it was killed',
    async (transport) => {
      const daemon = await fipsDaemon({ secret: THEIRS });
      const one = await ours(daemon[transport], transport);
      await until('the link', () => one.peers().length === 1);
      const before = one.node.layer.links.peers.get(them.nodeAddr)!.epoch;
      daemon.signal('SIGKILL');
      const { udpPort, tcpPort } = daemon;
      await until('it to be gone', () => daemon.gone());
      await fipsDaemon({ secret: THEIRS, udpPort, tcpPort });
      // A connection that ends is seen at once; datagrams that lead nowhere, by its silence.
      await until(
        'the link with its new epoch',
        () => {
          const epoch = one.node.layer.links.peers.get(them.nodeAddr)?.epoch;
          return epoch && !epoch.equals(before);
        },
        90_000,
      );
      expect(one.peers()).toEqual([them.npub]);
    },
    120_000,
  );

  it('goes on with it after it stood still for longer than a neighbour may be silent', async () => {
    const daemon = await fipsDaemon({ secret: THEIRS });
    const one = await ours(daemon.udp);
    await until('the link', () => one.peers().length === 1);
    daemon.signal('SIGSTOP');
    await until('it to be missed', () => one.events.includes('peer-down fips.down-silent'), 60_000);
    daemon.signal('SIGCONT');
    await until('the link again', () => one.peers().length === 1, 60_000);
    await until('the daemon to see it', async () => (await daemon.peers()).length === 1);
  }, 150_000);
});
