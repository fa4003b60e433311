// Reads what the rules need, each at the pace that its sensor can afford, and only while a rule that is on could change the
// answer. A page that looks gets fresh readings too.

import { RuleId, type RuleView } from '../../src-preload/contract/availability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import type { Stop } from './decide.ts';
import { type Judgement, type Rule, type RuleValues, rules } from './rules.ts';
import type { Reading, Sensor } from './sensors/sensor.ts';

export interface RuleWatchDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { get<P extends SettingPath>(path: P): SettingValue<P> };
  readonly sensors: { readonly [I in RuleId]: Sensor<RuleValues[I]> };
  /** Whether the rules could change the answer now. */
  readonly wanted: () => boolean;
  /** After any reading or change of a setting that made another view. */
  readonly changed: () => void;
}

/** A program that does not answer by then is ended. */
const READ_MS = 3000;
/** The start of the node waits for the first readings, but not for a slow one. */
const FIRST_MS = 1000;
/** A reading that fails now and then is no reason to let go of a rule; one that fails so long is. */
const KEEP_MS = 60_000;
/** Between two tries at what can't be read here: a desktop may start after us. */
const TRY_AGAIN_MS = 300_000;
/** A page that looks gets nothing older, or a tenth of the pace of a sensor that is dear to read. */
const FRESH_MS = 2000;
/** Who is at the computer can't be away long enough before; still a page may want to see the seconds. */
const LONGEST_IDLE_WAIT = 30_000;

interface Seen {
  /** What the last reading was that was one, what follows from it, and when it was: by the wall and monotonic. */
  last?: {
    readonly value: unknown;
    readonly judgement: Judgement<RuleId>;
    readonly at: number;
    readonly since: number;
  };
  unreadable: boolean;
  /** Of the last try. */
  readAt: number;
  reading?: Promise<void>;
  cancel?: () => void;
}

export class RuleWatch implements Service {
  readonly name = 'rules';
  readonly #deps: RuleWatchDeps;
  readonly #seen = new Map<RuleId, Seen>(RuleId.options.map((id) => [id, unseen()]));
  #stop: AbortController | undefined;
  #survey: Promise<readonly RuleId[]> | undefined;

  constructor(deps: RuleWatchDeps) {
    this.#deps = deps;
  }

