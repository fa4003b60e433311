// An image of the owner's own with an SSH server: a stranger's sats become a container of a real Podman that lets in who knows its
// password, by a real ssh, and nobody else. The server is Debian's dropbear.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { templatesWith } from '../../src-main/backends/workloads/templates.ts';
import { isPortFree } from '../../src-main/base/free-port.ts';
import { catalogOf } from '../../src-main/networks/paygress/offered.ts';
import { boxesAt, dockerAt } from '../support/boxes.ts';
import { imageTar } from '../support/engine-image.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testSigner } from '../support/nostr.ts';
import { letterTo, newLife, openProvider, SPEC, spawnOf } from '../support/paygress.ts';
import { type Podman, startPodman } from '../support/podman.ts';
import { until } from '../support/wait.ts';
import { practiceMint, testWallet } from '../support/wallet.ts';
import { settled } from '../support/wallet-scenarios.ts';

const PROGRAMS = ['/usr/sbin/dropbear', '/usr/bin/dropbearkey'];
const OTHERS = ['/usr/bin/ssh', '/usr/bin/sshpass'];
const lacking = [...PROGRAMS, ...OTHERS].filter((path) => !existsSync(path));
const started = lacking.length > 0 ? { reason: `${lacking.join(', ')} not here` } : await startPodman();
const reason = 'reason' in started ? started.reason : undefined;
if (reason !== undefined) console.warn(`SKIPPED: no container was entered by SSH: ${reason}`);
const podman = started as Podman;
afterAll(async () => {
  if (reason === undefined) await podman.stop();
});

const IMAGE = 'localhost/hearth-test-ssh:latest';
/** Longer than the slowest computer takes. */
const PAID = 600;
const PASSWORD = 'Abc123def456';

/** Its /etc can't be written, so what changes with each customer is kept where it can. */
const START = `#!/bin/sh
set -e
dropbearkey -t ed25519 -f /run/key >/dev/null 2>&1
printf 'root:%s:19000:0:99999:7:::\\n' "$(mkpasswd -m sha512 "$ROOT_PASSWORD")" > /run/shadow
unset ROOT_PASSWORD
exec dropbear -F -E -r /run/key -p 22 -P /run/pid
`;

function withSsh(root: string): void {
  for (const program of PROGRAMS) {
    copyFileSync(program, join(root, 'bin', basename(program)));
    for (const [library] of execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/\/\S+\.so\S*/g)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
  }
  symlinkSync('/run/shadow', join(root, 'etc/shadow'));
  writeFileSync(join(root, 'etc/shells'), '/bin/sh\n');
  writeFileSync(join(root, 'start'), START, { mode: 0o755 });
}

async function imageAt(host: string): Promise<string> {
  const docker = dockerAt(host);
  const change = ['CMD ["/start"]', 'ENV PATH=/bin'];
  const stream = await docker.importImage(imageTar(temporaryFolder(), withSsh), {
    repo: IMAGE,
    changes: change,
  } as object);
  await new Promise((resolve) => docker.modem.followProgress(stream, resolve));
  return (await docker.getImage(IMAGE).inspect()).Id;
}

/** As an official client's user types it. */
function ssh(port: number, password: string, command: string) {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'NumberOfPasswordPrompts=1'];
  const words = [
    '-e',
    'ssh',
    '-p',
    String(port),
    ...options.flatMap((option) => ['-o', option]),
    'root@127.0.0.1',
    command,
  ];
  const { status, stdout, stderr } = spawnSync('/usr/bin/sshpass', words, {
    env: { PATH: '/usr/bin', HOME: '/nonexistent', SSHPASS: password },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout: stdout.trim(), stderr };
}

describe.skipIf(reason !== undefined)('an image of the owner’s own', { timeout: 240_000 }, () => {
  it('is rented by its name, lets its customer in by SSH as root, and nobody else', async () => {
    const content = await imageAt(podman.host);
    const own = { name: 'shell', image: IMAGE, sshPort: 22, passwordVariable: 'ROOT_PASSWORD' };
    const templates = templatesWith([own]).map((template) => ({ ...template, content: template.own ? content : null }));
    const engine = {
      id: 'podman',
      make: 'podman',
      host: null,
      isolation: 'shared-kernel',
      disk: 'memory',
      internet: false,
      encrypts: false,
      graphics: false,
    } as const;
    const small = { ...SPEC, cpuMillicores: 500, memoryMiB: 128, diskMiB: 64 };
    const offer = { missing: null, engine, internet: true, templates };
    const catalog = catalogOf({ get: () => [small] } as never, { offer: () => offer });
    const mint = await practiceMint({ paysItself: true });
    const provider = await openProvider({
      ...newLife(),
      ports: [31_200, 31_299],
      boxes: (await boxesAt(podman.host))(),
      catalog,
      isPortFree,
    });
    await provider.own.wallet.trust(mint.url);
    await provider.start();
    const payer = await testWallet();
    await payer.wallet.trust(mint.url);
    await settled(payer.wallet, (await payer.wallet.deposit(1024, mint.url)).id);
    const customer = await testSigner();
    const token = payer.wallet.tokenOf((await payer.wallet.send(PAID)).id)!;

    const { template_slug: _, ...plain } = spawnOf(token) as Record<string, unknown>;
    provider.hand(letterTo(customer, provider, { ...plain, pod_image: IMAGE, ssh_password: PASSWORD }));
    const [answer] = await until(
      'an answer',
      () => {
        const replies = provider.repliesTo(customer);
        return replies.length > 0 ? replies : undefined;
      },
      120_000,
    );
    expect(answer).toMatchObject({ pod_npub: 'container-1', node_port: expect.any(Number) });
    const port = answer!.node_port as number;
    const inside = await until('to be let in', () => {
      const tried = ssh(port, PASSWORD, 'id -un; cat /proc/1/comm; touch /etc/x || echo sealed');
      return tried.status === 0 ? tried : undefined;
    });
    expect(inside.stdout.split('\n')).toEqual(['root', 'dropbear', 'sealed']);
    expect(ssh(port, 'another12345', 'id -un')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('Permission denied'),
    });
    await provider.work.endLease(1);
    await until('it to be gone', () => podman.names().every((name) => !name.includes('lease-')), 120_000);
  });
});
