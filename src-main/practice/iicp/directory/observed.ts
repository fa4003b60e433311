// How long a node took, as those who sent it tasks saw it: a moving average that no few of them can make up. One may report once a
// minute, nothing is believed before three have, and who keeps reporting far more than the others counts little.

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Reports that are this old no longer count towards the three. */
const REPORTER_MS = 7 * DAY_MS;
export const QUORUM = 3;
const SMOOTHING = 0.1;
/** What an outlier's report weighs of another's. */
const OUTLIER_WEIGHT = 0.1;
/** One with fewer reports can't be distinguished from one that saw a bad hour. */
const OUTLIER_AFTER = 10;
const OUTLIER_TIMES = 3;
/** The oldest give way. */
const MOST_REPORTERS = 1000;
const MOST_RECENT = 500;

interface Reporter {
  readonly minute: number;
  readonly at: number;
  readonly reports: number;
}

export interface Noted {
  /** False: this one reported in the same minute already. */
  readonly accepted: boolean;
  /** How many reported in the last seven days. */
  readonly reporters: number;
}

export class Observed {
  /** Undefined until three have reported. */
  latencyMs: number | undefined;
  readonly #reporters = new Map<string, Reporter>();
  #recent: { readonly at: number; readonly latencyMs: number }[] = [];

  note(by: string, latencyMs: number, now: number): Noted {
    for (const [id, { at }] of this.#reporters) if (now - at >= REPORTER_MS) this.#reporters.delete(id);
    const minute = Math.floor(now / MINUTE_MS);
    const before = this.#reporters.get(by);
    if (before?.minute === minute) return { accepted: false, reporters: this.#reporters.size };
    this.#recent = this.#recent.filter(({ at }) => now - at < DAY_MS);
    const weight = (before?.reports ?? 0) >= OUTLIER_AFTER && this.#isOutlier(latencyMs) ? OUTLIER_WEIGHT : 1;
    this.#recent.push({ at: now, latencyMs });
    if (this.#recent.length > MOST_RECENT) this.#recent.shift();
    // Behind those that reported earlier, so that the first in the map is the oldest.
    this.#reporters.delete(by);
    this.#reporters.set(by, { minute, at: now, reports: (before?.reports ?? 0) + 1 });
    if (this.#reporters.size > MOST_REPORTERS) this.#reporters.delete(this.#reporters.keys().next().value as string);
    if (this.#reporters.size >= QUORUM) this.#learn(latencyMs, SMOOTHING * weight);
    return { accepted: true, reporters: this.#reporters.size };
  }

  #learn(latencyMs: number, share: number): void {
    const next = this.latencyMs === undefined ? latencyMs : share * latencyMs + (1 - share) * this.latencyMs;
    this.latencyMs = Math.round(next * 100) / 100;
  }

  #isOutlier(latencyMs: number): boolean {
    const sorted = this.#recent.map((report) => report.latencyMs).sort((a, b) => a - b);
    const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
    if (low === undefined || high === undefined) return false;
    const median = (low + high) / 2;
    return median > 0 && latencyMs > OUTLIER_TIMES * median;
  }
}
