import type { ReactNode } from 'react';

export interface StatProps {
  readonly name: string;
  readonly children: ReactNode;
  /** What stands behind the figure. */
  readonly note?: ReactNode;
  /** Where the rows are that the figure was made of. */
  readonly href?: string;
}

/** One figure with its name. Those that belong together stand in `Stats`. */
export function Stat({ name, children, note, href }: StatProps) {
  return (
    <div className="min-w-0 flex-1 basis-36">
      <dt className="text-xs leading-4 text-soft">{name}</dt>
      <dd className="mt-0.5 text-xl leading-7 font-semibold tracking-tight tabular-nums">
        {href === undefined ? (
          children
        ) : (
          <a href={href} className="rounded underline decoration-line underline-offset-4 hover:decoration-edge">
            {children}
          </a>
        )}
      </dd>
      {note && <dd className="text-xs leading-4 text-soft">{note}</dd>}
    </div>
  );
}

export function Stats({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-6 gap-y-4">{children}</dl>;
}
