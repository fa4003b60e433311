// Podman has a watcher beside each container, which notes its end. Where both were killed together nobody does: Podman calls the container
// running for ever, starts it no more and stops it no more. It can only be removed.

import type Docker from 'dockerode';
import type { Clock } from '../../base/clock.ts';
import type { Engine } from './engine.ts';
import { firstProcess } from './left-running.ts';
import { unlessAbsent } from './requests.ts';

/** Unseen: it has ended, and its engine does not know. */
export type Standing = 'running' | 'stopped' | 'unseen';

/** Between the end of a container and its watcher’s note, of an engine elsewhere. */
const NOTE_MS = 2000;

/** What has become of a container that was just looked at. Rejects as the engine's other answers do. */
export async function standingOf(
  { docker, make }: Pick<Engine, 'docker' | 'make'>,
  clock: Clock,
  { Id, State }: Pick<Docker.ContainerInspectInfo, 'Id' | 'State'>,
  signal: AbortSignal,
): Promise<Standing> {
  if (!State.Running) return 'stopped';
  if (make !== 'podman') return 'running';
  const container = docker.getContainer(Id);
  const first = await firstProcess(Id, State.Pid);
  if (first === 'runs' || (first === 'unseen' && (await takesSignals(container)))) return 'running';
  await clock.sleep(NOTE_MS, signal);
  const again = await unlessAbsent(container.inspect());
  return again?.State.Running ? 'unseen' : 'stopped';
}

/** Nothing comes of this signal: only by passing one on does the engine find that nobody is there. */
async function takesSignals(container: Docker.Container): Promise<boolean> {
  try {
    await container.kill({ signal: 'URG' });
    return true;
  } catch (error) {
    if (/state improper/i.test(String(error))) return false;
    throw error;
  }
}
