/** Stands where something will be; shown after a moment only, and read out as nothing. */
export function Placeholder({ lines }: { lines: number }) {
  return (
    <div aria-hidden="true" className="appear-late space-y-2.5 py-1">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike and never change places
        <div key={line} className="h-3.5 rounded bg-sunken last:w-2/3" />
      ))}
    </div>
  );
}