  /** Resolves when the rules have been read once, or a moment later. */
  async start(): Promise<void> {
    if (this.#stop) return;
    this.#stop = new AbortController();
    const all = Promise.all(this.#due().map((id) => this.#read(id)));
    let cancel = () => {};
    const moment = new Promise<void>((resolve) => {
      cancel = this.#deps.clock.after(FIRST_MS, resolve);
    });
    await Promise.race([all, moment]);
    cancel();
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.#stop = undefined;
    const readings = [...this.#seen.values()].map(({ reading }) => reading ?? Promise.resolve());
    for (const seen of this.#seen.values()) seen.cancel?.();
    await Promise.all(readings);
  }

  /** Something happened that the sensors may tell of, such as a plug pulled or a pause ended: reads again at once. */
  look(...ids: readonly RuleId[]): void {
    for (const id of this.#due()) if (ids.length === 0 || ids.includes(id)) void this.#read(id);
  }

  /** A setting of a rule has changed: what was read is judged afresh, and read again. */
  ruleChanged(id: RuleId): void {
    const { cancel, last } = this.#seen.get(id)!;
    cancel?.();
    const seen = unseen();
    if (last && this.#active(id)) seen.last = { ...last, judgement: this.#judge(id, last.value, false) };
    this.#seen.set(id, seen);
    if (this.#active(id) && this.#deps.wanted()) void this.#read(id);
    this.#deps.changed();
  }

  /** For a page that shows them: reads all that are on and not quite new, whether or not anything depends on them. */
  freshen(): void {
    const { clock, sensors } = this.#deps;
    const now = clock.monotonic();
    for (const [id, { readAt }] of this.#seen) {
      const freshMs = Math.max(FRESH_MS, sensors[id].everyMs / 10);
      if (this.#active(id) && now - readAt > freshMs) void this.#read(id);
    }
  }

  /** Whose sensors have nothing to say here, also of rules that are off. Those who ask meanwhile share the readings. */
  unreadable(): Promise<readonly RuleId[]> {
    this.#survey ??= this.#surveyed().finally(() => {
      this.#survey = undefined;
    });
    return this.#survey;
  }

  async #surveyed(): Promise<readonly RuleId[]> {
    const answers = await Promise.all(RuleId.options.map(async (id) => ({ id, reading: await this.#answer(id) })));
    return answers.flatMap(({ id, reading }) => (reading.ok ? [] : [id]));
  }

  /** Those that say stop. */
  stops(): readonly Stop[] {
    return [...this.#seen].flatMap(([code, { last }]) => {
      if (!last?.judgement.stops || !this.#active(code)) return [];
      const { args, because, until } = last.judgement;
      return [{ why: { code, args, says: because }, until }];
    });
  }

  views(): RuleView[] {
    return RuleId.options.map((id) => this.#view(id));
  }

  #view(id: RuleId): RuleView {
    const rule = ruleOf(id);
    const setting = this.#setting(id);
    const { last, unreadable } = this.#seen.get(id)!;
    const shown = { id, on: setting.on, limit: rule.limit(setting as never), reading: null, at: null };
    const none = (state: RuleView['state'], says: string) => ({ ...shown, state, says }) as RuleView;
    if (!setting.on) return none('off', 'Switched off.');
    if (!this.#active(id)) return none('allows', 'Nothing is listed.');
    if (unreadable) return none('unreadable', `${rule.title} can't be read on this desktop.`);
    if (!last) return none('waiting', 'Not read yet.');
    const { reading, stops, says } = last.judgement;
    return { ...shown, reading, at: last.at, state: stops ? 'stops' : 'allows', says } as RuleView;
  }

  #setting(id: RuleId): { readonly on: boolean } {
    return this.#deps.settings.get(`availability.${id}`);
  }

  /** On, and in need of readings. */
  #active(id: RuleId): boolean {
    const setting = this.#setting(id);
    return setting.on && (ruleOf(id).needsReading?.(setting as never) ?? true);
  }

  #due(): readonly RuleId[] {
    return this.#stop && this.#deps.wanted() ? RuleId.options.filter((id) => this.#active(id)) : [];
  }

  /** Reads once, or joins the reading under way, and plans the next. */
  #read(id: RuleId): Promise<void> {
    const seen = this.#seen.get(id)!;
    if (!this.#stop) return Promise.resolve();
    seen.cancel?.();
    seen.reading ??= this.#readOnce(id, seen, this.#stop.signal).finally(() => {
      seen.reading = undefined;
    });
    return seen.reading;
  }

  async #readOnce(id: RuleId, seen: Seen, stopped: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    const reading = await this.#answer(id, stopped);
    // Stopped, or a setting has changed meanwhile and another reading is on its way.
    if (stopped.aborted || this.#seen.get(id) !== seen) return;
    const before = this.#text(id);
    this.#take(id, seen, reading);
    if (this.#deps.wanted() && this.#active(id)) {
      seen.cancel = clock.after(this.#wait(id, seen), () => this.#deps.wanted() && void this.#read(id));
    }
    if (this.#text(id) !== before) this.#deps.changed();
  }

  /** What the sensor says, within its time. */
  async #answer(id: RuleId, stopped?: AbortSignal): Promise<Reading<unknown>> {
    const { clock, sensors, logger } = this.#deps;
    const late = new AbortController();
    const cancel = clock.after(READ_MS, () => late.abort());
    try {
      return await sensors[id].read(stopped ? AbortSignal.any([stopped, late.signal]) : late.signal);
    } catch (error) {
      logger.error('a sensor broke its promise not to throw', { rule: id, error });
      return { ok: false, why: 'no-answer' };
    } finally {
      cancel();
    }
  }

  #take(id: RuleId, seen: Seen, reading: Reading<unknown>): void {
    const { clock } = this.#deps;
    seen.readAt = clock.monotonic();
    const since = clock.monotonic();
    if (reading.ok) {
      const { value } = reading;
      const judgement = this.#judge(id, value, seen.last?.judgement.stops ?? false);
      seen.last = { value, judgement, at: clock.now(), since };
      seen.unreadable = false;
    } else if (reading.why === 'not-here' || !seen.last || since - seen.last.since >= KEEP_MS) {
      seen.last = undefined;
      seen.unreadable = true;
    }
  }

  #judge(id: RuleId, value: unknown, stopped: boolean): Judgement<RuleId> {
    return ruleOf(id).judge(this.#setting(id) as never, value as never, stopped);
  }

  /** To compare with: the same reading at another time is nothing new. */
  #text(id: RuleId): string {
    return JSON.stringify({ ...this.#view(id), at: null });
  }

  #wait(id: RuleId, { unreadable, last }: Seen): number {
    const { everyMs } = this.#deps.sensors[id];
    if (unreadable) return Math.max(everyMs, TRY_AGAIN_MS);
    if (id !== 'idle' || !last?.judgement.stops) return everyMs;
    const { minutes } = this.#deps.settings.get('availability.idle');
    const left = minutes * 60_000 - (last.judgement.reading as { seconds: number }).seconds * 1000;
    return Math.max(everyMs, Math.min(LONGEST_IDLE_WAIT, left));
  }
}

function unseen(): Seen {
  return { unreadable: false, readAt: Number.NEGATIVE_INFINITY };
}

/** The union of all rules is callable with what belongs to none; the caller passes what belongs to this one. */
function ruleOf(id: RuleId): Rule<RuleId> {
  return rules[id] as unknown as Rule<RuleId>;
}
