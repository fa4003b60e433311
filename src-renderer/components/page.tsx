import type { ReactNode } from 'react';

/** A page's title and what can be done on it; its parts come below. */
export function Page({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className="space-y-4">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h1 className="text-xl leading-8 font-semibold tracking-tight">{title}</h1>
        {action}
      </header>
      {children}
    </div>
  );
}
