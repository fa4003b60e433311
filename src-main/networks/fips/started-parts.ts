// The parts of a run, as one: what happens on links and routes is told to each of them that has started.

import type { Reason } from '../../../src-preload/contract/define.ts';
import type { Logger } from '../../base/logger.ts';
import type { PeerAddress } from './dialing/peers.ts';
import { NotRunning } from './errors.ts';
import type { NodeAddr } from './identity/names.ts';
import type { Finding, MeshPart } from './parts.ts';
import type { SessionMessage } from './wire/session-packet.ts';

export class StartedParts {
  readonly #all: readonly MeshPart[];
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #started: MeshPart[] = [];

  constructor(all: readonly MeshPart[], logger: Pick<Logger, 'warn'>) {
    this.#all = all;
    this.#logger = logger;
  }

  /** Undefined: there is nothing to find nodes by. */
  get finding(): Finding | undefined {
    return this.#started.find(({ finding }) => finding)?.finding;
  }

  /** Rejects with one of `console/errors`. */
  visit(node: string): Promise<string> {
    const part = this.#started.find(({ visit }) => visit);
    return part?.visit?.(node) ?? Promise.reject(new NotRunning());
  }

  /** What its user wants of them and can't have now. */
  get troubles(): readonly Reason[] {
    return this.#started.flatMap(({ troubles = [] }) => troubles);
  }

  /** One after the other. One that can't be started is left out. */
  async start(): Promise<void> {
    for (const part of this.#all) {
      await part.start().then(
        () => void this.#started.push(part),
        (error: unknown) => this.#logger.warn('a part of the mesh could not be started', { part: part.name, error }),
      );
    }
  }

  async stop(): Promise<void> {
    for (const part of this.#started.splice(0).reverse()) await part.stop();
  }

  tick(): void {
    for (const part of this.#started) part.tick?.();
  }

  message(from: NodeAddr, message: SessionMessage, congestion: boolean): void {
    this.#started.find((part) => part.message?.(from, message, congestion));
  }

  established(addr: NodeAddr): void {
    for (const part of this.#started) part.established?.(addr);
  }

  failed(addr: NodeAddr): void {
    for (const part of this.#started) part.failed?.(addr);
  }

  elsewhere(addr: NodeAddr): readonly PeerAddress[] {
    return this.#started.flatMap((part) => part.elsewhere?.(addr) ?? []);
  }

  networkChanged(): void {
    for (const part of this.#started) part.networkChanged?.();
  }

  settingsChanged(): void {
    for (const part of this.#started) part.settingsChanged?.();
  }
}
