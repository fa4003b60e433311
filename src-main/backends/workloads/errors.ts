// Why a box can't be made, or is not as it should be. None names what is in the box.

import { HearthError } from '../../base/errors.ts';

/** The engine did not do it, or did not answer in time. */
export class EngineFailed extends HearthError {
  constructor(doing: 'create' | 'start' | 'remove' | 'ask', cause: unknown) {
    super({ ...FAILED[doing], category: 'unavailable', cause });
  }
}

const FAILED = {
  create: {
    code: 'workloads.engine-create',
    message: 'The engine did not make the box. Its own log says why; “hearth workloads probe” shows what it can do.',
  },
  start: {
    code: 'workloads.engine-start',
    message: 'The engine did not start the box. Its own log says why; check what the image is to run.',
  },
  remove: {
    code: 'workloads.engine-remove',
    message: 'The engine did not stop or remove the box. It is asked again; check that Podman or Docker is running.',
  },
  ask: {
    code: 'workloads.engine-lost',
    message: 'The engine does not answer. Check that Podman or Docker is running.',
  },
} as const;

export class BoxAbsent extends HearthError {
  constructor(id: string) {
    super({
      code: 'workloads.box-absent',
      category: 'invalid',
      message: `There is no box ${id} at this engine. “hearth workloads list” shows those that there are.`,
      details: { id },
    });
  }
}

export class BoxDiffers extends HearthError {
  constructor(id: string) {
    super({
      code: 'workloads.box-differs',
      category: 'conflict',
      message: `There is a box ${id} already, which was made otherwise. Remove it first.`,
      details: { id },
    });
  }
}

export class BoxInvalid extends HearthError {
  /** `what`: the member of its spec. */
  constructor(what: string) {
    super({
      code: 'workloads.box-invalid',
      category: 'invalid',
      message: `A box can’t be made with such a ${what}.`,
      details: { what },
    });
  }
}

export class ImageMissing extends HearthError {
  constructor() {
    super({
      code: 'workloads.image-missing',
      category: 'denied',
      message: 'The image of this box is not on this computer. Pull it first: no lease does that.',
    });
  }
}

export class NeedsQuota extends HearthError {
  constructor() {
    super({
      code: 'workloads.needs-quota',
      category: 'denied',
      message:
        'This image has to write beside its data folder, and the engine can’t limit what it writes to the disk. Put the engine’s store on XFS with project quotas (mount option pquota).',
    });
  }
}

/** A box that is not limited as it was sold is not started. */
export class LimitsNotKept extends HearthError {
  constructor(limit: string) {
    super({
      code: 'workloads.limits-not-kept',
      category: 'denied',
      message: `The engine on this computer does not keep the limit ${limit} of a box, so none is made. Podman without root needs cgroups version 2 for this.`,
      details: { limit },
    });
  }
}

/** Systemd hands users fewer control groups than boxes take, or Podman runs outside of its user's session. */
export class LimitsNotDelegated extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'workloads.limits-not-delegated',
      category: 'denied',
      message:
        'Podman without root may not limit what a box takes here, so none is made. Start it by its user’s own systemd (systemctl --user enable --now podman.socket), have systemd delegate cpu, memory and pids to users (docs/isolation.md says how), and log in anew.',
      cause,
    });
  }
}

/** Podman is there, and not what it needs for it. */
export class NetworkProgramMissing extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.network-program',
      category: 'denied',
      message:
        'Podman can’t make the network of a box: a program for it is not on this computer. Install the packages slirp4netns (for Podman 5: passt), netavark and iptables, and restart the computer, since Podman keeps what it has half made of that network.',
      cause,
    });
  }
}

export class OpenFilesRefused extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.open-files',
      category: 'denied',
      message:
        'This box needs to have more files open at once than the engine of this computer may give, so it is not made. Raise the limit nofile of the engine, or offer other templates.',
      cause,
    });
  }
}

export class PortsTaken extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.ports-taken',
      category: 'conflict',
      message: 'Another program has one of the ports of this box. Choose others.',
      cause,
    });
  }
}

/** The programs that the packet filter is made of are not there. */
export class FilterMissing extends HearthError {
  constructor(program: string, cause?: unknown) {
    super({
      code: 'workloads.filter-missing',
      category: 'denied',
      message: `Boxes need a packet filter, and ${program} is not on this computer. On Linux install the package nftables; elsewhere no boxes can be offered yet.`,
      details: { program },
      cause,
    });
  }
}

/** What whole machines are run by is not there, or does not run here. */
export class NoMachines extends HearthError {
  constructor(what: string, cause?: unknown) {
    super({
      code: 'workloads.no-machines',
      category: 'denied',
      message: `Virtual machines can’t be made here: ${what}. On Linux install the package qemu-system-x86 and qemu-utils.`,
      details: { what },
      cause,
    });
  }
}

