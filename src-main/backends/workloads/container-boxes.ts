// Boxes as containers of Podman or Docker. Each has a sidecar beside it that holds its network: the packet filter is in force there before
// the box joins it. Everything that belongs to a box carries its labels, so that a start after a crash finds all of it, and nothing else.

import type Docker from 'dockerode';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Run } from '../../base/run.ts';
import { containersOf, LABEL, removeContainer } from '../containers/containers.ts';
import type { Engine } from '../containers/engine.ts';
import { endLeftRunning } from '../containers/left-running.ts';
import { imageHere, makeContainer } from '../containers/making.ts';
import { unlessAbsent } from '../containers/requests.ts';
import { type Swept, sweptEach } from '../containers/swept.ts';
import { type Standing, standingOf } from '../containers/unseen-end.ts';
import type {
  BoxSpec,
  BoxStatus,
  DiskLimit,
  EncryptionProbe,
  GraphicsProbe,
  Probe,
  WorkloadBackend,
} from './backend.ts';
import { BOX, BOX_TIMES } from './bounds.ts';
import { eventsOf } from './box-events.ts';
import {
  assertPossible,
  BOX_LABEL,
  type BoxPlan,
  dataMiB,
  IN_FORCE,
  MACHINE_LABEL,
  nameOf,
  ownVolumeOf,
  planOf,
  ROLE_LABEL,
  resourcesOf,
  SPEC_LABEL,
  sidecarOf,
  volumeOf,
} from './box-plan.ts';
import { isThere, madeOrCleared, statusIn, statusOr } from './box-rules.ts';
import { BoxTurns } from './box-turns.ts';
import { DiskTrial } from './disk-trial.ts';
import { tryEncryption } from './encryption-trial.ts';
import { ask, endOfLog, execIn, inItsTime, storeBytes } from './engine-requests.ts';
import {
  BoxAbsent,
  BoxStopped,
  FilterFailed,
  ImageMissing,
  LimitsNotDelegated,
  LimitsNotKept,
  NetworkProgramMissing,
  NoEncryption,
  NoExec,
  OpenFilesRefused,
  PortsTaken,
  VolumeLocked,
} from './errors.ts';
import { Gate } from './gate.ts';
import { LATE, tryGraphics } from './graphics-trial.ts';
import type { MachineImages } from './machine-images.ts';
import { type MachineImage, machineImageOf } from './machine-plan.ts';
import { Machines } from './machines.ts';
import { handedOnIn, packetFilter } from './packet-filter.ts';
import { hashed } from './password.ts';
import { probeFromInside } from './probe.ts';
import { HELPER_START_MS } from './volumes/commands.ts';
import type { Volumes } from './volumes/volumes.ts';
import { WeightTrial } from './weight-trial.ts';

export interface ContainerBoxesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly engine: Engine;
  /** Whose boxes these are; `installationOf` of the folder that the node works in. */
  readonly installation: string;
  /** Asks programs of this computer. */
  readonly run: Run;
  /** The id of the image that sidecars are made of. */
  readonly toolbox: (docker: Docker, signal: AbortSignal) => Promise<string>;
  /** This computer's IPv4 networks, as `192.168.1.20/24`. */
  readonly ownNetworks: () => readonly string[];
  /** What one box may send, and what it may take; of boxes that are made from then on. */
  readonly mbitPerSecond: () => number | null;
  /** Both together, in thirty days; null: as much as that lets through. */
  readonly monthlyBytes: () => number | null;
  /** The path of a stricter profile of system calls than Podman's own; undefined where there is none. */
  readonly seccomp: () => Promise<string | undefined>;
  readonly volumes: Volumes;
  /** What is left of disk images that were being brought in. */
  readonly machineImages: Pick<MachineImages, 'sweep'>;
  /** Whether customers may have their data encrypted. */
  readonly encrypts: () => boolean;
  /** The graphics cards that boxes get whose spec says so, as CDI names them; and whether any of their memory is lent. */
  readonly cards: () => string;
  readonly lendsCards: () => boolean;
  /** Whether what boxes keep may be on volumes of their size, where the engine has no quotas. */
  readonly sizes: () => boolean;
  /** Left out where the engine is on another computer. */
  readonly isPortFree?: ((port: number) => Promise<boolean>) | undefined;
  /** Shorter ones, for tests. */
  readonly times?: Partial<typeof BOX_TIMES>;
}

