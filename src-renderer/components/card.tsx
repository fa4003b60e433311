import { type ReactNode, useId } from 'react';
import { Text } from './text.tsx';

export interface CardProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page; its title names the region. */
export function Card({ title, aside, children }: CardProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className="rounded-lg border border-line bg-panel px-4 py-3.5 shadow-card sm:px-5 sm:py-4"
    >
      <header className="mb-2.5 flex min-h-8 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <h2 id={id} className="text-base font-semibold">
          <Text value={title} most={48} />
        </h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
