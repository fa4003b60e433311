// What whole machines need of this computer beside an engine: QEMU as an image of its own, and an accelerator that was seen to work.

import { access } from 'node:fs/promises';
import type Docker from 'dockerode';
import { HearthError } from '../../base/errors.ts';
import type { Run } from '../../base/run.ts';
import { LABEL } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import { inMemory, lockedIn } from '../containers/locked-in.ts';
import { unlessAbsent } from '../containers/requests.ts';
import type { MachineProbe } from './backend.ts';
import { BOX } from './bounds.ts';
import { BOX_LABEL, KVM_DEVICE, nameOf } from './box-plan.ts';
import { endOfLog } from './engine-requests.ts';
import { NoMachines } from './errors.ts';
import { acceleratorArguments } from './machine-plan.ts';
import { type Tools, toolboxImage } from './toolbox.ts';

export const MACHINE_TOOLS: Tools = {
  image: 'localhost/hearth-machine-',
  label: 'hearth.toolbox=machine',
  programs: [
    ['bash', 'cat', 'dd', 'mkdir', 'mkfifo', 'mv', 'rm', 'sha256sum', 'stat', 'timeout', 'truncate'],
    ['qemu-img', 'qemu-system-x86_64'],
  ].flat(),
  files: [
    { oneOf: ['/usr/share/seabios/bios-256k.bin', '/usr/share/qemu/bios-256k.bin'] },
    { oneOf: ['/usr/share/seabios/vgabios-stdvga.bin', '/usr/share/qemu/vgabios-stdvga.bin'] },
    { oneOf: ['/usr/share/qemu/kvmvapic.bin'], optional: true },
    {
      oneOf: ['/usr/lib/x86_64-linux-gnu/qemu', '/usr/lib64/qemu', '/usr/lib/qemu'],
      beginning: 'accel-',
      optional: true,
    },
  ],
  missing: (what, cause) => new NoMachines(`${what} is missing`, cause),
};

const MIB = 1024 * 1024;

export interface MachinesDeps {
  readonly engine: Pick<Engine, 'docker' | 'make'>;
  readonly installation: string;
  readonly run: Run;
}

export class Machines {
  readonly #deps: MachinesDeps;
  #probe: Promise<MachineProbe> | undefined;

  constructor(deps: MachinesDeps) {
    this.#deps = deps;
  }

  /** The id of the image that machines are run by. Rejects with NoMachines. */
  toolbox(signal: AbortSignal): Promise<string> {
    if (process.arch !== 'x64')
      return Promise.reject(new NoMachines('this processor is none that they are made for yet'));
    return toolboxImage({ run: this.#deps.run, tools: MACHINE_TOOLS }, this.#deps.engine.docker, signal);
  }

  /** Tried once, until it is to be forgotten. Rejects with the signal's reason alone. */
  probe(signal: AbortSignal): Promise<MachineProbe> {
    this.#probe ??= this.#try(signal).catch((error: unknown) => {
      this.#probe = undefined;
      signal.throwIfAborted();
      const seen = error instanceof HearthError ? error.message : 'the engine did not run the trial of a machine';
      return { accelerator: null, seen };
    });
    return this.#probe;
  }

  forget(): void {
    this.#probe = undefined;
  }

  /** Rejects with NoMachines. */
  async accelerator(signal: AbortSignal): Promise<'kvm' | 'tcg'> {
    const found = await this.probe(signal);
    if (found.accelerator === 'kvm' || found.accelerator === 'tcg') return found.accelerator;
    throw new NoMachines(found.accelerator === null ? found.seen : 'none are needed');
  }

  /** That the device is there says nothing: in a virtual machine it may open, and run no instruction. */
  async #try(signal: AbortSignal): Promise<MachineProbe> {
    const image = await this.toolbox(signal);
    const withKvm = await access(KVM_DEVICE.PathOnHost).then(
      () => true,
      () => false,
    );
    for (const accelerator of withKvm ? (['kvm', 'tcg'] as const) : (['tcg'] as const)) {
      if ((await this.#boot(image, accelerator, signal)) === BOOTED) return { accelerator };
    }
    return { accelerator: null, seen: 'QEMU does not start a machine in a locked container here' };
  }

  async #boot(image: string, accelerator: 'kvm' | 'tcg', signal: AbortSignal): Promise<string> {
    const { engine, installation } = this.#deps;
    const options: Docker.ContainerCreateOptions = {
      name: `${nameOf(installation, 'trial')}.${accelerator}`,
      Image: image,
      Cmd: ['bash', '-c', BOOT, 'boot', ...acceleratorArguments(accelerator)],
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C'],
      Labels: { [LABEL]: installation, [BOX_LABEL]: 'trial' },
      HostConfig: {
        ...trialLock(engine, 384),
        ...(accelerator === 'kvm' && { Devices: [KVM_DEVICE] }),
      },
    };
    return (await runToEnd(engine.docker, options, signal)).trim();
  }
}

/** Without a network, and with nothing that it could write to but its memory. */
export function trialLock({ make }: Pick<Engine, 'make'>, memoryMiB: number): Docker.HostConfig {
  return lockedIn(make, {
    network: 'none',
    memoryBytes: memoryMiB * MIB,
    cpuMillicores: 1000,
    pids: 64,
    seccomp: undefined,
    readOnlyRoot: true,
    temporary: inMemory(['/run'], { bytes: 16 * MIB }),
    printedBytes: BOX.logFileBytes,
  });
}

const BOOTED = 'ended by 33';

/** A machine whose disk is a few instructions: they end QEMU with a code that nothing else ends it with. */
const BOOT = `cd /run
{ printf '\\xBA\\x01\\x05\\xB0\\x10\\xEE\\xF4\\xEB\\xFD'; dd if=/dev/zero bs=501 count=1 status=none; printf '\\x55\\xAA'; } >boot
truncate -s 1M boot
code=0
timeout 15 qemu-system-x86_64 "$@" -m 64 -drive file=boot,format=raw,if=virtio -device isa-debug-exit,iobase=0x501,iosize=1 \\
  -no-reboot >/dev/null 2>&1 || code=$?
echo "ended by $code"
`;

/** What it printed; it is removed in the end. `prepare`: before it is started. */
export async function runToEnd(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  signal: AbortSignal,
  prepare: (made: Docker.Container) => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const earlier = docker.getContainer(options.name!);
  await unlessAbsent(earlier.remove({ force: true, v: true }));
  signal.throwIfAborted();
  const container = await docker.createContainer(options);
  try {
    await prepare(container);
    await container.start();
    await container.wait({ abortSignal: signal });
    return await endOfLog(container, 4096, signal);
  } finally {
    await unlessAbsent(container.remove({ force: true, v: true })).catch(() => undefined);
  }
}
