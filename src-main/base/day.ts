// Days as the user lives them: local, and 23 to 25 hours long. Their names as text are in the contract (`day.ts`).

/** Midnight of the local day that `now` lies in, epoch milliseconds. */
export function startOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The midnight that ends it. */
export function endOfDay(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