/** Whatever a box would be made of there. */
export class NoGraphics extends HearthError {
  constructor() {
    super({
      code: 'workloads.no-graphics',
      category: 'denied',
      message:
        'This box can’t get a graphics card, so it is not made. Virtual machines and Proxmox VE give none; LXD and Incus give only all cards of Nvidia, AMD or Intel (backends.boxGraphics). Sell it as a container of Podman or Docker, or take the graphics memory off its offer.',
    });
  }
}

export class LxdMissing extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.lxd-missing',
      category: 'unavailable',
      message:
        'Neither LXD nor Incus answers on this computer, or your user may not use it. Start it, and add your user to the group lxd or incus-admin; or choose another engine for boxes.',
      cause,
    });
  }
}

export class LxdUntrusted extends HearthError {
  constructor(host: string) {
    super({
      code: 'workloads.lxd-untrusted',
      category: 'invalid',
      message: `LXD or Incus on ${host} answers, and does not trust this user. Have it do so there: lxc config trust add client.crt`,
      details: { host },
    });
  }
}

/** Rules that nobody puts in force hold nothing. */
export class FirewallOff extends HearthError {
  constructor() {
    super({
      code: 'workloads.firewall-off',
      category: 'denied',
      message:
        'The firewall of the datacenter is off at Proxmox VE, so the rules of a box would not be in force. Switch it on there, under Datacenter, Firewall, Options.',
    });
  }
}

/** What is tried from inside a box is a script of bash. */
export class TrialWithoutBash extends HearthError {
  constructor() {
    super({
      code: 'workloads.trial-bash',
      category: 'invalid',
      message:
        'The image that boxes are tried with has no bash, so nothing could be tried. Name one of Debian or Ubuntu first in backends.machines.',
    });
  }
}

/** Of a cluster, none can take the box. */
export class NoNode extends HearthError {
  constructor() {
    super({
      code: 'workloads.no-node',
      category: 'unavailable',
      message:
        'No node of Proxmox VE has both the template of this box and room for it. Free memory or disk on one that has the template, or put the template on others.',
    });
  }
}

export class NoNumber extends HearthError {
  constructor() {
    super({
      code: 'workloads.no-number',
      category: 'unavailable',
      message: 'All numbers that boxes may have at Proxmox VE are taken. Widen vmids in backends.boxEngine.',
    });
  }
}

export class ProxmoxRefused extends HearthError {
  constructor(host: string, cause: unknown) {
    super({
      code: 'workloads.proxmox-refused',
      category: 'denied',
      message: `Proxmox VE on ${host} refuses the token. Check the file token in the folder of backends.boxEngine, and what the token may do there.`,
      details: { host },
      cause,
    });
  }
}

/** Pods with rights could be made in it. */
export class NamespaceOpened extends HearthError {
  constructor(namespace: string) {
    super({
      code: 'workloads.namespace-opened',
      category: 'denied',
      message: `The namespace ${namespace} no longer takes pods without rights alone, so no box is made or started there. Give it the labels pod-security.kubernetes.io/enforce=restricted and enforce-version=latest again.`,
      details: { namespace },
    });
  }
}

/** Its quota, or one that somebody has set besides. */
export class QuotaFull extends HearthError {
  constructor(namespace: string, cause: unknown) {
    super({
      code: 'workloads.quota-full',
      category: 'exhausted',
      message: `The quota of the namespace ${namespace} has no room for another box. Raise it in backends.boxEngine, or wait until a box ends.`,
      details: { namespace },
      cause,
    });
  }
}

/** No node has both the image and room. */
export class ClusterFull extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.cluster-full',
      category: 'exhausted',
      message:
        'No node of Kubernetes that has the image of this box has room for it. Free processor or memory there, or pull the image again when there are more nodes.',
      cause,
    });
  }
}

export class PortsOutside extends HearthError {
  constructor(cause: unknown) {
    super({
      code: 'workloads.ports-outside',
      category: 'invalid',
      message:
        'Kubernetes gives boxes ports of a range of its own alone, 30000 to 32767 unless it was started otherwise. Sell ports in that range, or choose LoadBalancer in backends.boxEngine.',
      cause,
    });
  }
}

/** Customers would be led to where the box is not. */
export class BalancerElsewhere extends HearthError {
  constructor(address: string) {
    super({
      code: 'workloads.balancer-elsewhere',
      category: 'denied',
      message: `The load balancer gives a box another address than ${address}, or none. Name in backends.boxEngine the one that it gives, or choose NodePort.`,
      details: { address },
    });
  }
}

/** What it is to run ends as a user without rights, or does not begin. */
export class ImageUnfit extends HearthError {
  constructor(slug: string, cause: unknown) {
    super({
      code: 'workloads.image-unfit',
      category: 'denied',
      message: `The image of ${slug} does not run as a user without rights, on a root that can’t be written, and boxes of Kubernetes have nothing else. It is not offered; choose an image that is made for that.`,
      details: { slug },
      cause,
    });
  }
}

