import { BadgeCheck, CircleAlert, CircleOff, Clock, type LucideIcon, MonitorOff } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import type { DesktopView, LoginView } from '../../../src-preload/contract/desktop.ts';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Pill } from '../../components/pill.tsx';
import { Reason } from '../../components/reason.tsx';
import { Select } from '../../components/select.tsx';
import type { Tone } from '../../components/tone.ts';
import { useText } from '../../i18n/use-text.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { desktopStore } from '../../stores/desktop.ts';
import { Look } from './look.tsx';
import { SwitchRow } from './switch-row.tsx';

const MINUTE = 60_000;
const USUAL_KEYS = 'CommandOrControl+Alt+P';

/** How the pages look, what this computer is called, and the manners of the desktop app. */
export function General() {
  const { t } = useText();
  const desktop = useStore(desktopStore, ({ live }) => live?.value);
  return (
    <>
      <Look />
      <Card title={t('settings.computer')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Typed path="node.name" label={t('settings.name')} help={t('settings.nameHelp')} />
          <Typed path="node.region" label={t('settings.region')} help={t('settings.regionHelp')} />
        </div>
      </Card>
      <Card title={t('settings.start')}>
        {desktop ? <Manners desktop={desktop} /> : desktop === null && <p>{t('settings.desktopOnly')}</p>}
      </Card>
    </>
  );
}

type TextSetting = 'node.name' | 'node.region' | 'desktop.releaseKeys';

/** A line of text, saved on Enter and when the focus leaves. */
function Typed({ path, label, help }: { path: TextSetting; label: string; help: string }) {
  const held = useSetting(path) ?? '';
  const [typed, setTyped] = useState<string>();
  const commit = () => {
    if (typed === undefined) return;
    // What was refused stays to be mended.
    if (typed === held) setTyped(undefined);
    else void saveSetting(path, typed).then((taken) => taken && setTyped(undefined));
  };
  return (
    <Field label={label} help={help}>
      {(control) => <Input {...control} value={typed ?? held} most={64} onChange={setTyped} onCommit={commit} />}
    </Field>
  );
}

function Manners({ desktop: { login, tray, releaseKeys } }: { desktop: DesktopView }) {
  const { t } = useText();
  const closing = useSetting('desktop.closeKeepsServing') ?? 'ask';
  const keys = useSetting('desktop.releaseKeys') ?? '';
  return (
    <div className="space-y-4">
      <SwitchRow
        label={t('settings.openAtLogin')}
        help={t('settings.openAtLoginHelp')}
        checked={useSetting('desktop.openAtLogin') ?? false}
        disabled={login.state === 'not-here'}
        aside={<Login login={login} />}
        onChange={(on) => saveSetting('desktop.openAtLogin', on)}
      />
      <Field label={t('settings.close')} help={t('settings.closeHelp')}>
        {(control) => (
          <Select
            {...control}
            value={closing}
            options={(['ask', 'keep', 'quit'] as const).map((value) => ({
              value,
              title: t(`settings.closing.${value}`),
            }))}
            onChange={(value) => void saveSetting('desktop.closeKeepsServing', value)}
          />
        )}
      </Field>
      {tray === 'hidden' && (
        <Notice tone="neutral" icon={MonitorOff}>
          {t('settings.trayHidden')}
        </Notice>
      )}
      <SwitchRow
        label={t('settings.releaseKeys')}
        help={t('settings.releaseKeysHelp')}
        checked={keys !== ''}
        onChange={(on) => saveSetting('desktop.releaseKeys', on ? USUAL_KEYS : '')}
      />
      {keys !== '' && releaseKeys === 'taken' && (
        <div role="alert">
          <Notice tone="warn" icon={CircleAlert}>
            {t('settings.releaseKeysTaken')}
          </Notice>
        </div>
      )}
      {keys !== '' && (
        <Typed
          path="desktop.releaseKeys"
          label={t('settings.releaseKeysWhich')}
          help={t('settings.releaseKeysExample')}
        />
      )}
    </div>
  );
}

const loginSigns: Record<LoginView['state'], { tone: Tone; icon: LucideIcon }> = {
  off: { tone: 'neutral', icon: CircleOff },
  on: { tone: 'neutral', icon: Clock },
  verified: { tone: 'good', icon: BadgeCheck },
  failed: { tone: 'warn', icon: CircleAlert },
  blocked: { tone: 'warn', icon: CircleAlert },
  'not-here': { tone: 'neutral', icon: CircleOff },
};

/** What is known of it: it is believed once it was seen. */
function Login({ login: { state, verifiedAt, reason } }: { login: LoginView }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const when = verifiedAt === null ? '' : f.ago(verifiedAt, now);
  return (
    <div className="mt-1 space-y-1">
      <Pill {...loginSigns[state]}>{t(`settings.login.${state}`, { when })}</Pill>
      {reason && (
        <p className="text-soft">
          <Reason reason={reason} />
        </p>
      )}
    </div>
  );
}
