// What a rule needs to know of this computer, and the readings that tell it. A sensor says what it reads, or that it can't;
// what follows from it is decided in rules.ts.

/** `not-here`: this system has no such thing, or does not tell. `no-answer`: it does, but not this time. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'not-here' | 'no-answer' };

export interface Sensor<T> {
  /**
   * Between two readings, milliseconds: short where reading costs next to nothing, long where it starts a program, for all of
   * them together are to stay below a quarter of a percent of a core.
   */
  readonly everyMs: number;
  /** Never rejects; ends soon after the signal aborts. */
  read(signal: AbortSignal): Promise<Reading<T>>;
}

/** Since the last input by keyboard or mouse. */
export interface Idle {
  readonly seconds: number;
}

export interface Battery {
  readonly onBattery: boolean;
  /** 0 to 100; null where it is not known or there is no battery. */
  readonly percent: number | null;
}

export interface Metered {
  readonly metered: boolean;
}

export interface Fullscreen {
  readonly fullscreen: boolean;
  /** The kind of window, as it names itself. */
  readonly app: string | null;
}

/** Names of all programs that run, without folders and arguments, in small letters. */
export type Apps = ReadonlySet<string>;

export interface Heat {
  readonly celsius: number;
  /** Which one is the hottest. */
  readonly sensor: string;
}

/** Memory of all graphics cards together. */
export interface Vram {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface Sensors {
  readonly idle: Sensor<Idle>;
  readonly battery: Sensor<Battery>;
  readonly metered: Sensor<Metered>;
  readonly fullscreen: Sensor<Fullscreen>;
  readonly apps: Sensor<Apps>;
  readonly cpuHeat: Sensor<Heat>;
  readonly gpuHeat: Sensor<Heat>;
  readonly vram: Sensor<Vram>;
  /** What all graphics cards draw together. */
  readonly gpuWatts: Sensor<number>;
}

export function reads<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export const NOT_HERE = { ok: false, why: 'not-here' } as const satisfies Reading<never>;
export const NO_ANSWER = { ok: false, why: 'no-answer' } as const satisfies Reading<never>;

/** For what this system does not tell. */
export const blind: Sensor<never> = { everyMs: 3_600_000, read: async () => NOT_HERE };

/** For a node that no rule is to bind, such as that of a rehearsal. */
export const noSensors: Sensors = {
  idle: blind,
  battery: blind,
  metered: blind,
  fullscreen: blind,
  apps: blind,
  cpuHeat: blind,
  gpuHeat: blind,
  vram: blind,
  gpuWatts: blind,
};

type Way<T> = (signal: AbortSignal) => Promise<Reading<T>>;

/** The first of several ways to read that has something to say; the next time that one comes first. */
export function firstOf<T>(...ways: readonly Way<T>[]): Way<T> {
  let proven: Way<T> | undefined;
  return async (signal) => {
    let last: Reading<T> = NOT_HERE;
    for (const way of new Set([...(proven ? [proven] : []), ...ways])) {
      const reading = await way(signal);
      if (reading.ok) {
        proven = way;
        return reading;
      }
      if (reading.why === 'no-answer') last = reading;
    }
    return last;
  };
}