export class KubernetesRefused extends HearthError {
  constructor(host: string, cause: unknown) {
    super({
      code: 'workloads.kubernetes-refused',
      category: 'denied',
      message: `Kubernetes on ${host} refuses what the kubeconfig says. Check who it names, and that it may list nodes and make namespaces: kubectl auth can-i create namespaces`,
      details: { host },
      cause,
    });
  }
}

/** It runs programs and holds keys. */
export class KubeconfigUnsafe extends HearthError {
  constructor(why: 'others' | 'plain') {
    super(
      why === 'others'
        ? {
            code: 'workloads.kubeconfig-others',
            category: 'denied',
            message: 'Others can change the kubeconfig, which may name programs to run. Take that from them: chmod 600',
          }
        : {
            code: 'workloads.kubeconfig-plain',
            category: 'denied',
            message:
              'The kubeconfig names no context with a server over HTTPS whose certificate is looked at. Choose a context that does, in backends.boxEngine.',
          },
    );
  }
}

/** Nobody but its customer gets into a machine. */
export class NoExec extends HearthError {
  constructor(id: string) {
    super({
      code: 'workloads.no-exec',
      category: 'invalid',
      message: `The box ${id} is a virtual machine, and nobody but its customer runs anything in it.`,
      details: { id },
    });
  }
}

/** Of a machine: what was fetched is not what its owner has named. */
export class MachineImageWrong extends HearthError {
  constructor(name: string, why: 'sum' | 'format' | 'size' | 'missing' | 'fetch' | 'unsummed', cause?: unknown) {
    super({ ...wrong(name)[why], cause });
  }
}

const wrong = (name: string) =>
  ({
    sum: {
      code: 'workloads.machine-sum',
      category: 'denied',
      details: { name },
      message: `The image of ${name} has another SHA-256 than you gave for it, so it is not used. Compare both with what its maker publishes.`,
    },
    format: {
      code: 'workloads.machine-format',
      category: 'invalid',
      details: { name },
      message: `The image of ${name} is no disk image that can stand alone: qcow2 without a backing file, or raw. Choose another.`,
    },
    size: {
      code: 'workloads.machine-size',
      category: 'exhausted',
      details: { name },
      message: `The image of ${name} is larger than 64 GiB, or than what images of boxes may take of the disk. Choose a smaller one.`,
    },
    missing: {
      code: 'workloads.machine-missing',
      category: 'invalid',
      details: { name },
      message: `The image of ${name} is not at the place that you gave. Check its path.`,
    },
    fetch: {
      code: 'workloads.machine-fetch',
      category: 'unavailable',
      details: { name },
      message: `The image of ${name} could not be fetched to its end. What has come is kept: try again, and it goes on from there.`,
    },
    unsummed: {
      code: 'workloads.machine-unsummed',
      category: 'invalid',
      details: { name },
      message: `The image of ${name} needs its SHA-256, by which it is known when it has come. Its maker publishes it beside the image.`,
    },
  }) as const;

/** It was not put in force, so the box does not get a network. */
export class FilterFailed extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'workloads.filter-failed',
      category: 'denied',
      message:
        'The packet filter of a box could not be put in force, so it gets no network and is not made. The kernel may lack nf_tables.',
      cause,
    });
  }
}

export class UnknownTemplate extends HearthError {
  constructor(slug: string) {
    super({
      code: 'workloads.unknown-template',
      category: 'invalid',
      message: `There is no template ${slug}. “hearth workloads images” shows those that there are.`,
      details: { slug },
    });
  }
}

export class ImageBudgetSpent extends HearthError {
  constructor(slug: string) {
    super({
      code: 'workloads.image-budget',
      category: 'exhausted',
      message: `With the image of ${slug}, those of all templates would take more of the disk than 40 GiB. Remove another one first.`,
      details: { slug },
    });
  }
}

export class BoxStopped extends HearthError {
  constructor(id: string) {
    super({
      code: 'workloads.box-stopped',
      category: 'unavailable',
      message: `The box ${id} does not run.`,
      details: { id },
    });
  }
}

export class NoEncryption extends HearthError {
  constructor(cause?: unknown) {
    super({
      code: 'workloads.no-encryption',
      category: 'unavailable',
      message:
        'This computer could not make an encrypted volume. “hearth workloads probe” says why; it takes cryptsetup and the kernel’s dm-crypt.',
      cause,
    });
  }
}

export class VolumeLocked extends HearthError {
  constructor(id: string) {
    super({
      code: 'workloads.volume-locked',
      category: 'unavailable',
      message: `The encrypted volume of the box ${id} is closed, and the key to it was never kept. What was in it is lost to everybody here.`,
      details: { id },
    });
  }
}
