import { ArrowDownToLine, ArrowUpFromLine } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BackendView, ModelView } from '../../../src-preload/contract/backends.ts';
import { Button } from '../../components/button.tsx';
import { useNow } from '../../components/now.ts';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { Move, MoveKind } from './moves.ts';

/** Longer than a double click takes, and than a hand that has set out to press. */
const STEADY_MS = 700;

export interface MoveButtonProps {
  readonly backend: Pick<BackendView, 'loads' | 'unloads'>;
  readonly model: Pick<ModelView, 'id' | 'state'>;
  readonly move: Move | undefined;
  readonly onMove: (what: MoveKind) => void;
}

/**
 * Into memory or out of it, whichever it is not; nothing where its server can't do that. For a moment after it has become the
 * other one it does nothing: a model that a task has woken, or a second click, must not unload what was to be loaded.
 */
export function MoveButton({ backend: { loads, unloads }, model: { state }, move, onMove }: MoveButtonProps) {
  const { t } = useText();
  const inside = state === 'loaded' || state === 'loading';
  const steady = useSteady(inside);
  const busy = !steady || (move !== undefined && move.end === undefined);
  if (inside ? !unloads : !loads) return null;
  return inside ? (
    <Button icon={ArrowUpFromLine} busy={busy} onClick={() => onMove('unload')}>
      {t('capacity.unload')}
    </Button>
  ) : (
    <Button icon={ArrowDownToLine} busy={busy} onClick={() => onMove('load')}>
      {t('capacity.load')}
    </Button>
  );
}

/** False from when `value` changes until it has stayed the same for a moment. */
function useSteady(value: boolean): boolean {
  const [settled, settle] = useState(value);
  useEffect(() => {
    if (settled === value) return;
    const timer = setTimeout(() => settle(value), STEADY_MS);
    return () => clearTimeout(timer);
  }, [settled, value]);
  return settled === value;
}

/** How it goes, or how it went. */
export function MoveNews({ move }: { move: Move }) {
  const { t, f } = useText();
  const { what, end } = move;
  return (
    <div role="status" className="max-w-md text-xs leading-4 text-soft">
      {end === undefined ? (
        <Going move={move} />
      ) : 'tookMs' in end ? (
        t(what === 'load' ? 'capacity.move.loaded' : 'capacity.move.unloaded', {
          seconds: f.number(end.tookMs / 1000, 1),
        })
      ) : (
        <Reason reason={end.reason} />
      )}
    </div>
  );
}

function Going({ move: { what, since } }: { move: Move }) {
  const { t, f } = useText();
  const now = useNow();
  return (
    <Progress
      label={t(what === 'load' ? 'capacity.move.loading' : 'capacity.move.unloading')}
      // No server tells how far it is.
      share={undefined}
      figure={t('capacity.move.since', { seconds: f.number(Math.max(0, Math.round((now - since) / 1000)), 0) })}
    />
  );
}
