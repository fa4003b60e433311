// Which element of a long table shows which row. Where a scroll is so fast that nothing of the last frame is left in the next,
// elements that went out of sight are used again: making them anew costs several times as much as writing other words into
// them. A slower scroll makes the few that it needs, since an element that changes its place among the others loses the focus.

export interface Slots {
  /**
   * A number for each of the keys, given in the order in which they stand: the same for as long as the key is asked for without
   * a break, never for two keys at once, and never so that what stays would have to change places.
   */
  take(keys: readonly number[]): readonly number[];
}

export function createSlots(): Slots {
  let held: ReadonlyMap<number, number> = new Map();
  let next = 0;
  return {
    take(keys) {
      const free = staysPut([...held.keys()], keys) ? [...held].filter(([key]) => !keys.includes(key)) : [];
      let used = 0;
      const taken = keys.map((key) => {
        const slot = held.get(key) ?? free[used++]?.[1];
        if (slot !== undefined) return slot;
        next += 1;
        return next - 1;
      });
      held = new Map(keys.map((key, place) => [key, taken[place]!]));
      return taken;
    },
  };
}

/** Whether nothing is left, or no more than one at the beginning or the end (the one with the focus) that is still there. */
function staysPut(before: readonly number[], keys: readonly number[]): boolean {
  const [left, ...others] = keys.filter((key) => before.includes(key));
  if (left === undefined) return true;
  if (others.length > 0) return false;
  return (keys[0] === left && before[0] === left) || (keys.at(-1) === left && before.at(-1) === left);
}
