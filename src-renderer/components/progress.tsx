import { useId } from 'react';

export interface ProgressProps {
  readonly label: string;
  /** 0 to 1; undefined while it is not known. */
  readonly share: number | undefined;
  /** The figure: "12 of 40 MB". */
  readonly figure: string;
}

/** Something that takes long, with a figure. What takes under a second needs none. */
export function Progress({ label, share, figure }: ProgressProps) {
  const id = useId();
  return (
    <div className="space-y-1">
      <div className="flex flex-wrap justify-between gap-x-3">
        <span id={id}>{label}</span>
        <span className="text-soft tabular-nums">{figure}</span>
      </div>
      <progress
        aria-labelledby={id}
        value={share}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full border border-edge bg-sunken [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:forced-color-adjust-none forced-colors:[&::-webkit-progress-value]:bg-[Highlight]"
      />
    </div>
  );
}
