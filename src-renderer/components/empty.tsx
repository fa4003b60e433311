import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface EmptyProps {
  readonly icon: LucideIcon;
  /** What is true. */
  readonly title: string;
  /** Why, and what to do. */
  readonly children: string;
  /** One button. */
  readonly action?: ReactNode;
}

/** Stands where there is nothing yet. */
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-8 text-center">
      <span className="mb-2 grid size-11 place-items-center rounded-full bg-sunken text-soft">
        <Icon aria-hidden="true" size={20} />
      </span>
      <p className="font-medium">{title}</p>
      <p className="max-w-prose text-balance text-soft">{children}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
