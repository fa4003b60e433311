import { Eye } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { buttonLook } from './button.tsx';

/** Long enough that no stray press reveals anything. */
const HOLD_MS = 2000;
/** What begins by keyboard, as a press does on a button. */
const KEYS = [' ', 'Enter'];

/** A button that does something only after it was held, by pointer or key: once, however long it is held. */
export function HoldButton({ label, help, onHeld }: { label: string; help: string; onHeld: () => void }) {
  const { t } = useText();
  const helpId = useId();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [held, setHeld] = useState(false);
  const end = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    setHeld(false);
  };
  const begin = () => {
    if (timer.current !== undefined) return;
    setHeld(true);
    timer.current = setTimeout(() => {
      end();
      onHeld();
    }, HOLD_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div className="space-y-1">
      <button
        type="button"
        aria-describedby={helpId}
        onPointerDown={begin}
        onPointerUp={end}
        onPointerLeave={end}
        onPointerCancel={end}
        onBlur={end}
        onKeyDown={(event) => {
          if (!KEYS.includes(event.key)) return;
          event.preventDefault();
          begin();
        }}
        onKeyUp={(event) => {
          if (KEYS.includes(event.key)) event.preventDefault();
          end();
        }}
        onClick={({ detail }) => {
          // Neither a pointer's nor a key's: a screen reader's, which can't hold anything. It waits as long.
          if (detail === 0) begin();
        }}
        onContextMenu={(event) => event.preventDefault()}
        className={`${buttonLook('main')} select-none`}
      >
        <Eye aria-hidden="true" size={15} />
        {held ? t('fields.holding') : label}
      </button>
      <p id={helpId} className="text-xs leading-4 text-soft">
        {help}
      </p>
    </div>
  );
}
