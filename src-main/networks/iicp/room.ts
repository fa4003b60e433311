// Memory that strangers share: each caller gets a part of it and none gets all, so that whoever fills theirs keeps nobody else out.
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
  #free: number;
  /** What each holds; none of those who hold nothing. */
  readonly #held = new Map<string, number>();

  constructor(bytes: number) {
    this.#free = bytes;
  }

  /** Callers by the name that `callerOf` gives them: this host is one, so those whom a tunnel brings share what one may have. */
  of(caller: string): Room {
    const left = () => Math.floor((TIMES_FREE * this.#free - (this.#held.get(caller) ?? 0)) / (TIMES_FREE + 1));
    const hold = (bytes: number) => {
      const held = (this.#held.get(caller) ?? 0) + bytes;
      if (held > 0) this.#held.set(caller, held);
      else this.#held.delete(caller);
      this.#free -= bytes;
    };
    return {
      get left() {
        return left();
      },
      take(bytes) {
        if (bytes > left()) return false;
        hold(bytes);
        return true;
      },
      hold,
      give: (bytes) => hold(-bytes),
    };
  }
}
