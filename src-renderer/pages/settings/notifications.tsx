import { useStore } from 'zustand/react';
import { NoticeKind } from '../../../src-preload/contract/settings/desktop.ts';
import { Card } from '../../components/card.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { desktopStore } from '../../stores/desktop.ts';
import { SwitchRow } from './switch-row.tsx';

/** What is notified outside the window. */
export function Notifications() {
  const { t } = useText();
  const desktop = useStore(desktopStore, ({ live }) => live?.value);
  const told = useSetting('desktop.notifications');
  return (
    <Card title={t('settings.notices')}>
      {desktop === null ? (
        <p>{t('settings.desktopOnly')}</p>
      ) : told === undefined ? (
        <Placeholder lines={4} />
      ) : (
        <>
          <p className="mb-3 text-soft">{t('settings.noticesMean')}</p>
          <div className="divide-y divide-line">
            {NoticeKind.options.map((kind) => (
              <SwitchRow
                key={kind}
                label={t(`settings.notice.${kind}`)}
                checked={told[kind]}
                onChange={(on) => changeSetting('desktop.notifications', (value) => ({ ...value, [kind]: on }))}
              />
            ))}
          </div>
        </>
      )}
    </Card>
  );
}
