// What changes together is published together: once, when all of it is done; and only then is done what follows from it.

export class Changes {
  readonly #publish: () => void;
  readonly #todo: (() => void)[] = [];
  #depth = 0;

  constructor(publish: () => void) {
    this.#publish = publish;
  }

  /** A change within another one is a part of it. */
  run(change: () => void): void {
    this.#depth += 1;
    try {
      change();
    } finally {
      this.#depth -= 1;
    }
    if (this.#depth > 0) return;
    this.#publish();
    for (const todo of this.#todo.splice(0)) todo();
  }

  /** To be done when the change that is being made is published. */
  afterwards(todo: () => void): void {
    this.#todo.push(todo);
  }
}
