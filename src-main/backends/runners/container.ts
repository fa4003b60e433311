// The same contract inside a container: of an image that its user has chosen and pulled, shut off by what `container-plan` lists.

import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { ContainerRunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { HearthError, toHearthError, toReason } from '../../base/errors.ts';
import { ENGINE } from '../containers/bounds.ts';
import type { Containers } from '../containers/containers.ts';
import { type Engine, findEngine, type Surroundings } from '../containers/engine.ts';
import { unframed } from '../containers/frames.ts';
import { installationOf } from '../containers/installation.ts';
import { imageHere, makeContainer } from '../containers/making.ts';
import { answerOf, REQUEST_MS } from '../containers/requests.ts';
import { seccompProfile } from '../containers/seccomp.ts';
import { RUNNER } from './bounds.ts';
import { PLACES, planOf } from './container-plan.ts';
import { type ContractDeps, type Job, runByContract, type Worker } from './contract.ts';
import { EngineFailed, ImageMissing, LimitsNotKept, MemoryOver, RunnerEnded } from './errors.ts';
import { limitsOf } from './limits.ts';
import type { Runner } from './runner.ts';

export interface ContainerDeps extends ContractDeps {
  readonly containers: Containers;
  readonly around: Surroundings;
}

export function containerRunner(deps: ContainerDeps, setting: ContainerRunnerSetting): Runner {
  const kind = {
    limits: limitsOf(setting),
    places: () => PLACES,
    slash: '/',
    start: (job: Job) => start(deps, setting, job),
  };
  return {
    capability: setting.capability,
    run: (context) => runByContract(deps, kind, context),
    check: async (signal) => {
      try {
        await tryOut(deps, setting, signal);
        return undefined;
      } catch (error) {
        signal.throwIfAborted();
        return toReason(toHearthError(error));
      }
    },
  };
}

/** Has it made and removed, without starting it. */
async function tryOut(deps: ContainerDeps, setting: ContainerRunnerSetting, signal: AbortSignal): Promise<void> {
  const { containers, around, random, workFolder } = deps;
  const engine = await findEngine(around, signal);
  const name = nameOf(random.id());
  containers.claim(name);
  try {
    await make(deps, engine, setting, { name, inputs: workFolder, outputs: workFolder }, signal);
  } finally {
    await containers.remove(engine.docker, name);
  }
}

async function start(deps: ContainerDeps, setting: ContainerRunnerSetting, job: Job): Promise<Worker> {
  const { containers, around } = deps;
  const { folder, inputs, signal } = job;
  const engine = await findEngine(around, signal);
  const { docker } = engine;
  await clearEarlier(deps, docker, signal);
  const root = inputs.root ?? folder.inputs;
  if (around.uid === 0) await openTo(root, folder.outputs);
  const name = nameOf(job.id);
  containers.claim(name);
  try {
    const container = await make(deps, engine, setting, { name, inputs: root, outputs: folder.outputs }, signal);
    const attached = attach(docker, container);
    const connection = await ask('start', signal, () => attached).catch((error: unknown) => {
      // One that comes too late is not to hold anything open.
      attached.then((late) => late.destroy()).catch(() => undefined);
      throw error;
    });
    connection.on('error', () => undefined);
    try {
      await ask('start', signal, (within) => container.start({ abortSignal: within }));
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return watched(deps, docker, container, name, connection);
  } catch (error) {
    await containers.remove(docker, name);
    throw error;
  }
}

/** Of earlier jobs, which the engine did not remove when it was asked; no longer than it takes to ask it for one. */
async function clearEarlier({ containers, logger }: ContainerDeps, docker: Docker, signal: AbortSignal): Promise<void> {
  try {
    const { left } = await containers.sweep(docker, AbortSignal.any([signal, AbortSignal.timeout(ENGINE.removeMs)]));
    for (const { error } of left) logger.warn('a container of an earlier job is left', { error });
  } catch (error) {
    signal.throwIfAborted();
    logger.warn('containers of earlier jobs are left', { error });
  }
}

/**
 * To its standard input and output, before it is started. Not by dockerode's own `attach`: that sends its options as the body of the
 * request too, which Podman hands to the container as the beginning of its input.
 */
function attach(docker: Docker, { id }: Docker.Container): Promise<Duplex> {
  const request = {
    path: `/containers/${id}/attach?`,
    method: 'POST',
    isStream: true,
    hijack: true,
    file: Buffer.alloc(0),
    statusCodes: { 200: true },
    options: { stream: true, stdin: true, stdout: true, stderr: true },
  };
  return new Promise((resolve, reject) => {
    const { modem } = docker as { modem: { dial(of: object, done: (error: unknown, stream: Duplex) => void): void } };
    modem.dial(request, (error, stream) => (error ? reject(error) : resolve(stream)));
  });
}

const refused = (limit: string) => new LimitsNotKept(limit);

interface Made {
  readonly name: string;
  readonly inputs: string;
  readonly outputs: string;
}

/** Not started yet, and with all its limits. */
async function make(
  { around, workFolder }: ContainerDeps,
  engine: Engine,
  setting: ContainerRunnerSetting,
  { name, inputs, outputs }: Made,
  signal: AbortSignal,
): Promise<Docker.Container> {
  const { docker } = engine;
  const image = await ask('create', signal, () => imageHere(docker, setting.image, refused));
  if (!image) throw new ImageMissing();
  const seccomp = engine.make === 'podman' ? await seccompProfile(workFolder) : undefined;
  const plan = planOf(setting, engine, around, {
    name,
    installation: installationOf(workFolder),
    image,
    seccomp,
    inputs,
    outputs,
  });
  // Waited for though its job is to end: what is made behind us would be left.
  const made = await ask('create', new AbortController().signal, () => makeContainer(engine, plan, refused));
  signal.throwIfAborted();
  return made;
}

function watched(
  { clock, containers }: ContainerDeps,
  docker: Docker,
  container: Docker.Container,
  name: string,
  connection: Duplex,
): Worker {
  const over = new AbortController();
  const remove = () => containers.remove(docker, name);
  const ended = outcomeOf(container)
    .finally(() => over.abort())
    .then(remove, async (error: unknown) => {
      await remove();
      throw error;
    });
  // A caller that ends it early does not ask how it ended.
  ended.catch(() => undefined);
  return {
    stdin: connection,
    says: [unframed(connection)],
    ended,
    async end() {
      if (!over.signal.aborted) {
        await container
          .kill({ signal: 'SIGTERM', abortSignal: AbortSignal.timeout(REQUEST_MS) })
          .catch(() => undefined);
        await clock.sleep(RUNNER.graceMs, over.signal).catch(() => undefined);
        if (!over.signal.aborted) await remove();
      }
      await ended.catch((error: unknown) => {
        if (error instanceof HearthError && error.code === 'containers.container-stays') throw error;
      });
    },
    hush: () => void connection.destroy(),
  };
}

/** By SIGKILL, which none of us sent. */
const KILLED = 137;

/** Resolves when it has ended well. */
async function outcomeOf(container: Docker.Container): Promise<void> {
  try {
    // Without a limit in time: that is the job's.
    await container.wait();
  } catch (error) {
    throw new EngineFailed('watch', error);
  }
  // One that was removed meanwhile counts as ended well there, and as absent here.
  const { State } = await ask('watch', new AbortController().signal, () => container.inspect());
  if (State.OOMKilled || State.ExitCode === KILLED) throw new MemoryOver();
  if (State.Running || State.ExitCode !== 0) throw new RunnerEnded({ code: State.ExitCode, signal: null });
}

/**
 * Where we are root ourselves, the container runs as another user: files that are ours alone have to be open to it. No other user reaches
 * this folder.
 */
async function openTo(inputs: string, outputs: string): Promise<void> {
  await chmod(outputs, 0o777);
  await chmod(inputs, 0o755);
  for (const entry of await readdir(inputs, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

function ask<T>(
  doing: ConstructorParameters<typeof EngineFailed>[0],
  signal: AbortSignal,
  request: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  return answerOf({ ms: REQUEST_MS, signal, failed: (cause) => new EngineFailed(doing, cause) }, request);
}

const nameOf = (id: string) => `hearth-${id}`;
