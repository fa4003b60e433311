import { ChevronRight } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef } from 'react';

export interface DisclosureProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Opens it, where something in it has to be seen; it stays as its user leaves it otherwise. */
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
}

/** More, for those who want it; closed at first. */
export function Disclosure({ title, children, open, onToggle }: DisclosureProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useLayoutEffect(() => {
    // Not by its attribute, which React would take away again, with what the user is looking at.
    if (open && details.current) details.current.open = true;
  }, [open]);
  return (
    <details ref={details} className="group" onToggle={(event) => onToggle?.(event.currentTarget.open)}>
      <summary className="flex min-h-8 w-fit cursor-pointer list-none items-center gap-1 rounded-md pe-2 text-soft hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden="true"
          size={15}
          className="transition-transform group-open:rotate-90 rtl:rotate-180 rtl:group-open:rotate-90"
        />
        {title}
      </summary>
      <div className="pt-1 ps-4">{children}</div>
    </details>
  );
}
