// Who may send tasks, where the user asks for that to be proven: callers with a token that the directory signed for this node, or
// this node's own. Off by default, for common clients bring a token of their own that means nothing here (IICP 2.2).

import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Logger } from '../../../base/logger.ts';
import * as wire from '../tasks/wire.ts';
import { isForTask, openToken, TOKEN_DOMAINS } from './tokens.ts';

/** What a caller shows beside the task. */
export interface Shown {
  /** Of the connection that brought it; left out where that is a relay's. */
  readonly address?: string | undefined;
  readonly consumerToken?: string | undefined;
  readonly bearer?: string | undefined;
}

export interface AccessDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly required: () => boolean;
  readonly nodeId: string;
  /** Our own, as the directory gave it last. */
  readonly nodeToken: () => string | undefined;
  readonly directory: { directoryKey(signal: AbortSignal): Promise<string | undefined> };
}

const KEY_GOOD_MS = 3_600_000;
/** Strangers make us ask; the directory is not to suffer for it. */
const KEY_AGAIN_MS = 30_000;
const RETRY_S = 30;

export class Access {
  readonly #deps: AccessDeps;
  readonly #stop = new AbortController();
  #key: string | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Why this task is not taken; undefined where it may be. At once, unless the directory's key is needed first. */
  judge(
    task: Pick<wire.TaskRequest, 'intent' | 'nodeToken'>,
    shown: Shown,
  ): wire.Refusal | undefined | Promise<wire.Refusal | undefined> {
    if (!this.#deps.required()) return undefined;
    const own = this.#deps.nodeToken();
    if (isSame(own, task.nodeToken) || isSame(own, shown.bearer)) return undefined;
    if (shown.consumerToken === undefined) return wire.unauthorized();
    return this.#holds(shown.consumerToken, task.intent);
  }

  async #holds(token: string, intent: string): Promise<wire.Refusal | undefined> {
    const { clock, nodeId } = this.#deps;
    await this.#refresh(KEY_GOOD_MS);
    const open = () => (this.#key === undefined ? undefined : openToken(token, TOKEN_DOMAINS.consumer, this.#key));
    let claims = open();
    // A directory may have taken another key since.
    if (!claims && (await this.#refresh(KEY_AGAIN_MS))) claims = open();
    if (this.#key === undefined) return wire.draining('directory_key', RETRY_S);
    return claims && isForTask(claims, nodeId, intent, clock.now()) ? undefined : wire.unauthorized();
  }

  /** Asks for the key where the one held is older than that; true where it has asked. One question at a time, and not often. */
  async #refresh(olderThanMs: number): Promise<boolean> {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    if (this.#fetching) {
      await this.#fetching;
      return true;
    }
    if (now - this.#fetchedAt < olderThanMs || now - this.#askedAt < KEY_AGAIN_MS) return false;
    this.#askedAt = now;
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    await this.#fetching;
    return true;
  }

  async #fetch(): Promise<void> {
    const { clock, directory, logger } = this.#deps;
    try {
      const key = await directory.directoryKey(this.#stop.signal);
      if (key === undefined) return;
      this.#key = key;
      this.#fetchedAt = clock.monotonic();
    } catch (error) {
      logger.warn("the directory's key could not be fetched", { error });
    }
  }
}

/** In constant time for texts of one length; nothing is ever the same as an empty one. */
function isSame(own: string | undefined, given: string | undefined): boolean {
  if (!own || !given) return false;
  const [left, right] = [Buffer.from(own), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
