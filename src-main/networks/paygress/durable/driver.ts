// Has a pure machine act: one event after the other, and what it decided is written down before anything of it is done. A claim that was
// taken back and stood in the books still would be one that nobody else sees.

export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export interface DriverPorts<State> {
  /** Milliseconds. */
  now(): number;
  /** Calls `then` once it is on disk, and never where it can't be written. */
  write(state: State, then: () => void): void;
}

export abstract class Driver<State, Event, Effect> {
  readonly #ports: DriverPorts<State>;
  readonly #waiting: (() => Step<State, Effect>)[] = [];
  #state: State;
  #writing = false;
  #ended = false;

  constructor(state: State, ports: DriverPorts<State>) {
    this.#state = state;
    this.#ports = ports;
  }

  get state(): State {
    return this.#state;
  }

  tell(event: Event): void {
    this.take(() => this.step(this.#state, event, this.#ports.now()));
  }

  /** Nothing is done any more, whatever is still answered. */
  end(): void {
    this.#ended = true;
  }

  protected abstract step(state: State, event: Event, now: number): Step<State, Effect>;
  protected abstract act(effect: Effect): void;
  /** What is done whether it can be written down or not. */
  protected abstract urgent(effect: Effect): boolean;
  /** Whether it has to be known after a crash. */
  protected abstract matters(before: State, after: State): boolean;

  protected now(): number {
    return this.#ports.now();
  }

  /** Something is being written: a tick can wait for the next one. */
  protected get isBusy(): boolean {
    return this.#writing;
  }

  protected take(next: () => Step<State, Effect>): void {
    this.#waiting.push(next);
    this.#goOn();
  }

  #do({ state, effects }: Step<State, Effect>): void {
    const matters = this.matters(this.#state, state);
    this.#state = state;
    const act = (list: readonly Effect[]) => {
      for (const effect of list) if (!this.#ended) this.act(effect);
    };
    const isFirst = (effect: Effect) => !matters || this.urgent(effect);
    act(effects.filter(isFirst));
    if (!matters) return;
    this.#writing = true;
    this.#ports.write(state, () => {
      this.#writing = false;
      act(effects.filter((effect) => !isFirst(effect)));
      this.#goOn();
    });
  }

  #goOn(): void {
    while (!this.#writing && !this.#ended) {
      const first = this.#waiting.shift();
      if (!first) return;
      this.#do(first());
    }
  }
}
