import type { LucideIcon } from 'lucide-react';

type Look = 'quiet' | 'main' | 'danger' | 'bare';

const looks: Record<Look, string> = {
  quiet: 'border-line bg-panel text-ink hover:border-edge hover:bg-sunken',
  main: 'border-accent bg-accent text-on-accent hover:border-accent-hover hover:bg-accent-hover',
  danger: 'border-bad bg-bad text-on-bad hover:opacity-90',
  bare: 'border-transparent text-ink hover:bg-sunken',
};

/** How a button looks, for what is one by another element (a link, a menu's trigger). */
export function buttonLook(look: Look = 'quiet', busy = false): string {
  return `inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 text-sm font-medium no-underline transition-colors ${
    looks[look]
  } ${busy ? 'cursor-default opacity-70' : 'cursor-pointer'}`;
}

export interface ButtonProps {
  readonly children: string;
  readonly icon?: LucideIcon;
  /** `main` at most once in a view; `danger` for what cannot be undone. */
  readonly look?: Look;
  readonly busy?: boolean;
  /** The shortcut that does the same, as ARIA writes it: `Control+P`. */
  readonly keys?: string;
  readonly onClick: () => void;
}

/** While busy it keeps the focus and does nothing. */
export function Button({ children, icon: Icon, look = 'quiet', busy = false, keys, onClick }: ButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={busy}
      aria-keyshortcuts={keys}
      onClick={() => {
        if (!busy) onClick();
      }}
      className={buttonLook(look, busy)}
    >
      {Icon && <Icon aria-hidden="true" size={15} className={look === 'quiet' ? 'text-soft' : ''} />}
      {children}
    </button>
  );
}

/** A button's look for what leads somewhere. */
export function LinkButton({
  href,
  children,
  icon: Icon,
  look = 'quiet',
}: Omit<ButtonProps, 'onClick'> & { href: string }) {
  return (
    <a href={href} className={buttonLook(look)}>
      {Icon && <Icon aria-hidden="true" size={15} className={look === 'quiet' ? 'text-soft' : ''} />}
      {children}
    </a>
  );
}

export interface IconButtonProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly onClick: () => void;
}

/** A button that is only a shape: it has a name, and shows it. */
export function IconButton({ label, icon: Icon, keys, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-keyshortcuts={keys}
      title={label}
      onClick={onClick}
      className="grid size-8 shrink-0 cursor-pointer place-items-center rounded-md text-soft transition-colors hover:bg-sunken hover:text-ink"
    >
      <Icon aria-hidden="true" size={17} />
    </button>
  );
}
