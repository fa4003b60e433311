// How it goes now and went today, for a page that asks while it is looked at. What costs something is kept for a while, and
// nothing is read while no page asks.

import type { EarningsSeries } from '../../src-preload/contract/earnings.ts';
import { type FiguresView, LATELY } from '../../src-preload/contract/figures.ts';
import type { Grid } from '../../src-preload/contract/settings/availability.ts';
import { levelAt } from '../availability/grid.ts';
import type { Sensor, Sensors } from '../availability/sensors/sensor.ts';
import type { Clock } from '../base/clock.ts';
import { endOfDay, startOfDay } from '../base/day.ts';
import { QUARTER_MS, quarterOf } from '../base/quarter.ts';
import type { Series } from '../payments/series.ts';
import type { Capacity } from '../work/capacity.ts';
import type { Speed } from '../work/speed.ts';
import type { Uptime } from '../work/uptime.ts';

export interface FiguresDeps {
  readonly clock: Clock;
  readonly slots: Pick<Capacity, 'waiting'>;
  readonly speed: Pick<Speed, 'since' | 'tokensSince' | 'tokensByMinute'>;
  readonly uptime: Pick<Uptime, 'between' | 'firstJoined'>;
  readonly series: { take(...asked: Parameters<Series['take']>): Promise<Omit<EarningsSeries, 'now'>> };
  readonly grid: () => Grid | null;
  readonly sensors: Pick<Sensors, 'cpuHeat' | 'gpuHeat' | 'vram' | 'gpuWatts'>;
}

const MINUTE_MS = 60_000;
const POWER_MS = 30_000;
/** A page waits for it; what comes later is there the next time. */
const READ_MS = 2000;
const WEEK_DAYS = 7;

export class Figures {
  readonly #deps: FiguresDeps;
  readonly #kept = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  constructor(deps: FiguresDeps) {
    this.#deps = deps;
  }

  /** Rejects only with the database's own errors. */
  async view(): Promise<FiguresView> {
    const { clock, slots, speed, sensors } = this.#deps;
    const now = clock.now();
    const dayStart = startOfDay(now);
    const [power, cpuHeat, gpuHeat, vram, gpuWatts] = await Promise.all([
      this.#keep('power', POWER_MS, () => this.#power(dayStart)),
      this.#read('cpuHeat', sensors.cpuHeat),
      this.#read('gpuHeat', sensors.gpuHeat),
      this.#read('vram', sensors.vram),
      this.#read('gpuWatts', sensors.gpuWatts),
    ]);
    const { answers, first } = speed.since(dayStart);
    const tokens = speed.tokensSince(now - MINUTE_MS);
    return {
      at: now,
      waiting: slots.waiting,
      tokensPerSecond: tokens === null ? null : tokens / (MINUTE_MS / 1000),
      tokensLately: speed.tokensByMinute(now - LATELY * MINUTE_MS, LATELY).map((minute) => minute / (MINUTE_MS / 1000)),
      day: this.#day(dayStart, now),
      hours: this.#hours(dayStart, now),
      speed: answers,
      first,
      power,
      cpuHeat,
      gpuHeat,
      vram,
      gpuWatts,
    };
  }

  #day(start: number, now: number): FiguresView['day'] {
    const uses = this.#deps.uptime.between(quarterOf(start), quarterOf(now) + 1);
    const quarters = uses.map(({ quarter, ...use }) => ({ at: quarter * QUARTER_MS, ...use }));
    return { start, end: endOfDay(now), quarters };
  }

  /** Before a network was joined nothing was promised; what could be sent is what was served. */
  #hours(dayStart: number, now: number): FiguresView['hours'] {
    const { uptime, grid } = this.#deps;
    const joined = uptime.firstJoined();
    if (joined === null) return { plannedMs: 0, servedMs: 0 };
    const week = grid();
    const from = Math.max(quarterOf(dayStart), joined);
    const uses = new Map(uptime.between(from, quarterOf(now) + 1).map((use) => [use.quarter, use]));
    let plannedMs = 0;
    let servedMs = 0;
    for (let quarter = from; quarter * QUARTER_MS < now; quarter += 1) {
      const use = uses.get(quarter);
      servedMs += use?.readyMs ?? 0;
      const start = quarter * QUARTER_MS;
      if (levelAt(week, start) === 'off') continue;
      const most = Math.min(QUARTER_MS, now - start);
      // Time in which it ran for no network, such as that of setting it up.
      const alone = use ? use.onMs - use.joinedMs : 0;
      // The first quarter of all began before there was a node in a network.
      plannedMs += Math.max(0, quarter === joined ? (use?.joinedMs ?? 0) : most - alone);
    }
    return { plannedMs, servedMs: Math.min(servedMs, plannedMs) };
  }

  async #power(dayStart: number): Promise<FiguresView['power']> {
    const first = new Date(dayStart);
    first.setDate(first.getDate() - (WEEK_DAYS - 1));
    const series = await this.#deps.series.take({ by: 'day', from: first.getTime(), weekStartsOn: 1 });
    const of = ({ left, power }: Pick<typeof series.total, 'left' | 'power'>) => ({ left, cost: power.cost });
    return { today: of(series.points.at(-1)!), week: of(series.total) };
  }

  #read<T>(name: string, sensor: Sensor<T>): Promise<T | null> {
    return this.#keep(name, sensor.everyMs, async () => {
      const late = new AbortController();
      const cancel = this.#deps.clock.after(READ_MS, () => late.abort());
      const reading = await sensor.read(late.signal);
      cancel();
      return reading.ok ? reading.value : null;
    });
  }

  #keep<T>(name: string, forMs: number, make: () => Promise<T>): Promise<T> {
    const now = this.#deps.clock.monotonic();
    const kept = this.#kept.get(name);
    if (kept && now - kept.at < forMs) return kept.value as Promise<T>;
    const value = make();
    this.#kept.set(name, { at: now, value });
    value.catch(() => this.#kept.delete(name));
    return value;
  }
}
