import { Search } from 'lucide-react';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { EndState, TaskFacets } from '../../../src-preload/contract/work.ts';
import { Field, inputLook } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import type { Format } from '../../format/format.ts';
import { cut } from '../../format/text.ts';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { taskSigns } from '../../signs.ts';
import { type Choice, type Dates, isDates, isMoments, type Moments, spans, WRONG } from './filter.ts';

export interface FiltersProps {
  readonly choice: Choice;
  readonly facets: TaskFacets | undefined;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onChange: (choice: Choice) => void;
  /** Down into the list. */
  readonly onLeave: () => void;
}

const TYPED_MS = 300;
const ANY = '';

/** What of the finished tasks is shown. Each takes effect at once. */
export function Filters({ choice, facets, search, onChange, onLeave }: FiltersProps) {
  const { t, f } = useText();
  const networkTitle = useNetworkTitle();
  const { states, network, what, model, time } = choice;
  const kind = (value: string) => workWords(value, t);
  return (
    <search
      aria-label={t('work.filter.title')}
      className="mb-3 grid grid-cols-[repeat(auto-fit,minmax(7rem,1fr))] gap-x-3 gap-y-2"
    >
      <SearchText
        value={choice.text ?? ''}
        search={search}
        onChange={(text) => onChange({ ...without(choice, 'text'), ...(text !== '' && { text }) })}
        onLeave={onLeave}
      />
      <Field label={t('work.state')}>
        {(control) => (
          <Select
            {...control}
            value={statesValue(states)}
            options={stateOptions(states, facets, t)}
            onChange={(value) => {
              const chosen = value === 'wrong' ? WRONG : value === ANY ? undefined : (value.split(',') as EndState[]);
              onChange({ ...without(choice, 'states'), ...(chosen && { states: chosen }) });
            }}
          />
        )}
      </Field>
      <Facet
        label={t('work.kind')}
        value={what}
        values={facets?.capabilities}
        nameOf={kind}
        onChange={(value) => onChange({ ...without(choice, 'what'), ...(value !== undefined && { what: value }) })}
      />
      <Facet
        label={t('work.model')}
        value={model}
        values={facets?.models}
        onChange={(value) => onChange({ ...without(choice, 'model'), ...(value !== undefined && { model: value }) })}
      />
      <Facet
        label={t('work.network')}
        value={network}
        values={facets?.networks}
        nameOf={networkTitle}
        onChange={(value) =>
          onChange({ ...without(choice, 'network'), ...(value !== undefined && { network: value }) })
        }
      />
      <Field label={t('work.filter.time')}>
        {(control) => (
          <Select
            {...control}
            value={isMoments(time) ? 'moments' : isDates(time) ? 'dates' : (time ?? ANY)}
            options={[
              { value: ANY, title: t('work.filter.ever') },
              ...spans.map((span) => ({ value: span, title: t(`work.filter.${span}`) })),
              { value: 'dates' as const, title: t('work.filter.dates') },
              ...(isMoments(time) ? [{ value: 'moments' as const, title: momentsText(time, f) }] : []),
            ]}
            onChange={(value) => {
              if (value === 'moments') return;
              const chosen = value === 'dates' ? {} : value === ANY ? undefined : value;
              onChange({ ...without(choice, 'time'), ...(chosen !== undefined && { time: chosen }) });
            }}
          />
        )}
      </Field>
      {isDates(time) && <Days dates={time} onChange={(dates) => onChange({ ...choice, time: dates })} />}
    </search>
  );
}

/** "20 Nov, 14:00 – 15:15" */
function momentsText({ since, until }: Moments, f: Format): string {
  return `${f.date(since, 'dayMonth')}, ${f.clock(since, since)} – ${f.clock(until, since)}`;
}

