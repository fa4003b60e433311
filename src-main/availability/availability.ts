// The one answer to "share now, how much, why, until when": read by admission, heartbeats, tray and pages alike. It is made
// anew when something that it depends on has changed or its time is over; in between it is a look at a field.

import type { AnswerView, AvailabilityView, PauseFor } from '../../src-preload/contract/availability.ts';
import { LONGEST_PAUSE_MS, RuleId } from '../../src-preload/contract/availability.ts';
import { dayAt, monthAt } from '../../src-preload/contract/data-plan.ts';
import type { Pause } from '../../src-preload/contract/settings/availability.ts';
import type { SettingPath, SettingValue } from '../../src-preload/contract/settings/index.ts';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Service } from '../base/lifecycle.ts';
import type { Logger } from '../base/logger.ts';
import { daySensor, monthSensor } from './data-rule.ts';
import type { Moved } from './data-use.ts';
import { decide } from './decide.ts';
import { PauseTooFar } from './errors.ts';
import { levelAt, nextChange } from './grid.ts';
import { longestOffer } from './longest-offer.ts';
import { holds, pauseEnd } from './pause.ts';
import { quietened } from './quiet.ts';
import { RuleWatch } from './rule-watch.ts';
import type { Sensors } from './sensors/sensor.ts';
import { type DailyWindow, todaysWindows } from './windows.ts';

export type AvailabilityAnswer = AnswerView;

export interface AvailabilityDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: {
    get<P extends SettingPath>(path: P): SettingValue<P>;
    set<P extends SettingPath>(path: P, value: SettingValue<P>): Promise<void>;
    onChange(listener: (path: SettingPath) => void): () => void;
  };
  readonly sensors: Sensors;
  readonly use: { since(at: number): Moved };
}

/** The clock may be set, and the zone changed, under our feet: no answer is older. */
const LONGEST_MS = 60_000;
/** The rules that quiet mode makes stricter. */
const HEAT = ['cpuHeat', 'gpuHeat'] as const;

export class Availability implements Service {
  readonly name = 'availability';
  readonly #deps: AvailabilityDeps;
  readonly #rules: RuleWatch;
  readonly #events = new Emitter<{ answer: undefined; view: undefined }>();
  #off: (() => void) | undefined;
  #pause: Pause | null;
  #draining = false;
  #blocked = false;
  #suspended = false;
  #trialUntil: number | null = null;
  /** Changes of the pause that are on their way to the disk. */
  #writing = 0;
  #answer: AnswerView | undefined;
  /** The answer holds from when it was made to here, in wall time. */
  #madeAt = 0;
  #goodUntil = 0;
  /** The last answer that listeners heard of, as a text to compare with. */
  #lastAnswer = '';
  #reading = false;
  #started = false;
  #cancelTick: (() => void) | undefined;

