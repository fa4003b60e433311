// What a node that sells boxes has made of its computer: containers, volumes, networks, mounts, loop devices, processes, packet rules,
// ports, and what its router has open; as lines of text, to be held against those that its open leases need. Its network is a namespace of
// its own, so that nothing in there is another test's.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type Docker from 'dockerode';
import { nameOf, ownVolumeOf, sidecarOf, volumeOf } from '../../src-main/backends/workloads/box-plan.ts';
import { boxId } from '../../src-main/engine/boxes/choice.ts';

export interface HouseDeps {
  readonly docker: Docker;
  /** Of the engine: all that it mounts is under it. */
  readonly folder: string;
  readonly installation: string;
  /** What goes in front of a command whose network is the computer's. */
  readonly inside: readonly [program: string, ...args: string[]];
  /** What the router has open, as `31000`. */
  readonly opened: () => readonly number[];
  /** Where volumes of a size are; undefined: there are none. */
  readonly volumes: string | undefined;
  /** First and last port that customers may get. */
  readonly ports: readonly [number, number];
}

/** Of a lease that is open. */
export interface Needed {
  readonly box: string;
  readonly ports: readonly number[];
}

interface Present {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  readonly pid: number;
  readonly layer: string;
  readonly addresses: readonly string[];
}

/** Whatever is not the node's own is in it as it was first seen. */
export class SoldHouse {
  readonly #deps: HouseDeps;
  #rules: readonly string[] = [];
  #mounts: readonly string[] = [];
  #links = 0;
  #others: readonly string[] = [];
  #othersRun: readonly string[] = [];
  #listedBefore: readonly string[] = [];

  private constructor(deps: HouseDeps) {
    this.#deps = deps;
  }

  /** As it is before anything is sold. */
  static async before(deps: HouseDeps): Promise<SoldHouse> {
    const house = new SoldHouse(deps);
    const present = await house.#present();
    house.#rules = house.#allRules();
    house.#mounts = house.#allMounts();
    house.#links = house.#allLinks();
    house.#others = present.map(({ name }) => name);
    house.#othersRun = present.map(lineOf);
    house.#listedBefore = await house.#listed();
    return house;
  }

