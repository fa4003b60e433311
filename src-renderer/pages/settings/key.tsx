import { CircleAlert, KeyRound } from 'lucide-react';
import { useStore } from 'zustand/react';
import { BridgeError } from '../../bridge/failure.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { desktopStore } from '../../stores/desktop.ts';
import { nodeStore } from '../../stores/node.ts';
import { toast } from '../../stores/toasts.ts';

const HOLDERS = ['file', 'passphrase', 'keychain'] as const;
type Holder = (typeof HOLDERS)[number];

/** Who keeps the key that seals the secrets here, and giving it to another. */
export function Key() {
  const { t } = useText();
  const holder = useStore(nodeStore, ({ live }) => live?.value.keyHolder);
  const desktop = useStore(desktopStore, ({ live }) => live?.value);
  const known = HOLDERS.find((each) => each === holder);
  const [busy, move] = useBusy(async (to: Holder) => {
    try {
      await engine().ask('desktop.moveKey', { to });
      toast(t('settings.keyMoved'));
    } catch (error) {
      // The user has thought better of it.
      if (!(error instanceof BridgeError && error.code === 'desktop.not-given')) throw error;
    }
  });
  if (holder === undefined) return <Placeholder lines={2} />;
  const chain = desktop?.keychain.state;
  return (
    <Card title={t('settings.key')}>
      <div className="space-y-3">
        <p>
          {t('settings.keyMeans')}{' '}
          {known ? t(`settings.keyHolder.${known}`) : t('settings.keyOther', { holder: quoted(holder, 40) })}
        </p>
        {chain === 'plain' && (
          <Notice tone="warn" icon={CircleAlert}>
            {t('settings.keychainPlain')}
          </Notice>
        )}
        {chain === 'none' && <p className="text-soft">{t('settings.keychainNone')}</p>}
        {desktop ? (
          <div className="flex flex-wrap gap-2">
            {HOLDERS.filter((to) => to !== holder && (to !== 'keychain' || chain === 'protects')).map((to) => (
              <Button key={to} icon={KeyRound} busy={busy} onClick={() => move(to)}>
                {t(`settings.keyMove.${to}`)}
              </Button>
            ))}
          </div>
        ) : (
          desktop === null && <p className="text-soft">{t('settings.keyConsole')}</p>
        )}
      </div>
    </Card>
  );
}
