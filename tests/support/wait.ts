/** Looks every few milliseconds until it is so; says what it waited for when it never was. For what announces itself nowhere. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 120_000,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<T, false | null | undefined>;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
