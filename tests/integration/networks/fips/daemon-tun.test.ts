// Official daemons in network namespaces of their own, and what programs behind them say to each other through the mesh: with a node of
// ours between them, and with one of ours at an end, each with its TUN device.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Identity } from '../../../../src-main/networks/fips/identity/identity.ts';
import { removalCommand, setupCommand } from '../../../../src-main/networks/fips/tun/setup.ts';
import { fipsChild } from '../../../support/fips-child.ts';
import { fipsDaemon, withDaemon } from '../../../support/fips-daemon.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { join, type Namespace, namespace, whyNoNamespaces } from '../../../support/namespaces.ts';
import { seededRandom } from '../../../support/random.ts';
import { until } from '../../../support/wait.ts';

const PORT = 2121;
const US = 7;
const us = Identity.of(Buffer.alloc(32, US))!;
const [LEFT, RIGHT] = ['a1'.repeat(32), 'b2'.repeat(32)];
const [left, right] = [Identity.ofText(LEFT)!, Identity.ofText(RIGHT)!];

function whyNot(): string | undefined {
  if (spawnSync('busybox', ['ping6', '--help'], { stdio: 'ignore' }).error) return 'there is no busybox for ping6';
  try {
    closeSync(openSync('/dev/net/tun', 'r+'));
  } catch {
    return '/dev/net/tun can not be opened';
  }
  return whyNoNamespaces();
}
const reason = whyNot();
if (reason !== undefined) console.warn(`SKIPPED: TUN devices beside the FIPS daemon's were not tried, for ${reason}.`);

const run = promisify(execFile);
/** The answers that came. Busybox says how many at the end, also when there were none. */
async function ping(from: Namespace, to: string, args: readonly string[] = ['-c', '3', '-W', '2']): Promise<number> {
  const [command, line] = from.inside('busybox', ['ping6', ...args, to]);
  const { stdout } = await run(command, [...line]).catch((error: { stdout: string }) => error);
  return Number(/(\d+) packets received/.exec(stdout)?.[1] ?? 0);
}
const answered = (from: Namespace, to: string, args?: readonly string[]) =>
  until(`an answer from ${to}`, async () => (await ping(from, to, args)) > 0, 40_000);

/** Asks the daemon there for a name, by which it learns the key. */
async function resolved(there: Namespace, npub: string): Promise<boolean> {
  const script = `const r = new (require('node:dns').promises.Resolver)({ timeout: 2000, tries: 1 });
    r.setServers(['[::1]:5354']);
    r.resolve6('${npub}.fips').then(([a]) => console.log(a), () => {});`;
  const [command, line] = there.inside(process.execPath, ['-e', script]);
  return (await run(command, [...line])).stdout.startsWith('fd');
}

