// How honest callers ask while an attack runs: steadily, and no more at a time than an attacked node can answer late.

const EVERY_MS = 25;
const MOST_UNDER_WAY = 16;

/** Asks on, and answers how to end it: then with what each took, undefined where it was not answered as it should be. */
export function askOn(ask: () => Promise<number | undefined>): () => Promise<readonly (number | undefined)[]> {
  const took: (number | undefined)[] = [];
  const under = new Set<Promise<void>>();
  const timer = setInterval(() => {
    if (under.size >= MOST_UNDER_WAY) return;
    const one: Promise<void> = ask().then((ms) => {
      took.push(ms);
      under.delete(one);
    });
    under.add(one);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(under);
    return took;
  };
}