/**
 * Epoch seconds from which on what a container says is of the run that it is in. An engine on a busy computer notes a start after the
 * program has begun to speak, so it is the end of the run before that counts, where there was one.
 */
function presentRun({ StartedAt, FinishedAt }: { readonly StartedAt: string; readonly FinishedAt: string }): number {
  return Math.max(0, Date.parse(FinishedAt), Date.parse(StartedAt) - NOTED_LATE_MS) / 1000;
}
const NOTED_LATE_MS = 10_000;

/** By Podman in its words: of the program, of netavark, which does not say which one it lacks, or of what is left of such a try. */
const NETWORK_PROGRAM_MISSING =
  /(?:slirp4netns|pasta|netavark|aardvark).*(?:executable file not found|no such file)|could not find .*(?:slirp4netns|pasta|netavark)|runtime directory for rootless netns/i;

/** Boxes that the engine makes or starts at the same time. */
const MADE_AT_ONCE = 4;
const MIB = 1024 * 1024;
/** Half a minute and more, for a computer that may be busy. */
const FILTER_LOOKS = 300;
const FILTER_PAUSE_MS = 100;

export class ContainerBoxes implements WorkloadBackend {
  readonly id: string;
  readonly #deps: ContainerBoxesDeps;
  readonly #docker: Docker;
  readonly #disk: DiskTrial;
  readonly #weight: WeightTrial;
  readonly #machines: Machines;
  readonly #times: typeof BOX_TIMES;
  readonly #making = new Gate(MADE_AT_ONCE);
  readonly #turns = new BoxTurns();

  constructor(deps: ContainerBoxesDeps) {
    this.#deps = deps;
    this.#docker = deps.engine.docker;
    this.id = `${deps.engine.make} at ${deps.engine.at}`;
    this.#disk = new DiskTrial(deps);
    this.#weight = new WeightTrial(deps);
    this.#machines = new Machines(deps);
    this.#times = { ...BOX_TIMES, ...deps.times };
  }

