// The day that the engine counts from, as a stretch of time.

/** From its midnight up to the next one, whatever the clocks do between them. */
export function ofToday(dayStart: number): { from: number; to: number } {
  const next = new Date(dayStart);
  next.setDate(next.getDate() + 1);
  return { from: dayStart, to: next.getTime() };
}
