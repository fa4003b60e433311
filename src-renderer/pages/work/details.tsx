import type { LucideIcon } from 'lucide-react';
import { CircleDashed, CircleDot, Eye, Lock, MemoryStick, Server, Trash2, Wallet, X } from 'lucide-react';
import { elapsed } from '../../../src-i18n/format/time.ts';
import type { EarningRow } from '../../../src-preload/contract/earnings.ts';
import type { Exposure, TaskDetail } from '../../../src-preload/contract/work.ts';
import { Amount } from '../../components/amount.tsx';
import { Card } from '../../components/card.tsx';
import { Copy } from '../../components/copy.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Pill } from '../../components/pill.tsx';
import { type Column, Table } from '../../components/table.tsx';
import { Text } from '../../components/text.tsx';
import { type Speech, useText } from '../../i18n/use-text.ts';
import { areEstimates, pagesOf, workWords } from '../../networks/lookup.ts';
import { useNetworkTitle } from '../../networks/titles.ts';
import { claimState, claimWhy } from '../../parts/claim.ts';
import { taskSigns } from '../../signs.ts';

type Inference = NonNullable<TaskDetail['task']['inference']>;

/** All that is known of a task. Nothing here scrolls inside the page, however long what others named. */
export function Details({ detail, now }: { detail: TaskDetail; now: number }) {
  return (
    <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-2">
      <div className="grid grid-cols-1 gap-4">
        <What detail={detail} />
        {detail.exposure && <Seen exposure={detail.exposure} />}
      </div>
      <div className="grid grid-cols-1 gap-4">
        <Timings detail={detail} now={now} />
        {detail.task.inference && <Tokens inference={detail.task.inference} timings={detail.timings} />}
      </div>
      <div className="wide:col-span-2">
        <Booked entries={detail.entries} />
      </div>
    </div>
  );
}

function What({ detail: { task, ref } }: { detail: TaskDetail }) {
  const { t, f } = useText();
  const networkTitle = useNetworkTitle();
  const sign = taskSigns[task.state];
  const { Job } = pagesOf(task.network) ?? {};
  return (
    <Card
      title={t('work.detail.what')}
      aside={
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
      }
    >
      <Facts>
        <Fact name={t('work.kind')}>
          <Text value={workWords(task.what, t)} most={255} />
        </Fact>
        <Fact name={t('work.network')}>
          <Text value={networkTitle(task.network)} most={64} />
        </Fact>
        {task.inference && (
          <Fact name={t('work.model')}>
            <Text value={task.inference.model ?? t('words.noModel')} most={255} />
          </Fact>
        )}
        {task.inference?.backend && (
          <Fact name={t('work.detail.backend')}>
            <Text value={task.inference.backend} most={255} />
          </Fact>
        )}
        {task.lease && <Fact name={t('work.detail.paidUntil')}>{f.dateTime(task.lease.paidUntil)}</Fact>}
        {task.code !== null && (
          <Fact name={t('work.detail.code')}>
            <Text value={task.code} most={64} />
          </Fact>
        )}
        <Fact name={t('work.detail.ref')}>
          {ref === '' ? (
            t('work.detail.refNone')
          ) : (
            <span className="inline-flex items-center gap-1">
              <span className="font-mono text-xs leading-5">
                <Text value={ref} most={255} />
              </span>
              <Copy text={ref} />
            </span>
          )}
        </Fact>
        {task.kind === 'job' && Job && <Job key={`${task.id} ${task.state}`} id={task.id} code={task.code} />}
      </Facts>
    </Card>
  );
}

function Timings({ detail: { timings, task }, now }: { detail: TaskDetail; now: number }) {
  const speech = useText();
  const { t, f } = speech;
  const { receivedAt, startedAt, serverMs, tookMs, finishedAt } = timings;
  const ends = task.state !== 'running';
  const none = t(ends ? 'work.detail.notMeasured' : 'work.detail.stillRuns');
  return (
    <Card title={t('work.detail.timings')}>
      <Facts>
        {receivedAt !== null && <Fact name={t('work.detail.received')}>{f.dateTime(receivedAt)}</Fact>}
        {receivedAt !== null && (
          <Fact name={t('work.detail.waited')}>{exactly(Math.max(0, startedAt - receivedAt), speech)}</Fact>
        )}
        <Fact name={t('work.started')}>{f.dateTime(startedAt)}</Fact>
        <Fact name={t('work.detail.finished')}>{finishedAt === null ? none : f.dateTime(finishedAt)}</Fact>
        {task.inference && (
          <Fact name={t('work.detail.server')}>{serverMs === null ? none : exactly(serverMs, speech)}</Fact>
        )}
        <Fact name={t('work.detail.took')}>
          {tookMs !== null ? exactly(tookMs, speech) : ends ? none : elapsed(startedAt, now)}
        </Fact>
      </Facts>
    </Card>
  );
}

