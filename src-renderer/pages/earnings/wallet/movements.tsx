import { useEffect, useState } from 'react';
import { useStore } from 'zustand/react';
import type { Output } from '../../../../src-preload/contract/index.ts';
import type { WalletOperation } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Amount } from '../../../components/amount.tsx';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Fact, Facts } from '../../../components/facts.tsx';
import { useNow } from '../../../components/now.ts';
import { Placeholder } from '../../../components/placeholder.tsx';
import { Reason } from '../../../components/reason.tsx';
import { Table } from '../../../components/table.tsx';
import { Text } from '../../../components/text.tsx';
import { useText } from '../../../i18n/use-text.ts';
import { reportFailure } from '../../../stores/alerts.ts';
import { Failed, useTry } from './failed.tsx';
import { MadeToken } from './made-token.tsx';
import { Sat } from './sat.tsx';
import { walletStore } from './store.ts';
import { mintWords, unitsWords, whomWords } from './words.ts';

const FIRST = 10;
const STEP = 40;
const MOST = 200;
const MINUTE = 60_000;

/** The newest movements, each of which opens with its ledger entries. */
export function Movements() {
  const { t } = useText();
  const view = useStore(walletStore, (seen) => seen.view);
  const [limit, setLimit] = useState(FIRST);
  const [page, setPage] = useState<Output<'wallet.history'>>();
  const [shown, setShown] = useState<number>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the wallet shows has changed with a movement
  useEffect(() => {
    let on = true;
    void engine()
      .ask('wallet.history', { limit })
      .then((answer) => on && setPage(answer), reportFailure);
    return () => {
      on = false;
    };
  }, [limit, view]);
  const operation = page?.items.find(({ id }) => id === shown);
  return (
    <Card title={t('wallet.moves.title')}>
      {page === undefined && <Placeholder lines={4} />}
      {page?.items.length === 0 && <p className="text-soft">{t('wallet.moves.none')}</p>}
      {page && page.items.length > 0 && (
        <ol className="divide-y divide-line">
          {page.items.map((item) => (
            <Row key={item.id} operation={item} onOpen={() => setShown(item.id)} />
          ))}
        </ol>
      )}
      {page?.next != null && limit < MOST && (
        <div className="pt-2">
          <Button onClick={() => setLimit(Math.min(MOST, limit + STEP))}>{t('wallet.moves.more')}</Button>
        </div>
      )}
      {operation && <Detail operation={operation} onClose={() => setShown(undefined)} />}
    </Card>
  );
}

/** What it did to the balance: money that goes has a minus. */
const SIGNS: Readonly<Record<WalletOperation['kind'], 1 | -1>> = {
  receive: 1,
  deposit: 1,
  restore: 1,
  send: -1,
  pay: -1,
  swap: -1,
};

function Row({ operation, onOpen }: { operation: WalletOperation; onOpen: () => void }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const { id, at, kind, amount, unit, fee, mint, to, state, automatic } = operation;
  const done = state === 'done';
  // Renewing moves nothing but its fee.
  const moved = kind === 'swap' ? (fee ?? 0) : amount;
  return (
    <li className="flex justify-between gap-x-4 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <button
          type="button"
          onClick={onOpen}
          className="inline-flex min-h-6 cursor-pointer items-center text-start font-medium underline decoration-line underline-offset-4 hover:decoration-edge"
        >
          {t(automatic ? 'wallet.automatic' : `wallet.kind.${kind}`)}
          <span className="sr-only">, {t('wallet.moves.detail', { id })}</span>
        </button>
        <p className="text-xs leading-4 text-soft">
          {f.clock(at, now)} · {kind === 'pay' && to !== null ? whomWords(to) : mintWords(mint)}
          {!done && <> · {t(`wallet.state.${state}`)}</>}
        </p>
      </div>
      <p className={`shrink-0 text-end tabular-nums ${state === 'failed' ? 'text-soft line-through' : ''}`}>
        <Sat amount={SIGNS[kind] * moved} unit={unit} />
        {fee !== null && fee > 0 && kind !== 'swap' && (
          <span className="block text-xs leading-4 text-soft">
            {t('wallet.fee')} {unitsWords(fee, unit, f)}
          </span>
        )}
      </p>
    </li>
  );
}

function Detail({ operation, onClose }: { operation: WalletOperation; onClose: () => void }) {
  const { t, f } = useText();
  const { id, at, kind, amount, unit, fee, mint, to, state, reason, automatic } = operation;
  const [made, setMade] = useState<Output<'wallet.tokenOf'>>();
  const [busy, show, failure] = useTry(async () => setMade(await engine().ask('wallet.tokenOf', { id })));
  return (
    <Dialog sheet title={t('wallet.moves.detail', { id })} onClose={onClose}>
      <Facts>
        <Fact name={t('wallet.moves.kind')}>{t(automatic ? 'wallet.automatic' : `wallet.kind.${kind}`)}</Fact>
        <Fact name={t('wallet.moves.state')}>{t(`wallet.state.${state}`)}</Fact>
        <Fact name={t('wallet.time')}>{f.dateTime(at)}</Fact>
        <Fact name={t('wallet.mint')}>{mintWords(mint)}</Fact>
        <Fact name={t('wallet.amount')}>
          <Sat amount={amount} unit={unit} />
        </Fact>
        {fee !== null && (
          <Fact name={t('wallet.fee')}>
            <Sat amount={fee} unit={unit} />
          </Fact>
        )}
        {kind === 'pay' && to !== null && <Fact name={t('wallet.moves.to')}>{whomWords(to)}</Fact>}
      </Facts>
      {reason && (
        <p>
          <Reason reason={reason} />
        </p>
      )}
      <Entries id={id} />
      {kind === 'send' && state === 'done' && !made && (
        <Button busy={busy} onClick={show}>
          {t('wallet.moves.tokenAgain')}
        </Button>
      )}
      {made?.token != null && <MadeToken token={made.token} amount={amount} unit={unit} />}
      {made?.token === null && <p role="status">{t('wallet.moves.redeemed')}</p>}
      <Failed failure={failure} />
    </Dialog>
  );
}

/** What was booked for it. */
function Entries({ id }: { id: number }) {
  const { t } = useText();
  const [entries, setEntries] = useState<Output<'wallet.entries'>>();
  useEffect(() => {
    let on = true;
    void engine()
      .ask('wallet.entries', { id })
      .then((answer) => on && setEntries(answer), reportFailure);
    return () => {
      on = false;
    };
  }, [id]);
  if (entries === undefined) return <Placeholder lines={2} />;
  if (entries.length === 0) return <p className="text-soft">{t('wallet.moves.noEntries')}</p>;
  return (
    <section className="space-y-1">
      <h3 className="font-medium">{t('wallet.moves.entries')}</h3>
      <Table
        caption={t('wallet.moves.entries')}
        rows={entries}
        rowKey={(entry) => entry.id}
        columns={[
          { id: 'kind', title: t('wallet.moves.kind'), cell: ({ kind }) => t(`wallet.kinds.${kind}`) },
          {
            id: 'reference',
            title: t('wallet.moves.reference'),
            cell: ({ reference }) => (
              <span className="text-xs break-all text-soft">
                <Text value={reference} most={80} />
              </span>
            ),
          },
          {
            id: 'amount',
            title: t('wallet.amount'),
            figure: true,
            cell: ({ amountMicro, unit }) => <Amount exact micro={amountMicro} unit={unit} />,
          },
        ]}
      />
    </section>
  );
}
