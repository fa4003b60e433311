// What neighbours are told of this node: where it stands in the tree, and who is reached by way of it. To one neighbour not too often,
// and again now and then, for a frame that was lost is not asked for again.

import type { NodeAddr } from '../identity/names.ts';
import { encodeFilterAnnounce } from '../wire/filter-announce.ts';
import type { Filters } from './filters.ts';

/** To one neighbour. */
const ANNOUNCE_MS = 500;
/** What was announced goes again after that time, and then every twenty seconds. */
const REPEAT_SOON_MS = 5000;
const REPEAT_MS = 20_000;

export interface AnnouncerPorts {
  now(): number;
  /** Signed: where this node stands now. */
  place(): Buffer;
  send(peer: NodeAddr, message: Buffer): void;
}

interface Spoken {
  announcedAt: number;
  isAnnounceDue: boolean;
  filterAt: number;
  isFilterDue: boolean;
  repeatAt: number;
}

export class Announcer {
  readonly #ports: AnnouncerPorts;
  readonly #filters: Pick<Filters, 'newsFor' | 'sentTo'>;
  readonly #spoken = new Map<NodeAddr, Spoken>();

  constructor(ports: AnnouncerPorts, filters: Pick<Filters, 'newsFor' | 'sentTo'>) {
    this.#ports = ports;
    this.#filters = filters;
  }

  get peers(): Iterable<NodeAddr> {
    return this.#spoken.keys();
  }

  up(addr: NodeAddr): void {
    const never = Number.NEGATIVE_INFINITY;
    this.#spoken.set(addr, {
      announcedAt: never,
      isAnnounceDue: true,
      filterAt: never,
      isFilterDue: true,
      repeatAt: 0,
    });
    this.#speak(addr);
  }

  down(addr: NodeAddr): void {
    this.#spoken.delete(addr);
  }

  tellPlace(): void {
    for (const [addr, spoken] of this.#spoken) {
      spoken.isAnnounceDue = true;
      spoken.isFilterDue = true;
      this.#speak(addr);
    }
  }

  tellFilters(): void {
    for (const [addr, spoken] of this.#spoken) {
      spoken.isFilterDue = true;
      this.#speak(addr);
    }
  }

  tick(): void {
    const now = this.#ports.now();
    for (const [addr, spoken] of this.#spoken) {
      this.#speak(addr);
      if (now >= spoken.repeatAt) this.#repeat(addr, spoken);
    }
  }

  /** What is due to that neighbour, unless it was spoken to a moment ago. */
  #speak(addr: NodeAddr): void {
    const spoken = this.#spoken.get(addr);
    const now = this.#ports.now();
    if (spoken?.isAnnounceDue && now - spoken.announcedAt >= ANNOUNCE_MS) {
      spoken.isAnnounceDue = false;
      spoken.announcedAt = now;
      spoken.repeatAt = now + REPEAT_SOON_MS;
      this.#ports.send(addr, this.#ports.place());
    }
    if (spoken?.isFilterDue && now - spoken.filterAt >= ANNOUNCE_MS) {
      spoken.isFilterDue = false;
      const news = this.#filters.newsFor(addr);
      if (!news) return;
      spoken.filterAt = now;
      spoken.repeatAt = now + REPEAT_SOON_MS;
      this.#ports.send(addr, encodeFilterAnnounce(news));
    }
  }

  /** With the same sequences: it is no news to a neighbour that has it. */
  #repeat(addr: NodeAddr, spoken: Spoken): void {
    spoken.repeatAt = this.#ports.now() + REPEAT_MS;
    this.#ports.send(addr, this.#ports.place());
    const sent = this.#filters.sentTo(addr);
    if (sent) this.#ports.send(addr, encodeFilterAnnounce(sent));
  }
}
