import { useState } from 'react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { ModelSetting } from '../../../src-preload/contract/settings/backends.ts';
import { useFilterKey } from '../../actions.ts';
import { Button } from '../../components/button.tsx';
import { Input } from '../../components/input.tsx';
import { useText } from '../../i18n/use-text.ts';
import { targetOf } from '../../parts/choices.ts';
import { Model } from './model.tsx';

export interface ModelsProps {
  readonly backend: BackendView;
  readonly all: readonly BackendView[];
  readonly choices: readonly ModelSetting[];
  readonly maxTokens: number;
}

/** More at once are looked through by name. */
const FEW = 8;
/** However long the list is, the page stays usable; the filter reaches the rest. */
const MOST = 200;

/** What a server has. */
export function Models({ backend, all, choices, maxTokens }: ModelsProps) {
  const { t } = useText();
  const [filter, setFilter] = useState('');
  const [whole, setWhole] = useState(false);
  const search = useFilterKey('capacity.filter', backend.models.length > FEW);
  const { models } = backend;
  const wanted = filter.trim().toLowerCase();
  const found = wanted === '' ? models : models.filter(({ id }) => id.toLowerCase().includes(wanted));
  const shown = found.slice(0, whole || wanted !== '' ? MOST : FEW);
  return (
    <div className="mt-2">
      {models.length > FEW && (
        <div className="mb-1 max-w-xs">
          <Input
            ref={search}
            type="search"
            label={t('capacity.filter')}
            placeholder={t('capacity.filter')}
            most={255}
            value={filter}
            onChange={setFilter}
          />
        </div>
      )}
      {found.length === 0 && <p className="py-2 text-soft">{t('capacity.noMatch')}</p>}
      <ul aria-label={t('capacity.models')} className="divide-y divide-line rounded-md border border-line empty:hidden">
        {shown.map((model) => (
          <Model
            key={model.id}
            backend={backend}
            model={model}
            target={targetOf(backend, model.id, all)}
            choices={choices}
            maxTokens={maxTokens}
          />
        ))}
      </ul>
      {found.length > shown.length &&
        (shown.length < MOST ? (
          <div className="mt-2">
            <Button onClick={() => setWhole(true)}>{t('capacity.showAll', { count: found.length })}</Button>
          </div>
        ) : (
          <p className="mt-2 text-soft">{t('frame.more', { count: found.length - MOST })}</p>
        ))}
    </div>
  );
}