  /** What is there and no lease needs, and what one needs or somebody else had and is not there. Rejects as the engine does. */
  async faults(leases: readonly Needed[]): Promise<readonly string[]> {
    const present = await this.#present();
    const listed = await this.#listed();
    const wanted = this.#wanted(leases);
    return [
      ...different('container', this.#lines(present), [...this.#othersRun, ...wanted.containers]),
      ...different('listed', listed, [...this.#listedBefore, ...wanted.volumes]),
      ...present.filter(({ running, pid }) => running && !isProcess(pid)).map(({ name }) => `dead: ${name}`),
      ...this.#ownVolumes(wanted),
      ...this.#mountFaults(present, wanted),
      ...this.#watcherFaults(present),
      ...different('port', this.#listening(), wanted.ports),
      ...different('router', this.#deps.opened().map(String), [...wanted.ports, String(this.#deps.ports[1])]),
    ];
  }

  /** Rules of the packet filter of somebody else that are gone, and those that lead to no container and belong to no lease. */
  async rules(
    leases: readonly Needed[],
  ): Promise<{ readonly gone: readonly string[]; readonly left: readonly string[] }> {
    const present = await this.#present();
    const ports = new Set(leases.flatMap(({ ports: own }) => own.map(String)));
    const addresses = new Set(present.flatMap((one) => one.addresses));
    const now = this.#allRules();
    const left = without(now, this.#rules).filter((rule) => {
      const port = /--dport (\d+)/.exec(rule)?.[1];
      const address = /(?:-s|-d|--to-destination) (10\.\d+\.\d+\.\d+)(?:\/32|:\d+|\s|$)/.exec(rule)?.[1];
      return (port !== undefined && !ports.has(port)) || (address !== undefined && !addresses.has(address));
    });
    return { gone: without(this.#rules, now), left };
  }

  /** Cables that lead into no container: each with a network of its own that runs has the end of one. */
  async looseCables(): Promise<number> {
    const present = await this.#present();
    const networked = present.filter(({ running, addresses }) => running && addresses.some(Boolean)).length;
    return this.#allLinks() - this.#links - (networked - this.#others.length);
  }

  #wanted(leases: readonly Needed[]) {
    const { installation, volumes } = this.#deps;
    const ids = leases.map(({ box }) => boxId('paygress', box));
    const onDisk = volumes === undefined ? [] : ids;
    return {
      containers: ids.flatMap((id) => [`${nameOf(installation, id)} runs`, `${sidecarOf(installation, id)} runs`]),
      volumes: onDisk.map((id) => volumeOf(installation, id)),
      own: onDisk.map((id) => ownVolumeOf(installation, id)),
      ports: leases.flatMap(({ ports }) => ports.map(String)),
    };
  }

  async #present(): Promise<readonly Present[]> {
    const { docker } = this.#deps;
    const found = await docker.listContainers({ all: true });
    const inspected = await Promise.all(found.map(({ Id }) => docker.getContainer(Id).inspect()));
    return inspected.map(({ Id, Name, State, GraphDriver, NetworkSettings, HostConfig }) => ({
      id: Id,
      name: Name.replace(/^\//, ''),
      running: State.Running,
      pid: State.Pid,
      layer: String((GraphDriver.Data as { MergedDir?: string } | null)?.MergedDir ?? ''),
      // One that is in the network of another has none of its own.
      addresses: HostConfig.NetworkMode?.startsWith('container:')
        ? []
        : Object.values(NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress),
    }));
  }

  /** Of somebody else's, as which process it runs: it was not even started again. */
  #lines(present: readonly Present[]): readonly string[] {
    return present.map((one) => {
      if (this.#others.includes(one.name)) return lineOf(one);
      return `${one.name} ${one.running ? 'runs' : 'is stopped'}`;
    });
  }

  /** Volumes and networks at the engine. */
  async #listed(): Promise<readonly string[]> {
    const { docker } = this.#deps;
    const [volumes, networks] = await Promise.all([docker.listVolumes(), docker.listNetworks()]);
    return [...(volumes.Volumes ?? []), ...networks].map(({ Name }) => Name);
  }

  #ownVolumes({ own }: { readonly own: readonly string[] }): readonly string[] {
    const { volumes, installation } = this.#deps;
    if (volumes === undefined) return [];
    const isOwn = (path: string) => path.startsWith(`${volumes}/${installation}-`);
    const files = namesIn(volumes).map((name) => `${volumes}/${name}`);
    const mounted = mountPoints();
    const loops = execFileSync('losetup', ['-l', '-n', '-O', 'BACK-FILE'], { encoding: 'utf8' }).split('\n');
    const places = own.map((name) => `${volumes}/${name}`);
    return [
      ...different('file', files.filter(isOwn), [...places, ...places.map((place) => `${place}.img`)]),
      ...different('mount', mounted.filter(isOwn), places),
      ...different(
        'loop',
        loops.map((line) => line.trim()).filter(isOwn),
        places.map((place) => `${place}.img`),
      ),
    ];
  }

  /** Of the engine's store. */
  #mountFaults(present: readonly Present[], { volumes }: { readonly volumes: readonly string[] }): readonly string[] {
    const now = this.#allMounts();
    const owners = [...present.flatMap(({ id, layer }) => [id, layer]), ...volumes].filter(Boolean);
    const left = without(now, this.#mounts).filter((at) => !owners.some((owner) => at.includes(owner)));
    return [
      ...left.map((at) => `mount is left: ${at}`),
      ...this.#mounts.filter((at) => !now.includes(at)).map((at) => `mount is gone: ${at}`),
    ];
  }

  /** A container that runs is watched by one process. */
  #watcherFaults(present: readonly Present[]): readonly string[] {
    const { folder } = this.#deps;
    const watched = namesIn('/proc').flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      const words = wordsOf(pid);
      if (!/\bconmon$/.test(words[0] ?? '') || !words.join(' ').includes(folder)) return [];
      const [id = '', run] = ['-c', '-u'].map((flag) => words[words.indexOf(flag) + 1]);
      // What watches a command in a container ends with it, and an engine that is killed meanwhile leaves it waiting.
      return id === run ? [id] : [];
    });
    return different(
      'watcher',
      watched,
      present.filter(({ running }) => running).map(({ id }) => id),
    );
  }

  #listening(): readonly string[] {
    const [from, to] = this.#deps.ports;
    const ports = this.#run('ss', ['-H', '-l', '-t', '-n'])
      .map((line) => Number(line.split(/\s+/)[3]?.split(':').at(-1)))
      .filter((port) => port >= from && port <= to);
    return [...new Set(ports)].map(String);
  }

  #allRules(): readonly string[] {
    return [
      ...this.#run('iptables', ['-S']),
      ...this.#run('iptables', ['-t', 'nat', '-S']),
      // Of others, which are in no table that iptables knows.
      ...this.#run('nft', ['list', 'table', 'inet', OTHERS]),
    ];
  }

  #allMounts(): readonly string[] {
    const { folder } = this.#deps;
    return mountPoints().filter((at) => at.startsWith(`${folder}/`));
  }

  #allLinks(): number {
    return this.#run('ip', ['-o', 'link']).filter((line) => / veth[\w]*@/.test(line)).length;
  }

  #run(program: string, args: readonly string[]): readonly string[] {
    const [first, ...front] = [...this.#deps.inside, program];
    return execFileSync(first, [...front, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter(Boolean);
  }
}

/** A table of the packet filter that somebody else has made. */
export const OTHERS = 'others';

const lineOf = ({ name, running, pid }: Present) => `${name} ${running ? `runs as ${pid}` : 'is stopped'}`;

const mountPoints = () =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);

/** Each as often as it is there. */
function without(all: readonly string[], less: readonly string[]): readonly string[] {
  const left = [...less];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const different = (what: string, is: readonly string[], shouldBe: readonly string[]): readonly string[] => [
  ...without(is, shouldBe).map((one) => `${what} is left: ${one}`),
  ...without(shouldBe, is).map((one) => `${what} is missing: ${one}`),
];

const isProcess = (pid: number) => wordsOf(String(pid)).length > 0;

function wordsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
