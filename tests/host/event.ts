// The first argument of Electron's events.

/** An event whose default action a listener can prevent. */
export class PreventableEvent {
  defaultPrevented = false;

  constructor(facts: object = {}) {
    Object.assign(this, facts);
  }

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

/** Types an emitter by the list of what it emits, so that the surface test's list can't fall behind the code. */
export type Emits<Events extends readonly string[]> = Record<Events[number], unknown[]>;