function Tokens({ inference, timings }: { inference: Inference; timings: TaskDetail['timings'] }) {
  const { t, f } = useText();
  const seconds = (timings.serverMs ?? timings.tookMs ?? 0) / 1000;
  return (
    <Card title={t('work.detail.tokens')}>
      <Facts>
        <Fact name={t('work.detail.tokensIn')}>{f.count(inference.tokensIn)}</Fact>
        <Fact name={t('work.detail.tokensOut')}>{f.count(inference.tokensOut)}</Fact>
        {inference.tokensOut > 0 && seconds > 0 && (
          <Fact name={t('work.detail.speed')}>
            {t('work.detail.perSecond', { speed: f.number(inference.tokensOut / seconds, 1) })}
          </Fact>
        )}
      </Facts>
    </Card>
  );
}

function Booked({ entries }: { entries: readonly EarningRow[] }) {
  const { t, f } = useText();
  if (entries.length === 0) {
    return (
      <Card title={t('work.detail.booked')}>
        <p className="text-soft">{t('work.detail.bookedNothing')}</p>
      </Card>
    );
  }
  const columns: readonly Column<EarningRow>[] = [
    {
      id: 'time',
      title: t('earnings.time'),
      cell: ({ at }) => <span className="whitespace-nowrap">{f.dateTime(at)}</span>,
    },
    {
      id: 'state',
      title: t('earnings.state'),
      minor: true,
      cell: ({ state, kind, network }) => (
        <span className="whitespace-nowrap">
          {kind === 'earned' && state === 'earned' && areEstimates([network])
            ? t('home.estimated')
            : t(kind === 'earned' ? `earnings.states.${state}` : `earnings.kind.${kind}`)}
        </span>
      ),
    },
    {
      id: 'gross',
      title: t('earnings.gross'),
      figure: true,
      cell: (row) => <Amount micro={row.grossMicro} unit={row.unit} />,
    },
    {
      id: 'fee',
      title: t('earnings.fee'),
      figure: true,
      cell: (row) => <Amount micro={row.feeMicro} unit={row.unit} />,
    },
    {
      id: 'net',
      title: t('earnings.net'),
      figure: true,
      cell: (row) => <Amount micro={row.netMicro} unit={row.unit} />,
    },
  ];
  return (
    <Card title={t('work.detail.booked')}>
      <Table caption={t('work.detail.booked')} columns={columns} rows={entries} rowKey={({ id }) => id} />
      <Paid entry={entries[0]!} />
    </Card>
  );
}

/** The life of a payment: earned when it was booked, received when the network has confirmed it, or why not. */
function Paid({ entry: { at, network, claim } }: { entry: EarningRow }) {
  const { t, f } = useText();
  if (claim === null) return null;
  const { settledAt } = claim;
  const Icon = settledAt === null ? CircleDashed : claim.state === 'paid' ? Wallet : X;
  const why = claimWhy(network, claim, t);
  return (
    <ol className="mt-3 space-y-1 border-t border-line pt-3">
      <li className="flex items-start gap-2">
        <CircleDot aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-soft" />
        {t('work.detail.paid.earned', { at: f.dateTime(at) })}
      </li>
      <li className="flex items-start gap-2">
        <Icon aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-soft" />
        <span>
          {settledAt === null
            ? claimState(claim, t)
            : t(claim.state === 'paid' ? 'work.detail.paid.received' : 'work.detail.paid.failed', {
                at: f.dateTime(settledAt),
              })}
          {why !== '' && <span className="block text-xs leading-4 text-soft">{why}</span>}
        </span>
      </li>
    </ol>
  );
}

/** What they could see: each line says of one thing who could have known it. */
function Seen({ exposure }: { exposure: Exposure }) {
  const speech = useText();
  const { t } = speech;
  const { arrived, carried, readBy, inMemoryMs } = exposure;
  const lines: readonly (readonly [LucideIcon, string, string])[] = [
    [Eye, t('work.detail.arrived.title'), t(`work.detail.arrived.${arrived}`)],
    [Lock, t('work.detail.carried.title'), t(`work.detail.carried.${carried}`)],
    [Server, t('work.detail.readBy.title'), t(`work.detail.readBy.${readBy ?? 'unknown'}`)],
    [
      MemoryStick,
      t('work.detail.memory.title'),
      inMemoryMs === null
        ? t('work.detail.memory.now')
        : t('work.detail.memory.most', { span: exactly(inMemoryMs, speech) }),
    ],
    [Trash2, t('work.detail.kept.title'), t('work.detail.kept.nothing')],
  ];
  return (
    <Card title={t('work.detail.seen')}>
      <dl className="space-y-3">
        {lines.map(([Icon, name, value]) => (
          <div key={name} className="relative ps-7">
            <dt className="font-medium">
              <Icon aria-hidden="true" size={16} className="absolute start-0 top-0.5 text-soft" />
              {name}
            </dt>
            <dd className="text-soft">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

/** Milliseconds as they were measured: "1.84 s", and by the clock from a minute on. */
function exactly(ms: number, { t, f }: Speech): string {
  return ms < 60_000 ? t('work.detail.seconds', { value: f.number(ms / 1000, 2) }) : elapsed(0, ms);
}
