import { type ReactNode, useMemo } from 'react';
import { elapsed } from '../../../src-i18n/format/time.ts';
import type { TaskView } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import type { LongColumn } from '../../components/long-table.tsx';
import { Text } from '../../components/text.tsx';
import { toneText } from '../../components/tone.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { useSeveralNetworks } from '../../networks/titles.ts';
import { hrefOf } from '../../places.ts';
import { taskSigns } from '../../signs.ts';

/** What a line says of a finished task. `today` is any moment of it. */
export function useTaskColumns(today: number): readonly LongColumn<TaskView>[] {
  const { t, f } = useText();
  const networkOf = useSeveralNetworks();
  return useMemo(
    () => [
      {
        id: 'kind',
        title: t('work.kind'),
        width: 'minmax(6rem,1fr)',
        narrow: 'minmax(0,1fr)',
        cell: ({ id, what, network }) => (
          <>
            <Kind id={id} name={workWords(what, t)} />
            <Below>{networkOf(network)}</Below>
          </>
        ),
        narrowCell: ({ id, what, inference, network }) => (
          <>
            <Kind id={id} name={workWords(what, t)} />
            <Below>
              {inference ? <Text value={inference.model ?? t('words.noModel')} most={64} /> : networkOf(network)}
            </Below>
          </>
        ),
      },
      {
        id: 'model',
        title: t('work.model'),
        width: 'minmax(0,1.4fr)',
        cell: ({ inference }) =>
          inference ? <Text value={inference.model ?? t('words.noModel')} most={64} /> : <None />,
      },
      {
        id: 'state',
        title: t('work.state'),
        width: '6.5rem',
        narrow: '1.25rem',
        narrowUntitled: true,
        cell: ({ state }) => <State state={state} />,
        narrowCell: ({ state }) => <State state={state} alone />,
      },
      {
        id: 'ended',
        title: t('work.ended'),
        width: '7rem',
        figure: true,
        cell: ({ startedAt, finishedAt }) => f.clock(finishedAt ?? startedAt, today),
      },
      {
        id: 'took',
        title: t('work.took'),
        width: '4rem',
        from: 760,
        figure: true,
        cell: ({ startedAt, finishedAt }) => elapsed(startedAt, finishedAt ?? startedAt),
      },
      {
        id: 'tokens',
        title: t('work.tokens'),
        width: '5rem',
        from: 760,
        figure: true,
        cell: ({ inference }) => (inference ? f.count(inference.tokensIn + inference.tokensOut) : <None />),
      },
      {
        id: 'earned',
        title: t('work.earned'),
        width: '8rem',
        narrow: '5.5rem',
        figure: true,
        cell: ({ earnedMicro, unit }) =>
          earnedMicro === null ? (
            <span className="text-soft">{t('words.noEntry')}</span>
          ) : (
            <Amount micro={earnedMicro} unit={unit ?? ''} />
          ),
        narrowCell: ({ earnedMicro, unit }) => {
          if (earnedMicro === null) return <span className="text-soft">{t('words.noEntry')}</span>;
          const [figure, word] = f.amount(earnedMicro, unit ?? '');
          return (
            <>
              {figure}
              <span className="block truncate text-xs leading-4 text-soft">
                <Text value={word} most={16} />
              </span>
            </>
          );
        },
      },
    ],
    [t, f, networkOf, today],
  );
}

/** Of work that has no such thing. */
export function None() {
  return <span className="text-soft">–</span>;
}

function Below({ children }: { children: ReactNode }) {
  return <span className="block truncate text-xs leading-4 text-soft">{children}</span>;
}

function Kind({ id, name }: { id: number; name: string }) {
  return (
    <a href={hrefOf('work', id)} tabIndex={-1} className="font-medium hover:underline">
      <Text value={name} most={64} />
    </a>
  );
}

/** `alone`: the shape, with its word for those who do not see it. */
export function State({ state, alone = false }: { state: TaskView['state']; alone?: boolean }) {
  const { t } = useText();
  const { word, icon: Icon, tone } = taskSigns[state];
  return (
    <span title={alone ? t(word) : undefined} className="inline-flex max-w-full items-center gap-1.5">
      <Icon aria-hidden="true" size={14} className={`shrink-0 ${toneText[tone]}`} />
      <span className={alone ? 'sr-only' : 'truncate'}>{t(word)}</span>
    </span>
  );
}
