// What becomes of boxes, as Kubernetes tells it: their pods, and the templates that those are made of.

import { z } from 'zod';
import type { BoxEvent } from '../backend.ts';
import { KubernetesError } from './client.ts';
import { type Cluster, Meta } from './cluster.ts';
import { idOf } from './plan.ts';
import { exitCodeOf, Pod, ranOutOfMemory, stateOf } from './pods.ts';

const Event = z.object({ type: z.string(), object: z.looseObject({ metadata: Meta.partial().optional() }) });
const Refused = z.object({
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

const GONE = 410;

/** Rejects with what broke it; ends where the signal aborts. */
export async function eventsOf(
  cluster: Cluster,
  listener: (event: BoxEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const within = AbortSignal.any([signal, ended.signal]);
  try {
    const pods = new Pods(listener);
    await Promise.all([
      follow(cluster, 'pods', pods, within),
      follow(cluster, 'podtemplates', new Templates(listener), within),
    ]);
  } finally {
    // One without the other would tell half of it.
    ended.abort();
  }
}

interface Seen {
  /** All that there are at a moment. */
  all(objects: readonly unknown[]): void;
  changed(object: unknown): void;
  gone(object: unknown): void;
}

async function follow(cluster: Cluster, kind: 'pods' | 'podtemplates', seen: Seen, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { items, version } = await cluster.all(kind, signal, 'hearth.box');
    seen.all(items);
    await since(cluster, kind, version, seen, signal).catch((error: unknown) => {
      // What it has forgotten is looked for anew.
      if (!(error instanceof KubernetesError && error.status === GONE)) throw error;
    });
  }
}

/** A watch ends by itself now and then, and goes on from where it was. */
async function since(
  cluster: Cluster,
  kind: 'pods' | 'podtemplates',
  version: string,
  seen: Seen,
  signal: AbortSignal,
): Promise<void> {
  let at = version;
  while (!signal.aborted) {
    let heard = false;
    for await (const said of cluster.watch(kind, at, signal)) {
      const { type, object } = Event.parse(said);
      if (type === 'ERROR') {
        const { code = 500, reason = '', message = '' } = Refused.parse(object);
        throw new KubernetesError(code, reason, message.slice(0, 500));
      }
      heard = true;
      at = object.metadata?.resourceVersion ?? at;
      if (type === 'ADDED' || type === 'MODIFIED') seen.changed(object);
      else if (type === 'DELETED') seen.gone(object);
    }
    // One that ends at once, again and again, is an engine that has gone away.
    if (!heard) return;
  }
}

class Pods implements Seen {
  readonly #listener: (event: BoxEvent) => void;
  #states: Map<string, string> | undefined;

  constructor(listener: (event: BoxEvent) => void) {
    this.#listener = listener;
  }

  all(objects: readonly unknown[]): void {
    const first = this.#states === undefined;
    const before = this.#states ?? new Map<string, string>();
    const pods = objects.map((object) => Pod.parse(object));
    this.#states = first ? new Map(pods.map((pod) => [pod.metadata.name, stateOf(pod)])) : before;
    if (first) return;
    for (const pod of pods) this.changed(pod);
    const names = new Set(pods.map(({ metadata }) => metadata.name));
    for (const name of before.keys()) if (!names.has(name)) this.gone({ metadata: { name }, spec: {} });
  }

  changed(object: unknown): void {
    const pod = Pod.parse(object);
    const { name } = pod.metadata;
    const id = idOf(name);
    const [before, now] = [this.#states?.get(name), stateOf(pod)];
    this.#states?.set(name, now);
    if (id === undefined || before === now) return;
    if (now === 'running') this.#listener({ id, kind: 'started' });
    if (now !== 'ended') return;
    // Too short for anyone to have seen it run.
    if (before !== 'running') this.#listener({ id, kind: 'started' });
    if (ranOutOfMemory(pod)) this.#listener({ id, kind: 'out-of-memory' });
    const exitCode = exitCodeOf(pod);
    this.#listener({ id, kind: 'exited', ...(exitCode !== undefined && { exitCode }) });
  }

  gone(object: unknown): void {
    const { name } = Pod.parse(object).metadata;
    const id = idOf(name);
    if (this.#states?.get(name) === 'running' && id !== undefined) this.#listener({ id, kind: 'exited' });
    this.#states?.delete(name);
  }
}

class Templates implements Seen {
  readonly #listener: (event: BoxEvent) => void;
  #names: Set<string> | undefined;

  constructor(listener: (event: BoxEvent) => void) {
    this.#listener = listener;
  }

  all(objects: readonly unknown[]): void {
    const names = new Set(objects.map((object) => nameIn(object)));
    for (const name of this.#names ?? []) if (!names.has(name)) this.#removed(name);
    this.#names = names;
  }

  changed(object: unknown): void {
    this.#names?.add(nameIn(object));
  }

  gone(object: unknown): void {
    const name = nameIn(object);
    this.#names?.delete(name);
    this.#removed(name);
  }

  #removed(name: string): void {
    const id = idOf(name);
    if (id !== undefined) this.#listener({ id, kind: 'removed' });
  }
}

const nameIn = (object: unknown) => z.object({ metadata: Meta }).parse(object).metadata.name;
