import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand/react';
import { Tabs } from '../../components/tabs.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { WALLET_PART } from './look.ts';
import { lookAtWallet, walletStore } from './wallet/store.ts';

const PARTS = ['earnings', 'wallet'] as const;

/**
 * What networks bring, and beside it the wallet: where there is one, or the user has come to make one. Where there is none, there is
 * one quiet way to it.
 */
export function Parts({ shown, children }: { shown: (typeof PARTS)[number]; children: ReactNode }) {
  const { t } = useText();
  const exists = useStore(walletStore, ({ view }) => view?.exists);
  useEffect(() => {
    if (walletStore.getState().view === undefined) lookAtWallet();
  }, []);
  if (exists !== true && shown !== 'wallet') {
    return (
      <>
        {children}
        {exists === false && (
          <p>
            <a href={hrefOf('earnings', WALLET_PART)} className="inline-flex min-h-8 items-center text-soft underline">
              {t('wallet.want')}
            </a>
          </p>
        )}
      </>
    );
  }
  return (
    <Tabs
      label={t('wallet.parts')}
      shown={shown}
      onShow={(id) => go('earnings', id === 'wallet' ? WALLET_PART : undefined)}
      tabs={PARTS.map((id) => ({
        id,
        title: t(id === 'wallet' ? 'wallet.title' : 'wallet.earnings'),
        content: id === shown && <div className="space-y-4">{children}</div>,
      }))}
    />
  );
}
