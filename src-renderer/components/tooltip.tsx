import { type ReactElement, useEffect, useRef } from 'react';

export interface TooltipProps {
  readonly text: string;
  /** Only where the rail shows no words. */
  readonly narrow?: boolean;
  /** One element that can have the focus, and whose name the text is. */
  readonly children: ReactElement;
}

/** Before it shows under a pointer that rests. */
const REST_MS = 300;
/** Of the window, in pixels: narrower ones have the rail below. */
const BAR_BELOW = 640;

/**
 * A name that shows beside its element on hover and focus, stays while the pointer is on it, and goes with Escape (WCAG 1.4.13). Nothing
 * that is not also said elsewhere. By the browser's own popover, which costs a start nothing.
 */
export function Tooltip({ text, narrow = false, children }: TooltipProps) {
  const around = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLSpanElement>(null);
  const waiting = useRef<number>(undefined);
  const hide = () => {
    clearTimeout(waiting.current);
    window.removeEventListener('keydown', escaped.current);
    if (tip.current?.matches(':popover-open')) tip.current.hidePopover();
  };
  const escaped = useRef((event: KeyboardEvent) => {
    if (event.key === 'Escape') tip.current?.hidePopover();
  });
  const show = () => {
    const box = around.current?.firstElementChild?.getBoundingClientRect();
    if (!tip.current || !box || tip.current.matches(':popover-open')) return;
    tip.current.showPopover();
    place(tip.current, box);
    window.addEventListener('keydown', escaped.current);
  };
  useEffect(() => {
    const listener = escaped.current;
    return () => {
      clearTimeout(waiting.current);
      window.removeEventListener('keydown', listener);
    };
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it watches what its child is for
    <span
      ref={around}
      className="contents"
      onPointerEnter={({ pointerType }) => {
        if (pointerType === 'mouse') waiting.current = window.setTimeout(show, REST_MS);
      }}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={({ target }) => {
        if (target.matches(':focus-visible')) show();
      }}
      onBlur={hide}
    >
      {children}
      <span
        ref={tip}
        popover="manual"
        aria-hidden="true"
        className={`fixed m-0 bg-transparent p-1.5 ${narrow ? 'wide:hidden' : ''}`}
      >
        <span className="block rounded-md border border-line bg-ink px-2 py-1 text-xs leading-4 text-panel shadow-float">
          {text}
        </span>
      </span>
    </span>
  );
}

/** Where the text of the page goes on, or above, so close that the pointer gets there. */
function place(tip: HTMLElement, box: DOMRect): void {
  const { width, height } = tip.getBoundingClientRect();
  const below = innerWidth < BAR_BELOW;
  const rtl = document.documentElement.dir === 'rtl';
  const middle = box.left + box.width / 2 - width / 2;
  const x = below ? Math.max(0, Math.min(middle, innerWidth - width)) : rtl ? box.left - width : box.right;
  const y = below ? box.top - height : box.top + box.height / 2 - height / 2;
  tip.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
  tip.style.inset = '0 auto auto 0';
}
