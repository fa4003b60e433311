// Memory that strangers share: each caller gets a part of it and none gets all, so that a caller that fills its part keeps no other out.
// The rule is the one by which switches share their buffers (Choudhury and Hahne, "Dynamic queue length thresholds", 1998): a caller
// may hold a few times what is still free. It wants no list of who may come, and leaves something free however many there are.

/** Of one caller, on one connection or many. */
export interface Room {
  /** Bytes that may be taken now; less than 0 where more is held than may be. */
  readonly left: number;
  /** False: there is no room for them, and nothing was taken. */
  take(bytes: number): boolean;
  /** For what is there already, room or no room. */
  hold(bytes: number): void;
  give(bytes: number): void;
}

/** A caller may hold so many times what it leaves free: alone three quarters, beside one like it three sevenths. */
export const TIMES_FREE = 3;

export class SharedRoom {
  #size: number;
  #free: number;
  /** What each holds; none of those who hold nothing. */
  readonly #held = new Map<string, number>();

  constructor(bytes: number) {
    this.#size = bytes;
    this.#free = bytes;
  }

  /** What is held stays held: of a smaller room nothing is taken until enough of that was given back. */
  resize(bytes: number): void {
    this.#free += bytes - this.#size;
    this.#size = bytes;
  }

  /** Callers by the name that `callerOf` gives them: this host is one, so those whom a tunnel brings share what one may have. */
  of(caller: string): Room {
    return new CallersRoom(this, caller);
  }

  leftTo(caller: string): number {
    return Math.floor((TIMES_FREE * this.#free - (this.#held.get(caller) ?? 0)) / (TIMES_FREE + 1));
  }

  hold(caller: string, bytes: number): void {
    const held = (this.#held.get(caller) ?? 0) + bytes;
    if (held > 0) this.#held.set(caller, held);
    else this.#held.delete(caller);
    this.#free -= bytes;
  }
}

class CallersRoom implements Room {
  readonly #shared: SharedRoom;
  readonly #caller: string;

  constructor(shared: SharedRoom, caller: string) {
    this.#shared = shared;
    this.#caller = caller;
  }

  get left(): number {
    return this.#shared.leftTo(this.#caller);
  }

  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.hold(bytes);
    return true;
  }

  hold(bytes: number): void {
    this.#shared.hold(this.#caller, bytes);
  }

  give(bytes: number): void {
    this.#shared.hold(this.#caller, -bytes);
  }
}
