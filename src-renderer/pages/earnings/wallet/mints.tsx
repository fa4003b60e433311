import { CircleCheck, CircleDashed, Landmark, Plus, ShieldAlert, ShieldCheck, X } from 'lucide-react';
import { useState } from 'react';
import type { WalletView } from '../../../../src-preload/contract/wallet.ts';
import { engine } from '../../../bridge/index.ts';
import { Button } from '../../../components/button.tsx';
import { Card } from '../../../components/card.tsx';
import { Confirm } from '../../../components/confirm.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { Empty } from '../../../components/empty.tsx';
import { useNow } from '../../../components/now.ts';
import { Pill } from '../../../components/pill.tsx';
import { Text } from '../../../components/text.tsx';
import { hostOf } from '../../../format/text.ts';
import { useText } from '../../../i18n/use-text.ts';
import { toast } from '../../../stores/toasts.ts';
import { Failed, useTry, useWalletTry } from './failed.tsx';
import type { MintView } from './figures.ts';
import { feeWords } from './keyset-words.ts';
import { acceptWallet } from './store.ts';
import { TrustForm } from './trust-form.tsx';
import { mintWords } from './words.ts';

const MINUTE = 60_000;

/** Who keeps the money: each with whether it is trusted, answers and restores, and what it takes. */
export function Mints({ view }: { view: WalletView }) {
  const { t } = useText();
  const [adding, setAdding] = useState(false);
  const add = (
    <Button icon={Plus} onClick={() => setAdding(true)}>
      {t('wallet.mints.add')}
    </Button>
  );
  return (
    <Card title={t('wallet.mints.title')} aside={view.mints.length > 0 && add}>
      {view.mints.length === 0 ? (
        <Empty icon={Landmark} title={t('wallet.mints.none')} action={add}>
          {t('wallet.mints.lead')}
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {view.mints.map((mint) => (
            <Mint key={mint.url} mint={mint} />
          ))}
        </ul>
      )}
      {adding && (
        <Dialog sheet title={t('wallet.trust.title')} onClose={() => setAdding(false)}>
          <p className="text-soft">{t('wallet.mints.lead')}</p>
          <TrustForm
            onTrusted={(trusted) => {
              acceptWallet(trusted);
              setAdding(false);
            }}
          />
        </Dialog>
      )}
    </Card>
  );
}

function Mint({ mint }: { mint: MintView }) {
  const { t, f } = useText();
  const { url, name, trusted, restores, stale, keysets } = mint;
  const [stopping, setStopping] = useState(false);
  const [busyAgain, trustAgain, failedAgain] = useTry(async () => {
    acceptWallet(await engine().ask('wallet.trust', { url, anyway: !restores }));
  });
  const [busyFind, find, failedFind] = useWalletTry(async () => {
    await engine().ask('wallet.restore', { mint: url });
    toast(t('wallet.mints.found', { mint: mintWords(url) }));
  });
  const fees = new Set(keysets.filter(({ active }) => active).map((keyset) => feeWords(keyset, t, f)));
  const expiring = keysets.filter(({ active, expiresAt }) => active && expiresAt !== null);
  return (
    <li className="space-y-2 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <div className="min-w-0">
          <p className="font-medium">
            <Text value={name ?? hostOf(url)} most={80} />
          </p>
          <p className="text-xs leading-4 break-all text-soft">
            <Text value={url} most={512} />
          </p>
        </div>
        <div className="flex flex-wrap gap-1.5">
          {trusted ? (
            <Pill tone="good" icon={CircleCheck}>
              {t('wallet.mints.trusted')}
            </Pill>
          ) : (
            <Pill tone="neutral" icon={X}>
              {t('wallet.mints.distrusted')}
            </Pill>
          )}
          {restores ? (
            <Pill tone="good" icon={ShieldCheck}>
              {t('wallet.mints.restores')}
            </Pill>
          ) : (
            <Pill tone="warn" icon={ShieldAlert}>
              {t('wallet.mints.cannotRestore')}
            </Pill>
          )}
        </div>
      </div>
      <ul className="space-y-0.5 text-xs leading-4 text-soft">
        <li className="flex items-center gap-1">
          <CircleDashed aria-hidden="true" size={12} className="shrink-0" />
          <Health mint={mint} />
        </li>
        {[...fees].map((fee) => (
          <li key={fee}>{fee}</li>
        ))}
        {expiring.map(({ id, unit, expiresAt }) => (
          <li key={id}>{t('wallet.mints.expires', { unit, day: f.date(expiresAt ?? 0, 'date') })}</li>
        ))}
        {stale && <li>{t('wallet.mints.stale')}</li>}
      </ul>
      <Failed failure={failedAgain ?? failedFind} />
      <div className="flex flex-wrap gap-2">
        <Button busy={busyFind} onClick={find}>
          {t('wallet.mints.lookAgain')}
        </Button>
        {trusted ? (
          <Button onClick={() => setStopping(true)}>{t('wallet.mints.distrust')}</Button>
        ) : (
          <Button busy={busyAgain} onClick={trustAgain}>
            {t('wallet.mints.trustAgain')}
          </Button>
        )}
      </div>
      {stopping && <StopTrusting url={url} onClose={() => setStopping(false)} />}
    </li>
  );
}

/** When it last answered whatever it was asked. */
function Health({ mint: { answeredAt, silentSince } }: { mint: MintView }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  if (silentSince !== null) {
    return (
      <span className="font-medium text-warn">{t('wallet.mints.silent', { time: f.clock(silentSince, now) })}</span>
    );
  }
  return answeredAt === null
    ? t('wallet.mints.unasked')
    : t('wallet.mints.answered', { ago: f.ago(answeredAt, Math.max(now, answeredAt)) });
}

function StopTrusting({ url, onClose }: { url: string; onClose: () => void }) {
  const { t } = useText();
  const [busy, stop, failure] = useTry(async () => {
    acceptWallet(await engine().ask('wallet.distrust', { url }));
    toast(t('wallet.mints.stopped', { mint: mintWords(url) }));
    onClose();
  });
  return (
    <Confirm
      title={t('wallet.mints.stopSure', { mint: mintWords(url) })}
      confirm={t('wallet.mints.distrust')}
      busy={busy}
      onConfirm={stop}
      onCancel={onClose}
    >
      <p>{t('wallet.mints.stopMeans')}</p>
      <Failed failure={failure} />
    </Confirm>
  );
}
