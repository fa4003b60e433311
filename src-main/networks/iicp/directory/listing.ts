// Whether others find this node: a directory may take heartbeats and still not list it, for example after it was restored from a
// copy. Every second beat its public registry is asked, and after three times without us the node registers anew (IICP 1.3).

/** Unknown: the registry did not say, which is no fault of this node. */
export type Listed = 'listed' | 'missing' | 'unknown';

const EVERY_BEATS = 2;
const MOST_MISSING = 3;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Under which name a registry shows a node: the first eight characters of a UUID, the whole of any other id. */
export const prefixOf = (nodeId: string): string => (UUID.test(nodeId) ? nodeId.slice(0, 8) : nodeId);

export class ListingCheck {
  #beats = 0;
  #missing = 0;

  /** After an accepted beat that said we take work: whether to ask now. */
  due(): boolean {
    this.#beats += 1;
    return this.#beats % EVERY_BEATS === 0;
  }

  /** What the registry said; true where it is time to register anew. */
  seen(listed: Listed): boolean {
    if (listed === 'listed') this.#missing = 0;
    if (listed === 'missing') this.#missing += 1;
    if (this.#missing < MOST_MISSING) return false;
    this.#missing = 0;
    return true;
  }

  /** This node does not offer itself now, or has just registered: what was seen before says nothing any more. */
  reset(): void {
    this.#beats = 0;
    this.#missing = 0;
  }
}
