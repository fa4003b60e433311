import { ChevronDown, type LucideIcon } from 'lucide-react';
import { type ToggleEvent, useId, useRef } from 'react';
import { buttonLook } from './button.tsx';

export interface DropDownItem {
  readonly id: string;
  readonly title: string;
  readonly onSelect: () => void;
}

export interface DropDownProps {
  /** On the button that opens it. */
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly busy?: boolean;
  readonly items: readonly DropDownItem[];
}

/** As wide as its list is drawn, and what stays free beside it; pixels. */
const WIDTH = 208;
const MARGIN = 8;

/** A few things to do behind one button, by the browser's own popover: it closes by itself, and costs a start nothing. */
export function DropDown({ label, icon: Icon, busy = false, items }: DropDownProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const place = ({ newState }: ToggleEvent<HTMLDivElement>) => {
    const box = button.current?.getBoundingClientRect();
    if (newState !== 'open' || !box || !list.current) return;
    list.current.style.top = `${box.bottom + 4}px`;
    list.current.style.left = `${Math.max(MARGIN, Math.min(box.left, innerWidth - WIDTH - MARGIN))}px`;
  };
  return (
    <>
      <button
        type="button"
        ref={button}
        popoverTarget={id}
        aria-disabled={busy}
        className={`${buttonLook('quiet', busy)} max-sm:px-2`}
      >
        {Icon && <Icon aria-hidden="true" size={15} className="text-soft max-sm:hidden" />}
        {label}
        <ChevronDown aria-hidden="true" size={14} className="text-soft" />
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form */}
      <div
        id={id}
        ref={list}
        popover="auto"
        onBeforeToggle={place}
        role="group"
        aria-label={label}
        className="fixed m-0 w-52 rounded-lg border border-line bg-panel p-1 text-ink shadow-float"
      >
        {items.map(({ id: key, title, onSelect }) => (
          <button
            key={key}
            type="button"
            onClick={() => {
              list.current?.hidePopover();
              if (!busy) onSelect();
            }}
            className="flex min-h-8 w-full cursor-pointer items-center rounded-md px-2.5 text-start hover:bg-sunken"
          >
            {title}
          </button>
        ))}
      </div>
    </>
  );
}
