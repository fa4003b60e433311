import type { LucideIcon } from 'lucide-react';

export interface ButtonProps {
  readonly children: string;
  readonly icon?: LucideIcon;
  readonly busy?: boolean;
  readonly onClick: () => void;
}

/** A quiet button. While busy it keeps the focus and does nothing. */
export function Button({ children, icon: Icon, busy = false, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={busy}
      onClick={() => {
        if (!busy) onClick();
      }}
      className={`inline-flex min-h-8 items-center gap-1.5 rounded-md border border-line bg-panel px-3 text-sm font-medium text-ink transition-colors ${
        busy ? 'cursor-default text-soft' : 'cursor-pointer hover:border-edge hover:bg-sunken'
      }`}
    >
      {Icon && <Icon aria-hidden="true" size={15} className="text-soft" />}
      {children}
    </button>
  );
}
