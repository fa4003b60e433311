// One run of this node in the network: its parts opened in order and closed in reverse, and kept up with what the user sets.

import type { SettingPath } from '../../../src-preload/contract/settings/index.ts';
import type { Departure } from '../network.ts';
import { type AssembleDeps, assemble, type Parts } from './assemble.ts';
import type { Identity } from './identity/identity.ts';
import { Operator } from './identity/operator.ts';
import { gives } from './identity/place.ts';
import { openSpans, type Spans } from './observe/spans.ts';
import type { WatchedEnd, WatchedTask } from './observe/watch.ts';
import type { IicpOptions } from './options.ts';
import { operatorIn } from './settings.ts';
import { CxKeys } from './tasks/cx.ts';

export type RunningNodeDeps = Omit<AssembleDeps, 'operator' | 'leaving' | 'watch' | 'look'>;

/** How long its own tasks are waited for when the network alone is left. */
const IDLE_MS = 30_000;

export class RunningNode {
  readonly #deps: RunningNodeDeps;
  readonly #options: IicpOptions;
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  #operator: Operator | undefined;
  #spans: Spans | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #offs: readonly (() => void)[] = [];
  #leaving = false;

  constructor(deps: RunningNodeDeps, options: IicpOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#parts = assemble(
      {
        ...deps,
        operator: () => this.#operator,
        leaving: () => this.#leaving,
        watch: (task) => this.#watch(task),
        look: () => this.#look(),
      },
      options,
    );
  }

  get identity(): Identity {
    return this.#deps.identity;
  }

  /** To be looked at; opened and closed here alone. */
  get parts(): Pick<Parts, 'place' | 'directory' | 'endpoint' | 'mesh' | 'relay' | 'listener' | 'membership'> {
    return this.#parts;
  }

  /** Aborted when this run ends. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Listens before it registers: the directory dials back. Rejects with PortTaken or BindRefused. */
  async start(): Promise<void> {
    const { settings, models, identity, fault, traced } = this.#deps;
    const { listener, membership, receipts, mesh, relay } = this.#parts;
    await this.#openOperator();
    if (traced) this.#spans = await openSpans(this.#deps, { version: this.#options.version, nodeId: identity.nodeId });
    await listener.open();
    this.#loops = Promise.all([membership, receipts].map((loop) => loop.run(this.#stop.signal).catch(fault)));
    this.#offs = [settings.onChange((path) => this.#settingChanged(path)), models.onOffer(() => this.#look())];
    void mesh.turn(settings.get('networks.iicp.mesh'));
    relay.start();
  }

  /** Takes no more tasks, lets its own end, and tells the directory. */
  async leave(departure: Departure): Promise<void> {
    const { claims, settings } = this.#deps;
    this.#leaving = true;
    await this.#parts.admission.idle(IDLE_MS);
    await this.#endLoops();
    const { membership, place } = this.#parts;
    const held = () => claims.sums('iicp', place);
    await membership.leave(gives(departure, settings.get('networks.iicp.atStop'), held) ? 'for-good' : 'for-now');
  }

  async stop(): Promise<void> {
    const { listener, relay, mesh, access, offload, directory, journal } = this.#parts;
    await this.#endLoops();
    listener.closeOutside();
    await relay.stop();
    await mesh.stop();
    access.stop();
    await listener.close();
    await offload.stop();
    await directory.close();
    await journal.close();
    await this.#spans?.close();
  }

  /** Takes another key for what clients seal to it, and tells of it. */
  async rotateKey(): Promise<{ readonly publicKey: string }> {
    const { identity, clock } = this.#deps;
    const fresh = await identity.rotate(clock.now());
    // Before it is published.
    this.#parts.offload.use(new CxKeys(identity.keys(clock.now())));
    this.#parts.membership.wake();
    return { publicKey: fresh.publicKey.key };
  }

  /** As it is wanted now. A key that was made is on disk before it is published. */
  async #openOperator(): Promise<void> {
    const { settings, clock } = this.#deps;
    const choice = operatorIn(settings);
    this.#operator = choice && (await Operator.open(this.#deps, choice, clock.now()));
  }

  #settingChanged(path: SettingPath): void {
    const { settings, fault } = this.#deps;
    if (path === 'networks.iicp.endpoint') this.#parts.listener.lookOutside();
    if (path.startsWith('networks.iicp.operator')) void this.#openOperator().then(() => this.#look(), fault);
    if (path === 'networks.iicp.mesh') void this.#parts.mesh.turn(settings.get(path));
    this.#look();
  }

  #look(): void {
    this.#parts.relay.look();
    this.#parts.membership.wake();
    this.#deps.changed();
  }

  #watch(task: WatchedTask): (end: WatchedEnd) => void {
    const { persistent, models } = this.#deps;
    const span = this.#spans?.begin(task, models.kindOf(task.backendId));
    return (end) => {
      persistent.prometheus.ended(task, end);
      span?.(end);
    };
  }

  async #endLoops(): Promise<void> {
    for (const off of this.#offs) off();
    this.#stop.abort(new DOMException('the network stops', 'AbortError'));
    await this.#loops;
  }
}