  constructor(deps: AvailabilityDeps) {
    this.#deps = deps;
    const { clock, settings, use } = deps;
    this.#pause = settings.get('availability.pause');
    this.#rules = new RuleWatch({
      ...deps,
      settings: quietened(settings),
      sensors: {
        ...deps.sensors,
        dayData: daySensor({ clock, use }),
        monthData: monthSensor({ clock, use }, () => settings.get('availability.monthData').startsOn),
      },
      wanted: () => this.#reading,
      changed: () => this.#changed(),
    });
    this.#listen();
  }

  /** Reads the rules once before it resolves, so that a node that may not share does not begin with it. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.#listen();
    this.#changed();
    await this.#rules.start();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#off?.();
    this.#off = undefined;
    this.#cancelTick?.();
    await this.#rules.stop();
  }

  /** `answer`: it has become another one. `view`: so has something else that a page shows. Returns its off. */
  on = this.#events.on.bind(this.#events);

  /** From now on nothing new is accepted; there is no way back but a new start. */
  drain(): void {
    this.#draining = true;
    this.#changed();
  }

  /** While outcomes can't be recorded, nothing may be taken: it would be work for nothing. */
  block(on: boolean): void {
    this.#blocked = on;
    this.#changed();
  }

  /** Around the sleep of the computer. */
  suspend(on: boolean): void {
    this.#suspended = on;
    this.#changed();
  }

  /** A version that was just installed takes nothing before it has proven itself, about then; null: it has. */
  trial(until: number | null): void {
    this.#trialUntil = until;
    this.#changed();
  }

  /** Reads these rules, or all, at once: the desktop has reported something that sensors would find out later. */
  look(...ids: readonly RuleId[]): void {
    this.#rules.look(...ids);
  }

  /** A page shows the rules: those whose reading is not quite new are read, even where nothing depends on them now. */
  freshen(): void {
    this.#rules.freshen();
  }

  /** The rules whose sensors have nothing to say here, each read once. */
  unreadable(): Promise<readonly RuleId[]> {
    return this.#rules.unreadable();
  }

  /** In force at once, on disk when it resolves. A moment is in epoch milliseconds; rejects with PauseTooFar. */
  async pause(how: PauseFor | number): Promise<void> {
    const since = this.#deps.clock.now();
    if (typeof how === 'number' && (how <= since || how > since + LONGEST_PAUSE_MS)) throw new PauseTooFar();
    const until = typeof how === 'number' ? how : pauseEnd(how, since);
    await this.#setPause({ since, until, released: false });
  }

  /** Like a pause until resumed, and remembered as what it is. */
  hold(): Promise<void> {
    return this.#setPause({ since: this.#deps.clock.now(), until: null, released: true });
  }

  /** Ends a pause and switches sharing on. */
  async resume(): Promise<void> {
    const { settings } = this.#deps;
    await this.#setPause(null);
    if (!settings.get('node.sharing')) await settings.set('node.sharing', true);
  }

  answer(): AnswerView {
    const now = this.#deps.clock.now();
    if (this.#answer && now < this.#goodUntil && now >= this.#madeAt) return this.#answer;
    return this.#make(now);
  }

  /** How long something may be sold from now, milliseconds: 0 for nothing now, null for as long as is wanted. */
  longestOffer(): number | null {
    const { clock, settings } = this.#deps;
    return longestOffer(this.answer().accepting, settings.get('availability.grid'), clock.now());
  }

  /** The windows of today's grid that a network may publish. */
  windows(): readonly DailyWindow[] {
    return todaysWindows(this.#deps.settings.get('availability.grid'), this.#deps.clock.now());
  }

  view(): Omit<AvailabilityView, 'room' | 'learned'> {
    const { settings, use, clock } = this.#deps;
    const now = clock.now();
    return {
      answer: this.answer(),
      sharing: settings.get('node.sharing'),
      pause: holds(this.#pause, now) ? this.#pause : null,
      // What the user chose; quiet mode may read and judge more.
      rules: this.#rules.views().map((rule) => ({ ...rule, on: settings.get(`availability.${rule.id}`).on })),
      quiet: settings.get('availability.quiet'),
      grid: settings.get('availability.grid'),
      data: {
        today: use.since(dayAt(now).start),
        month: use.since(monthAt(now, settings.get('availability.monthData').startsOn).start),
      },
    };
  }

  async #setPause(pause: Pause | null): Promise<void> {
    this.#pause = pause;
    this.#changed();
    await this.#writePause(pause);
  }

  async #writePause(pause: Pause | null): Promise<void> {
    this.#writing += 1;
    try {
      await this.#deps.settings.set('availability.pause', pause);
    } finally {
      this.#writing -= 1;
    }
  }

  #listen(): void {
    this.#off ??= this.#deps.settings.onChange((path) => {
      // While one of ours is on its way, what comes back may be older than what holds.
      if (path === 'availability.pause' && this.#writing === 0) this.#pause = this.#deps.settings.get(path);
      const [area, name] = path.split('.');
      if (path === 'availability.quiet') for (const id of HEAT) this.#rules.ruleChanged(id);
      const rule = area === 'availability' ? RuleId.safeParse(name) : undefined;
      if (rule?.success) this.#rules.ruleChanged(rule.data);
      else if (area === 'availability' || path === 'node.sharing' || path === 'capacity.maxConcurrent') this.#changed();
    });
  }

  #make(now: number): AnswerView {
    const { settings } = this.#deps;
    const grid = settings.get('availability.grid');
    this.#answer = decide(
      {
        draining: this.#draining,
        blocked: this.#blocked,
        sharing: settings.get('node.sharing'),
        pause: this.#pause,
        suspended: this.#suspended,
        trialUntil: this.#trialUntil,
        stops: this.#rules.stops(),
        grid,
        quiet: settings.get('availability.quiet'),
        most: settings.get('capacity.maxConcurrent'),
      },
      now,
    );
    const ends = [nextChange(grid, now)?.at, holds(this.#pause, now) ? this.#pause.until : null];
    this.#madeAt = now;
    this.#goodUntil = Math.min(now + LONGEST_MS, ...ends.filter((at) => at != null));
    return this.#answer;
  }

  /** Makes the answer anew, tells of it, and looks again when its time is over. `news`: pages may have something to show. */
  #changed(news = true): void {
    const { clock } = this.#deps;
    const now = clock.now();
    this.#endPause(now);
    const text = JSON.stringify(this.#make(now));
    if (this.#started) {
      this.#cancelTick?.();
      this.#cancelTick = clock.after(this.#goodUntil - now, () => this.#changed(false));
    }
    const needed = this.#started && this.#needsRules(now);
    const begins = needed && !this.#reading;
    this.#reading = needed;
    if (begins) this.#rules.look();
    const other = text !== this.#lastAnswer;
    this.#lastAnswer = text;
    if (other) this.#events.emit('answer', undefined);
    else if (news) this.#events.emit('view', undefined);
  }

  /** Where something stronger than any rule holds, there is no need to read them. */
  #needsRules(now: number): boolean {
    const { settings } = this.#deps;
    if (this.#draining || this.#suspended || !settings.get('node.sharing') || holds(this.#pause, now)) return false;
    return levelAt(settings.get('availability.grid'), now) !== 'off';
  }

  /** One that is over is not only ignored but gone: it must not come back when the clock is set back. */
  #endPause(now: number): void {
    if (this.#pause === null || holds(this.#pause, now)) return;
    this.#pause = null;
    this.#writePause(null).catch((error: unknown) => {
      this.#deps.logger.warn('the end of a pause could not be written', { error });
    });
  }
}
