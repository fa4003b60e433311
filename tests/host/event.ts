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