interface SearchProps extends Pick<FiltersProps, 'search' | 'onLeave'> {
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Acts when the typing rests. */
function SearchText({ value, search, onChange, onLeave }: SearchProps) {
  const { t } = useText();
  const id = useId();
  const [draft, setDraft] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setDraft(value);
  }
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    if (draft.trim() === value) return;
    const timer = setTimeout(() => change.current(draft.trim()), TYPED_MS);
    return () => clearTimeout(timer);
  }, [draft, value]);
  return (
    <div className="space-y-1">
      <label htmlFor={id} className="block font-medium">
        {t('work.filter.text')}
      </label>
      <div className="relative">
        <Search aria-hidden="true" size={15} className="pointer-events-none absolute start-2.5 top-2.5 text-soft" />
        <input
          ref={search}
          id={id}
          type="search"
          value={draft}
          maxLength={255}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            onLeave();
          }}
          className={`${inputLook} ps-8`}
        />
      </div>
    </div>
  );
}

interface FacetProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly values: TaskFacets['models'] | undefined;
  readonly nameOf?: (value: string) => string;
  readonly onChange: (value: string | undefined) => void;
}

/** One of what there is. The number of an entry stands for it: what strangers named must not collide with "all". */
function Facet({ label, value, values = [], nameOf = (name) => name, onChange }: FacetProps) {
  const { t } = useText();
  const known = value === undefined || values.some((entry) => entry.value === value);
  const all = known ? values : [...values, { value: value ?? '', count: 0 }];
  const at = all.findIndex((entry) => entry.value === value);
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={String(at)}
          options={[
            { value: '-1', title: t('work.filter.any') },
            ...all.map((entry, index) => ({
              value: String(index),
              title: t('work.filter.option', { name: cut(nameOf(entry.value), 64), count: entry.count }),
            })),
          ]}
          onChange={(chosen) => onChange(all[Number(chosen)]?.value)}
        />
      )}
    </Field>
  );
}

function Days({ dates, onChange }: { dates: Dates; onChange: (dates: Dates) => void }) {
  const { t } = useText();
  const ends: readonly (readonly [keyof Dates, Key])[] = [
    ['from', 'work.filter.from'],
    ['to', 'work.filter.to'],
  ];
  return ends.map(([end, title]) => (
    <Field key={end} label={t(title)}>
      {(control) => (
        <input
          {...control}
          type="date"
          value={dates[end] ?? ''}
          onChange={({ target: { value } }) => {
            const other = end === 'from' ? dates.to : dates.from;
            const kept = other === undefined ? {} : { [end === 'from' ? 'to' : 'from']: other };
            onChange({ ...kept, ...(value !== '' && { [end]: value }) });
          }}
          className={inputLook}
        />
      )}
    </Field>
  ));
}

type States = Choice['states'];

function statesValue(states: States): string {
  if (states === undefined) return ANY;
  return isWrong(states) ? 'wrong' : states.join(',');
}

function isWrong(states: readonly EndState[]): boolean {
  return states.length === WRONG.length && WRONG.every((state) => states.includes(state));
}

function stateOptions(states: States, facets: TaskFacets | undefined, t: ReturnType<typeof useText>['t']) {
  const counts = new Map(facets?.states.map(({ value, count }) => [value, count]));
  const named = (name: string, of: readonly EndState[]) =>
    t('work.filter.option', { name, count: of.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0) });
  const single = (['done', 'failed', 'timeout', 'cancelled', 'interrupted', 'handed-back'] as const).map((state) => ({
    value: state as string,
    title: named(t(taskSigns[state].word), [state]),
  }));
  const several = states !== undefined && states.length > 1 && !isWrong(states);
  return [
    { value: ANY, title: t('work.filter.any') },
    { value: 'wrong', title: named(t('work.filter.wrong'), WRONG) },
    ...single,
    ...(several ? [{ value: states.join(','), title: t('work.filter.several') }] : []),
  ];
}

function without<K extends keyof Choice>(choice: Choice, name: K): Omit<Choice, K> {
  const { [name]: _, ...rest } = choice;
  return rest;
}