  async capacity(signal: AbortSignal) {
    const { make } = this.#deps.engine;
    const [info, disk] = await ask('ask', this.#times.ask, signal, (within) =>
      Promise.all([
        this.#docker.info() as Promise<{ NCPU: number; MemTotal: number }>,
        make === 'podman' ? storeBytes(this.#docker, within) : undefined,
      ]),
    );
    return {
      cpuMillicores: info.NCPU * 1000,
      memoryMiB: Math.floor(info.MemTotal / MIB),
      diskMiB: disk === undefined ? null : Math.floor(disk / MIB),
    };
  }

  async needs(spec: BoxSpec) {
    return resourcesOf(spec, await this.#disk.limit());
  }

  probe(signal: AbortSignal): Promise<Probe> {
    const { clock, toolbox, ownNetworks } = this.#deps;
    const { probe, machineTrial, graphicsTrial } = this.#times;
    const encryptionTrial = HELPER_START_MS + this.#times.encryptionTrial;
    return ask('ask', probe + machineTrial + encryptionTrial + graphicsTrial, signal, async (within) => {
      this.#disk.forget();
      this.#weight.forget();
      this.#machines.forget();
      await ask('ask', this.#times.ask, within, () => this.#docker.ping());
      const found = await probeFromInside(
        {
          clock,
          boxes: this,
          ownNetworks,
          disk: () => this.#disk.limit(),
          image: () => toolbox(this.#docker, within),
          network: (id) => this.#networkOf(id),
          ms: probe,
          machines: () =>
            inItsTime(machineTrial, within, (own) => this.#machines.probe(own), { accelerator: null, seen: LATE }),
          encryption: () =>
            inItsTime(encryptionTrial, within, (own) => this.#tryEncryption(own), { works: false, seen: LATE }),
          graphics: () =>
            inItsTime(graphicsTrial, within, (own) => this.#tryGraphics(own), { works: false, seen: LATE }),
        },
        within,
      );
      return this.#deps.engine.rootless ? withHint(found) : found;
    });
  }

  async #tryEncryption(signal: AbortSignal): Promise<EncryptionProbe> {
    const { clock, toolbox, encrypts, volumes, installation } = this.#deps;
    if (!encrypts()) return { works: false, seen: null };
    const image = () => toolbox(this.#docker, signal);
    const device = (id: string) => volumes.deviceOf(ownVolumeOf(installation, id));
    return tryEncryption({ clock, boxes: this, image, device }, signal);
  }

  #tryGraphics(signal: AbortSignal): Promise<GraphicsProbe> {
    const { clock, toolbox, lendsCards } = this.#deps;
    if (!lendsCards()) return Promise.resolve({ works: false, seen: null });
    return tryGraphics({ clock, boxes: this, image: () => toolbox(this.#docker, signal) }, signal);
  }

  create(spec: BoxSpec, signal: AbortSignal, key?: Uint8Array): Promise<void> {
    return this.#turns.take(spec.id, signal, this.#times.create, 'create', async (within) => {
      const disk = await this.#disk.limit();
      assertPossible(spec, disk);
      const found = await this.#containers(spec.id);
      const there = found.find(({ Labels }) => Labels[ROLE_LABEL] === 'box');
      if (isThere(spec, there && (there.Labels[SPEC_LABEL] ?? ''))) return this.#madeAnewWhereUnseen(spec, within);
      const clear = () => this.#clear(spec.id);
      const make = async () => {
        // Not without a look: an engine that is asked for fifty at once takes its time to say of each thing that it is not there.
        if (found.length > 0 || (await this.#hasVolume(spec.id))) await clear();
        await this.#making.through(within, 'begins', async () => {
          const volumeAt = await this.#volumeOf(spec, disk, key, within);
          await this.#make(await this.#plan(spec, volumeAt, within), within);
        });
      };
      await madeOrCleared(spec, this.#deps.logger, make, clear);
    });
  }

  /** A box whose end the engine has not seen, around what it keeps. What it wrote elsewhere is gone with it. */
  async #madeAnewWhereUnseen(spec: BoxSpec, signal: AbortSignal): Promise<void> {
    const { clock, installation, volumes } = this.#deps;
    const names = [nameOf(installation, spec.id), sidecarOf(installation, spec.id)];
    const standings = await Promise.all(names.map((name) => this.#standing(name, signal)));
    if (!standings.includes('unseen')) return;
    const volume = await this.#openVolume(spec.id, signal);
    const own = volumes.pathOf(ownVolumeOf(installation, spec.id));
    const plan = await this.#plan(spec, volume?.Options?.device === own ? own : undefined, signal);
    // The box first, for the sidecar's network is its own.
    for (const name of names) await removeContainer(clock, this.#docker, name);
    await this.#making.through(signal, 'begins', () => this.#make({ ...plan, volume: undefined }, signal));
  }

  /** Where what it keeps is, once that is open; undefined: the engine sees to it. */
  async #volumeOf(spec: BoxSpec, disk: DiskLimit, key: Uint8Array | undefined, signal: AbortSignal) {
    if (spec.encrypted) return this.#encrypted(spec, key, signal);
    if (disk !== 'volume' || spec.dataPath === null || machineImageOf(spec.image)) return undefined;
    const { volumes, installation, engine } = this.#deps;
    const name = ownVolumeOf(installation, spec.id);
    return (await volumes.create({ name, mib: dataMiB(spec), ofRoot: !engine.rootless }, signal)).path;
  }

  async #encrypted(spec: BoxSpec, key: Uint8Array | undefined, signal: AbortSignal): Promise<string> {
    const { volumes, installation, engine, encrypts } = this.#deps;
    if (!key) throw new VolumeLocked(spec.id);
    if (!encrypts()) throw new NoEncryption();
    const name = ownVolumeOf(installation, spec.id);
    try {
      const { path } = await volumes.create({ name, mib: dataMiB(spec), ofRoot: !engine.rootless, key }, signal);
      return path;
    } catch (error) {
      signal.throwIfAborted();
      throw new NoEncryption(error);
    }
  }

  async #plan(spec: BoxSpec, volumeAt: string | undefined, signal: AbortSignal): Promise<BoxPlan> {
    const { engine, installation, toolbox, ownNetworks, mbitPerSecond, monthlyBytes } = this.#deps;
    const machine = machineImageOf(spec.image);
    const made = machine ? await this.#machineOf(spec, machine, signal) : undefined;
    const image = made ? undefined : await imageHere(this.#docker, spec.image, refused);
    if (!made && !image) throw new ImageMissing();
    const volumes = image?.volumes ?? [];
    const filter = packetFilter({
      ...spec,
      ownNetworks: ownNetworks(),
      mbitPerSecond: mbitPerSecond(),
      monthlyBytes: monthlyBytes(),
      handedOn: handsOn(engine),
    });
    const disk = await this.#disk.limit();
    const seccomp = engine.make === 'podman' ? await this.#deps.seccomp() : undefined;
    const tools = await toolbox(this.#docker, signal);
    const weighed = await this.#weight.kept(tools, signal);
    const cards = this.#deps.cards();
    const of = { installation, spec, engine, disk, volumes, filter, seccomp, volumeAt, weighed, cards, toolbox: tools };
    return planOf({ ...of, ...(made && { machine: made }) });
  }

  async #machineOf({ login }: BoxSpec, { volume, format }: MachineImage, signal: AbortSignal) {
    if (!(await unlessAbsent(this.#docker.getVolume(volume).inspect()))) throw new ImageMissing();
    const machines = this.#machines;
    const accelerator = await machines.accelerator(signal);
    const passwordHash = login && (await hashed(login.password, signal));
    return { image: await machines.toolbox(signal), volume, format, accelerator, passwordHash };
  }

  /** No request is aborted, as in `makeContainer`. */
  async #make({ sidecar, volume, box }: BoxPlan, signal: AbortSignal): Promise<void> {
    const docker = this.#docker;
    if (volume) await docker.createVolume(volume);
    signal.throwIfAborted();
    if (sidecar) {
      const made = await docker.createContainer(sidecar);
      signal.throwIfAborted();
      await this.#startSidecar(made, signal);
    }
    await makeContainer(this.#deps.engine, box, refused);
    signal.throwIfAborted();
  }

  async #startSidecar(sidecar: Docker.Container, signal: AbortSignal): Promise<void> {
    await this.#assertPortsFree(sidecar);
    try {
      await sidecar.start();
    } catch (error) {
      if (/already allocated|address already in use|bind: permission denied/i.test(String(error)))
        throw new PortsTaken(error);
      // The box would say so when it is started, and by then it is paid for.
      if (/rlimit/i.test(String(error))) throw new OpenFilesRefused(error);
      if (/cgroup controller .*not available/i.test(String(error))) throw new LimitsNotDelegated(error);
      if (NETWORK_PROGRAM_MISSING.test(String(error))) throw new NetworkProgramMissing(error);
      if (!isNotModified(error)) throw error;
    }
    await this.#awaitFilter(sidecar, signal);
  }

  /** Of one that does not run. The engine itself does not see that a port is led elsewhere. */
  async #assertPortsFree(sidecar: Docker.Container): Promise<void> {
    const { isPortFree } = this.#deps;
    const { HostConfig, State } = await sidecar.inspect();
    if (!isPortFree || State.Running) return;
    const bound = Object.entries(HostConfig.PortBindings ?? {}) as [string, { readonly HostPort: string }[] | null][];
    const ports = bound.flatMap(([port, at]) => (port.endsWith('/tcp') ? (at ?? []).map((one) => one.HostPort) : []));
    for (const port of ports)
      if (!(await isPortFree(Number(port)))) throw new PortsTaken(new Error(`port ${port} leads elsewhere`));
  }

  /** It says so since it was last started, for a start of the computer gives it a new network. */
  async #awaitFilter(sidecar: Docker.Container, signal: AbortSignal): Promise<void> {
    for (let looks = 0; looks < FILTER_LOOKS; looks += 1) {
      signal.throwIfAborted();
      const { State } = await sidecar.inspect();
      const said = await endOfLog(sidecar, BOX.logBytes, signal, presentRun(State));
      if (!State.Running) throw new FilterFailed(new Error(said));
      if (said.includes(IN_FORCE)) return;
      await this.#deps.clock.sleep(FILTER_PAUSE_MS, signal);
    }
    throw new FilterFailed();
  }

  start(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.start, 'start', async (within) => {
      const { installation } = this.#deps;
      const box = await this.#inspect(nameOf(installation, id));
      if (!box) throw new BoxAbsent(id);
      if (box.State.Running) return;
      await this.#openVolume(id, within);
      await this.#making.through(within, 'ends', async () => {
        // After a start of the computer the sidecar has a new network, to which it has to give its filter first.
        if (box.HostConfig.NetworkMode !== 'none') {
          const sidecar = this.#docker.getContainer(sidecarOf(installation, id));
          if (!(await unlessAbsent(sidecar.inspect()))) throw new FilterFailed();
          await this.#startSidecar(sidecar, within);
        }
        await this.#box(id).start().catch(unlessNotModified);
      });
    });
  }

  /** Where one was made for it. After a start of the computer it is not open; an encrypted one takes its customer's key. */
  async #openVolume(id: string, signal: AbortSignal): Promise<Docker.VolumeInspectInfo | undefined> {
    const { volumes, installation } = this.#deps;
    const volume = await unlessAbsent(this.#docker.getVolume(volumeOf(installation, id)).inspect());
    const name = ownVolumeOf(installation, id);
    if (volume?.Options?.device !== volumes.pathOf(name) || (await volumes.isOpen(name))) return volume;
    if (!(await volumes.isPlain(name))) throw new VolumeLocked(id);
    await volumes.open(name, signal);
    return volume;
  }

  stop(id: string, signal: AbortSignal): Promise<void> {
    const { grace, machineGrace, ask: asked } = this.#times;
    return this.#turns.take(id, signal, Math.max(grace, machineGrace) + asked, 'remove', async () => {
      const box = await this.#inspect(nameOf(this.#deps.installation, id));
      if (!box) return;
      const t = (isMachine(box) ? machineGrace : grace) / 1000;
      await unlessAbsent(this.#box(id).stop({ t }).catch(unlessNotModified));
    });
  }

  remove(id: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(id, signal, this.#times.remove, 'remove', () => this.#clear(id));
  }

  status(id: string, signal: AbortSignal): Promise<BoxStatus> {
    return statusOr(signal, async () => {
      const name = nameOf(this.#deps.installation, id);
      const standing = await ask('ask', this.#times.ask, signal, (within) => this.#standing(name, within));
      return standing === 'unseen' ? 'stopped' : (standing ?? 'absent');
    });
  }

  adopt(spec: BoxSpec, signal: AbortSignal): Promise<BoxStatus> {
    return statusOr(signal, async () => {
      const listed = statusIn(await this.list(signal), spec);
      return listed === 'running' ? this.status(spec.id, signal) : listed;
    });
  }

  exec(id: string, command: readonly string[], signal: AbortSignal) {
    return this.#there(id, this.#times.exec, signal, async (box, within) => {
      if (isMachine(await box.inspect())) throw new NoExec(id);
      return execIn(box, command, BOX.execBytes, within);
    });
  }

  /**
   * By the sidecar, which has a shell of its own. From this computer the engine itself would take the connection; so does QEMU for a
   * machine, whose server has to say something.
   */
  answers(id: string, port: number, signal: AbortSignal): Promise<boolean> {
    const sidecar = this.#docker.getContainer(sidecarOf(this.#deps.installation, id));
    return ask('ask', this.#times.ask, signal, async (within) => {
      const found = await unlessAbsent(sidecar.inspect());
      if (!found) return false;
      const heard = isMachine(found) ? ' && read -r -n 1 -u 3' : '';
      // It tries again by itself: each thing that an engine runs in a container costs more than the try, and Podman keeps two processes
      // for five minutes after it.
      const tried = `until (exec 3<>/dev/tcp/127.0.0.1/"$1"${heard}) 2>/dev/null; do sleep 0.2; done`;
      const command = ['timeout', '5', 'bash', '-c', tried, 'answers', String(port)];
      const said = await unlessAbsent(execIn(sidecar, command, BOX.execBytes, within));
      return said?.exitCode === 0;
    });
  }

  stats(id: string, signal: AbortSignal) {
    return this.#there(id, this.#times.ask, signal, async (box, within) => {
      if ((await this.#standing(nameOf(this.#deps.installation, id), within)) === 'unseen') throw new BoxStopped(id);
      const sidecar = this.#docker.getContainer(sidecarOf(this.#deps.installation, id));
      const now = { stream: false, 'one-shot': true } as const;
      const [own, net, handed] = await Promise.all([
        box.stats(now),
        unlessAbsent(sidecar.stats(now)),
        this.#handedOn(sidecar, within),
      ]);
      const all = Object.values(net?.networks ?? {});
      const sum = (of: 'rx_bytes' | 'tx_bytes') => all.reduce((bytes, each) => bytes + each[of], 0);
      return {
        // One that does not run has none; what it has moved is still known.
        cpuNanos: own.cpu_stats?.cpu_usage.total_usage ?? 0,
        memoryBytes: own.memory_stats?.usage ?? 0,
        pids: own.pids_stats?.current ?? 0,
        network: net
          ? { receivedBytes: sum('rx_bytes') + handed.taken, sentBytes: sum('tx_bytes') + handed.sent }
          : null,
      };
    });
  }

  /** What has come and gone at its ports beside its network card. */
  async #handedOn(sidecar: Docker.Container, signal: AbortSignal) {
    if (!handsOn(this.#deps.engine)) return handedOnIn('');
    const listed = await execIn(sidecar, ['nft', 'list', 'counters'], BOX.execBytes, signal).catch(() => undefined);
    signal.throwIfAborted();
    return handedOnIn(listed?.output ?? '');
  }

  logs(id: string, signal: AbortSignal): Promise<string> {
    return ask('ask', this.#times.ask, signal, async (within) => {
      return (await unlessAbsent(endOfLog(this.#box(id), BOX.logBytes, within))) ?? '';
    });
  }

  async list(signal: AbortSignal) {
    const containers = await ask('ask', this.#times.ask, signal, () => this.#containers());
    return containers
      .filter(({ Labels }) => Labels[ROLE_LABEL] === 'box')
      .map(({ Labels, State }) => ({
        id: Labels[BOX_LABEL]!,
        status: State === 'running' ? ('running' as const) : ('stopped' as const),
        spec: Labels[SPEC_LABEL] ?? '',
      }));
  }

  async sweep(keep: ReadonlySet<string>, signal: AbortSignal): Promise<Swept> {
    const containers = await ask('ask', this.#times.ask, signal, () => this.#containers());
    const volumes = await ask('ask', this.#times.ask, signal, () => this.#volumes());
    const prefix = ownVolumeOf(this.#deps.installation, '');
    const encrypted = (await this.#deps.volumes.names()).filter((name) => name.startsWith(prefix));
    const ids = [
      ...[...containers, ...volumes].map(({ Labels }) => Labels[BOX_LABEL] ?? ''),
      ...encrypted.map((name) => name.slice(prefix.length)),
    ];
    // What is being made is not left over.
    const left = [...new Set(ids)].filter((id) => !keep.has(id) && !this.#turns.has(id));
    const swept = await sweptEach(left, (id) => this.remove(id, signal), signal);
    await this.#deps.machineImages.sweep(signal);
    return swept;
  }

  watch(listener: Parameters<WorkloadBackend['watch']>[0], signal: AbortSignal): Promise<void> {
    const hear: typeof listener = (event) => {
      listener(event);
      if (event.kind === 'exited') void this.#askWhy(event.id, listener, signal);
    };
    return eventsOf(this.#docker, this.#deps.installation, hear, signal);
  }

  /** Podman has no event for a box that had no memory left: it is asked, and knows where its control groups tell. */
  async #askWhy(id: string, listener: Parameters<WorkloadBackend['watch']>[0], signal: AbortSignal): Promise<void> {
    const box = await this.#inspect(nameOf(this.#deps.installation, id)).catch(() => undefined);
    if (box?.State.OOMKilled && !signal.aborted) listener({ id, kind: 'out-of-memory' });
  }

  /** What the sidecar of a box says of its network. */
  async #networkOf(id: string): Promise<{ readonly gateway: string; readonly address: string }> {
    const { NetworkSettings } = await this.#docker.getContainer(sidecarOf(this.#deps.installation, id)).inspect();
    const networks = Object.values(NetworkSettings.Networks ?? {});
    const first = networks.find(({ IPAddress }) => IPAddress !== '');
    return { gateway: first?.Gateway ?? '', address: first?.IPAddress ?? '' };
  }

  #box(id: string): Docker.Container {
    return this.#docker.getContainer(nameOf(this.#deps.installation, id));
  }

  /** Undefined: there is no such container. */
  async #standing(name: string, signal: AbortSignal): Promise<Standing | undefined> {
    const found = await this.#inspect(name);
    return found && standingOf(this.#deps.engine, this.#deps.clock, found, signal);
  }

  #inspect(name: string): Promise<Docker.ContainerInspectInfo | undefined> {
    return unlessAbsent(this.#docker.getContainer(name).inspect());
  }

  async #there<T>(
    id: string,
    ms: number,
    signal: AbortSignal,
    request: (box: Docker.Container, within: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const answer = await ask('ask', ms, signal, async (within) => {
      try {
        return await unlessAbsent(request(this.#box(id), within));
      } catch (error) {
        // Each engine refuses in words of its own.
        const name = nameOf(this.#deps.installation, id);
        const standing = await this.#standing(name, within).catch(() => undefined);
        throw standing === 'stopped' || standing === 'unseen' ? new BoxStopped(id) : error;
      }
    });
    if (answer === undefined) throw new BoxAbsent(id);
    return answer;
  }

  /** Of one box, or of all. */
  #containers(id?: string): Promise<readonly Docker.ContainerInfo[]> {
    return containersOf(this.#docker, this.#deps.installation, {
      label: id === undefined ? BOX_LABEL : `${BOX_LABEL}=${id}`,
    });
  }

  async #hasVolume(id: string): Promise<boolean> {
    const volume = this.#docker.getVolume(volumeOf(this.#deps.installation, id));
    return (await unlessAbsent(volume.inspect())) !== undefined;
  }

  /** Of boxes: Podman lists a volume that has any one of the labels. */
  async #volumes() {
    const label = [`${LABEL}=${this.#deps.installation}`];
    const { Volumes } = await this.#docker.listVolumes({ filters: { label } });
    return (Volumes ?? []).filter(({ Labels }) => Labels[BOX_LABEL] !== undefined);
  }

  /** The box first, for the sidecar's network is its own. */
  async #clear(id: string): Promise<void> {
    const { clock, installation } = this.#deps;
    for (const name of [nameOf(installation, id), sidecarOf(installation, id)]) {
      const found = await this.#inspect(name);
      await removeContainer(clock, this.#docker, name);
      if (found) await endLeftRunning(found.Id);
    }
    // Of a trial there may be others.
    for (const { Id } of await this.#containers(id)) await removeContainer(clock, this.#docker, Id);
    await unlessAbsent(this.#docker.getVolume(volumeOf(installation, id)).remove());
    // Somebody may have to type a password first.
    const patience = AbortSignal.timeout(HELPER_START_MS + this.#times.ask * 2);
    await this.#deps.volumes.destroy(ownVolumeOf(installation, id), patience);
  }
}

const refused = (limit: string) => new LimitsNotKept(limit);

/** Its rootlessport is in the network of the container whose ports it opens. */
const handsOn = ({ make, rootless }: Engine) => make === 'podman' && rootless;

/** Without root, a limit that the engine has promised and the box has not is one that systemd has not handed to it. */
function withHint(probe: Probe): Probe {
  const limits = probe.checks.filter(({ id }) => id === 'memory' || id === 'pids' || id === 'cpu');
  if (limits.every(({ held, seen }) => held || seen === 'not seen')) return probe;
  return { ...probe, checks: [...probe.checks, { id: 'limits', held: false, seen: new LimitsNotDelegated().message }] };
}

const isMachine = ({ Config }: Docker.ContainerInspectInfo) => Config.Labels[MACHINE_LABEL] !== undefined;

const isNotModified = (error: unknown) => (error as { statusCode?: number }).statusCode === 304;

function unlessNotModified(error: unknown): void {
  if (!isNotModified(error)) throw error;
}