/** A web server there, with what is in the folder. */
function serve(there: Namespace, bind: string, folder: string): void {
  const [command, line] = there.inside('busybox', ['httpd', '-f', '-p', bind, '-h', folder]);
  const child = spawn(command, [...line], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
}

describe.skipIf(reason !== undefined)('between namespaces', () => {
  withDaemon('the official daemon', () => {
    it('reaches another one through us', async () => {
      const [one, middle, other] = [namespace('one'), namespace('middle'), namespace('other')];
      join(one, middle, '10.77.1');
      join(other, middle, '10.77.2');
      const node = fipsChild(middle, { secret: US, port: PORT });
      await node.state();
      const dials = (subnet: string) => ({ npub: us.npub, address: `${subnet}.2:${PORT}`, transport: 'udp' as const });
      const [first, second] = [
        await fipsDaemon({ secret: LEFT, namespace: one, udpPort: PORT, dials: dials('10.77.1') }),
        await fipsDaemon({ secret: RIGHT, namespace: other, udpPort: PORT, dials: dials('10.77.2') }),
      ];
      await until('both links', async () => (await node.state()).peers.length === 2);
      for (const daemon of [first, second])
        await until('its place in the tree', async () => (await daemon.peers())[0]?.has_bloom_filter === true);
      // Neither knows the key of the other until it was asked for by name.
      await until('the name', async () => resolved(one, right.npub));
      await answered(one, right.ipv6);
      const sessions = (await first.control('show', 'sessions')).sessions as { npub: string; state: string }[];
      expect(sessions.find(({ npub }) => npub === right.npub)?.state).toBe('established');
      expect((await node.state()).sessions).toEqual([]);
      expect(await ping(one, right.ipv6, ['-c', '20', '-i', '0.05', '-W', '2', '-s', '1000'])).toBeGreaterThanOrEqual(
        19,
      );
    });

    it('and our TUN device carry pings both ways, also after ours was taken away', async () => {
      const [here, there] = [namespace('here'), namespace('there')];
      join(here, there, '10.77.1');
      const node = fipsChild(here, { secret: US, port: PORT, tun: 'hearth0', knows: [left.npub] });
      expect(await node.state()).toMatchObject({ tun: 'up' });
      const dials = { npub: us.npub, address: `10.77.1.1:${PORT}`, transport: 'udp' as const };
      await fipsDaemon({ secret: LEFT, namespace: there, udpPort: PORT, dials });
      await until('the link', async () => (await node.state()).peers.length === 1);
      await answered(here, left.ipv6);
      await answered(there, us.ipv6);
      // The largest that goes, and one byte more, of which the system is told.
      expect(await ping(here, left.ipv6, ['-c', '1', '-W', '2', '-s', String(1203 - 48)])).toBe(1);
      const { tooBig } = (await node.state()).counts;
      await ping(here, left.ipv6, ['-c', '1', '-W', '1', '-s', String(1204 - 48)]);
      expect((await node.state()).counts.tooBig).toBe(tooBig + 1);
      // Nobody has that address.
      const { refused } = (await node.state()).counts;
      await ping(here, 'fd00::1', ['-c', '1', '-W', '1']);
      expect((await node.state()).counts.refused).toBe(refused + 1);

      here.ip('link', 'delete', 'hearth0');
      await until('it to be noticed', async () => (await node.state()).tunError === 'fips.tun-gone');
      expect((await node.state()).peers).toEqual([left.npub]);
      // Without a system behind it, the node answers pings itself.
      await answered(there, us.ipv6);
      await until('it to be made again', async () => (await node.state()).tun === 'up', 40_000);
      await answered(here, left.ipv6);
      await node.stop();
      expect(here.ip('-o', 'link')).not.toContain('hearth0');
    }, 120_000);

    it('is reached by a node without privileges once the setup step was taken, and without TUN before', async () => {
      const [here, there] = [namespace('here'), namespace('there')];
      join(here, there, '10.77.1');
      const none = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'];
      const node = fipsChild(here, { secret: US, port: PORT, tun: 'hearth0', knows: [left.npub] }, none);
      expect(await node.state()).toMatchObject({ tun: 'failed', tunError: 'fips.tun-needs-setup' });
      const dials = { npub: us.npub, address: `10.77.1.1:${PORT}`, transport: 'udp' as const };
      await fipsDaemon({ secret: LEFT, namespace: there, udpPort: PORT, dials });
      await until('the link', async () => (await node.state()).peers.length === 1);
      const [pkexec, shell, ...line] = setupCommand({ name: 'hearth0', address: us.ipv6 }, process.getuid!());
      expect(pkexec).toBe('pkexec');
      for (const times of [1, 2]) {
        const [command, args] = here.inside(shell!, line);
        const step = run(command, [...args]);
        // Made already, it stays as it is.
        await (times === 1 ? step : expect(step).rejects.toThrow());
      }
      await until('the device', async () => (await node.state()).tun === 'up', 40_000);
      await answered(here, left.ipv6);
      await answered(there, us.ipv6);
      const [, , ...removal] = removalCommand('hearth0');
      await run('ip', ['netns', 'exec', here.name, shell!, ...removal]);
      await until('it to be noticed', async () => (await node.state()).tun === 'failed');
      expect(here.ip('-6', 'rule', 'show')).not.toContain('5265');
    }, 120_000);

    it('is reached by programs through forwards of ours, without a TUN device here, and reaches ours', async () => {
      const [here, there] = [namespace('here'), namespace('there')];
      join(here, there, '10.77.1');
      const folder = temporaryFolder();
      const bytes = seededRandom(1).bytes(3_000_000);
      writeFileSync(path(folder, 'file'), bytes);
      for (const [at, bind] of [
        [there, '[::]:8080'],
        [here, '127.0.0.1:8081'],
      ] as const)
        serve(at, bind, folder);
      const node = fipsChild(here, {
        secret: US,
        port: PORT,
        forwards: [
          { kind: 'out', port: 7000, node: `${left.npub}.fips`, nodePort: 8080 },
          { kind: 'out', port: 7001, node: left.npub, nodePort: 9 },
          { kind: 'in', port: 80, host: '127.0.0.1', hostPort: 8081, allow: [left.npub] },
          { kind: 'in', port: 81, host: '127.0.0.1', hostPort: 8081, allow: [right.npub] },
        ],
      });
      await node.state();
      const dials = { npub: us.npub, address: `10.77.1.1:${PORT}`, transport: 'udp' as const };
      await fipsDaemon({ secret: LEFT, namespace: there, udpPort: PORT, dials });
      await until('the link', async () => (await node.state()).peers.length === 1);
      const get = async (from: Namespace, url: string) => {
        const script = `fetch('${url}').then((r) => r.arrayBuffer()).then((b) => process.stdout.write(Buffer.from(b)))
          .catch((e) => { console.error(e.cause?.code); process.exitCode = 1; })`;
        const [command, line] = from.inside(process.execPath, ['-e', script]);
        const { stdout } = await run(command, [...line], { encoding: 'buffer', maxBuffer: 10_000_000 });
        return stdout;
      };
      expect((await get(here, 'http://127.0.0.1:7000/file')).equals(bytes)).toBe(true);
      expect((await get(there, `http://[${us.ipv6}]/file`)).equals(bytes)).toBe(true);
      await expect(get(here, 'http://127.0.0.1:7001/file')).rejects.toThrow();
      await expect(get(there, `http://[${us.ipv6}]:81/file`)).rejects.toThrow('ECONNREFUSED');
      expect((await node.state()).forwards.map(({ total }) => total)).toEqual([1, 1, 1, 0]);
    }, 120_000);
  });
});
