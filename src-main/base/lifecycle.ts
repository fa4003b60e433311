// What can be started, stopped and watched. See src-main/README.md, "Lifecycle".

export type HealthState = 'starting' | 'running' | 'degraded' | 'stopped';

export interface Health {
  readonly state: HealthState;
  /** Epoch milliseconds of the last change of state. */
  readonly since: number;
  readonly reason?: { readonly code: string; readonly message: string };
}

/** `start` and `stop` may be called twice; `stop` never throws and closes what `start` opened, in reverse. */
export interface Service {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs until done (returns), asked to stop (signal) or beaten (throws: the supervisor decides by the error's category). */
export interface Loop {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}
