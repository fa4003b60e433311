import { Undo2 } from 'lucide-react';
import { useRef, useState } from 'react';
import type { PriceLook } from '../../../../src-preload/contract/pricing.ts';
import type { ModelPrice } from '../../../../src-preload/contract/settings/pricing.ts';
import { IconButton } from '../../../components/button.tsx';
import { NumberField } from '../../../components/number-field.tsx';
import { cut, quoted } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../../settings.ts';
import { toast } from '../../../stores/toasts.ts';

/** As the setting has it. */
const MOST = 1000;

interface OwnProps {
  readonly look: PriceLook;
  /** The price of the whole node, as it is tried. */
  readonly nodes: number;
}

/** Each model that is offered with its own price or the node's, and after them those whose price waits for them. */
export function Own({ look, nodes }: OwnProps) {
  const { t, f } = useText();
  const path = 'pricing.iicp.models';
  const own = useSetting(path) ?? [];
  const offered = new Set(look.models.map(({ id }) => id));
  const times = (multiplier: number) => t('networks.iicp.price.times', { times: f.number(multiplier, 6) });
  const remove = async (model: string) => {
    const taken = await changeSetting(path, (was) => was.filter((one) => one.model !== model));
    if (taken) toast(t('networks.iicp.own.removed', { model: quoted(model, 48) }));
  };
  const rows = [
    ...look.models.map(({ id, cap, typicalMicro }) => {
      const amount = f.amount(typicalMicro, look.unit).join(' ');
      return { model: id, help: t('networks.iicp.own.brings', { cap: times(cap), amount }), cap: look.cap };
    }),
    ...own
      .filter(({ model }) => !offered.has(model))
      .map(({ model }) => ({ model, help: t('networks.iicp.own.gone'), cap: MOST })),
  ];
  return (
    <div className="grid gap-3 pt-1">
      <p className="text-xs leading-4 text-soft">{t('networks.iicp.own.lead')}</p>
      {rows.length === 0 && <p className="text-soft">{t('networks.iicp.own.none')}</p>}
      {rows.map(({ model, help, cap }) => {
        const set = own.find((one) => one.model === model)?.multiplier;
        return (
          <OwnPrice
            key={model}
            model={model}
            help={help}
            set={set}
            means={t('networks.iicp.own.means', { times: times(nodes) })}
            warning={set !== undefined && set > cap ? t('networks.iicp.own.over', { cap: times(cap) }) : undefined}
            onSave={(multiplier) => void changeSetting(path, (was) => priced(was, model, multiplier))}
            onRemove={() => void remove(model)}
          />
        );
      })}
    </div>
  );
}

interface OwnPriceProps {
  readonly model: string;
  readonly help: string;
  readonly set: number | undefined;
  /** What an empty field means. */
  readonly means: string;
  readonly warning: string | undefined;
  readonly onSave: (multiplier: number) => void;
  readonly onRemove: () => void;
}

function OwnPrice({ model, help, set, means, warning, onSave, onRemove }: OwnPriceProps) {
  const { t } = useText();
  const row = useRef<HTMLDivElement>(null);
  const [removed, setRemoved] = useState(0);
  return (
    <div ref={row} className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <NumberField
          // With what was typed there and did not fit.
          key={removed}
          label={cut(model, 64)}
          help={help}
          value={set}
          least={0}
          most={MOST}
          fractions
          empty={{ means, onSave: onRemove }}
          onSave={onSave}
        />
        {warning !== undefined && <p className="text-xs leading-4 text-warn">{warning}</p>}
      </div>
      {set !== undefined && (
        <div className="pt-6">
          <IconButton
            icon={Undo2}
            label={t('networks.iicp.own.remove', { model: cut(model, 64) })}
            onClick={() => {
              onRemove();
              setRemoved(removed + 1);
              // The button is about to go, and the focus with it.
              requestAnimationFrame(() => row.current?.querySelector('input')?.focus());
            }}
          />
        </div>
      )}
    </div>
  );
}

/** In its place where it has a price already, so that the list does not jump. */
function priced(own: readonly ModelPrice[], model: string, multiplier: number): ModelPrice[] {
  const next = { model, multiplier };
  if (!own.some((one) => one.model === model)) return [...own, next];
  return own.map((one) => (one.model === model ? next : one));
}
