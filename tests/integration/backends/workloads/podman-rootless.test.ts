// Podman without root as a whole: its user has a session of systemd's with control groups of version 2, and nobody's rights but its own.
// Few build servers have such a user, so it lives in a machine of QEMU's, which takes its time: in the soak alone.
import { join } from 'node:path';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { DISK_WEIGHT } from '../../../../src-main/backends/workloads/box-plan.ts';
import { runSystem, systemMissing } from '../../../support/debian-system.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const RUNNER = join(ROOT, 'tests/support/suite-runner.ts');
const CHILD = 'tests/integration/backends/workloads/rootless-child.ts';

const SYSTEM = {
  packages: [
    'podman',
    'crun',
    'netavark',
    'aardvark-dns',
    'slirp4netns',
    'uidmap',
    'nftables',
    'iptables',
    'busybox-static',
    'libstdc++6',
  ],
  modules: [
    'overlay',
    'tun',
    'bfq',
    'nf_tables',
    'nft_ct',
    'nft_limit',
    'nft_quota',
    'nft_reject_inet',
    'nft_connlimit',
    'nft_objref',
    'nft_compat',
    'xt_comment',
    'xt_conntrack',
  ],
};

/** Each part begins as its user would find it after logging in anew. */
const SCRIPT = String.raw`
delegate() {
  mkdir -p /etc/systemd/system/user@.service.d
  printf '[Service]\nDelegate=\nDelegate=%s\n' "$1" >/etc/systemd/system/user@.service.d/delegate.conf
  systemctl daemon-reload; systemctl restart user@1000.service
}
try() { echo "part $1"; as_owner node /try/child.mjs $2; echo "end $?"; }
as_owner systemctl --user -q enable --now podman.socket
try as-it-comes hostile
echo -e '[engine]\ncgroup_manager = "cgroupfs"' >/home/owner/.config/containers/containers.conf
try without-session
rm /home/owner/.config/containers/containers.conf
delegate 'memory pids'
try without-cpu
delegate 'cpu cpuset io memory pids'
echo bfq >/sys/block/vda/queue/scheduler
try with-weights weight
as_owner podman system migrate
mv /usr/bin/slirp4netns /usr/bin/gone
try without-slirp4netns
mv /usr/bin/gone /usr/bin/slirp4netns
try after-it-came-back
`;

const reason =
  process.env.HEARTH_SOAK === '1'
    ? systemMissing(SYSTEM)
    : 'it takes a quarter of an hour, and is part of npm run soak';
if (reason !== undefined) console.warn(`SKIPPED: boxes were not tried with Podman without root: ${reason}`);

describe.skipIf(reason !== undefined)('Podman without root', () => {
  it(
    'is found by looking, holds a stranger’s program, and is refused where it is not allowed to',
    async () => {
      const folder = temporaryFolder();
      await bundleTo(join(folder, 'try'));
      const parts = new Map<string, string[]>();
      let part: string[] = [];
      await runSystem(
        {
          ...SYSTEM,
          folder,
          memoryMiB: 2048,
          script: SCRIPT,
          copies: {
            '/try': join(folder, 'try'),
            '/usr/bin/node': process.execPath,
            // A name that Debian gives by what it calls alternatives.
            '/usr/sbin/iptables': '/usr/sbin/xtables-nft-multi',
            '/usr/sbin/ip6tables': '/usr/sbin/xtables-nft-multi',
          },
          files: { '/home/owner/.config/containers/storage.conf': ['[storage]\ndriver = "overlay"\n'] },
        },
        (line) => {
          // It is heard of while it goes on.
          process.stdout.write(`${line}\n`);
          const name = /^part (.*)/.exec(line)?.[1];
          if (name === undefined) return void part.push(line);
          part = [];
          parts.set(name, part);
        },
      );
      const of = (name: string) => parts.get(name) ?? [];
      const begins = (name: string, ...words: readonly string[]) =>
        of(name).filter((line) => words.some((word) => line.startsWith(`${word} `)));

      const [first, offered] = of('as-it-comes');
      expect([first, offered]).toEqual(['found podman /run/user/1000/podman/podman.sock without root', 'offered']);
      expect(begins('as-it-comes', 'open', 'failed')).toEqual([]);
      expect(begins('as-it-comes', 'held').length).toBeGreaterThan(15);
      expect(begins('as-it-comes', 'passed').length).toBeGreaterThan(45);
      expect(of('as-it-comes').at(-1)).toBe('end 0');

      expect(of('without-slirp4netns')).toContain('refused');
      const lacksProgram = /^open packet-filter .*slirp4netns/;
      expect(begins('without-slirp4netns', 'open')).toEqual([expect.stringMatching(lacksProgram)]);
      // Podman 4 keeps what it has half made of its network; others may not.
      expect(begins('after-it-came-back', 'open').filter((line) => !lacksProgram.test(line))).toEqual([]);
      expect(of('after-it-came-back').at(-1)).toBe('end 0');
      expect(of('without-session')).toContain('refused');
      expect(begins('without-session', 'open').at(-1)).toMatch(/^open limits .*systemd/);
      expect(of('without-cpu')).toContain('refused');
      expect(begins('without-cpu', 'open')).toEqual([expect.stringMatching(/^open limits .*systemd/)]);

      expect(begins('with-weights', 'weight')).toEqual([`weight default ${DISK_WEIGHT}`]);
    },
    2 * 3_600_000,
  );
});

/** All that runs in there, in files for Node alone. */
async function bundleTo(folder: string): Promise<void> {
  const stands = {
    name: 'suite-runner',
    enforce: 'pre' as const,
    resolveId(source: string, importer: string | undefined) {
      if (source === 'vitest' && importer !== RUNNER) return RUNNER;
      // Faster code of ssh2's that nobody needs here.
      return source.endsWith('.node') || source === 'cpu-features' ? { id: source, external: true } : undefined;
    },
  };
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    plugins: [stands],
    ssr: { noExternal: true },
    build: {
      ssr: CHILD,
      outDir: folder,
      minify: true,
      rollupOptions: {
        output: {
          entryFileNames: 'child.mjs',
          banner: 'var __filename = import.meta.filename, __dirname = import.meta.dirname;',
        },
      },
    },
  });
}
