// The pages of the tests' own network: a row, facts, settings, what one agrees to, and words for its work and its history.
import { Clock, LogIn, LogOut } from 'lucide-react';
import { Fact } from '../../../../src-renderer/components/facts.tsx';
import { NumberField } from '../../../../src-renderer/components/number-field.tsx';
import { hostOf, quoted } from '../../../../src-renderer/format/text.ts';
import type { Key } from '../../../../src-renderer/i18n/keys.ts';
import { useText } from '../../../../src-renderer/i18n/use-text.ts';
import type { NetworkPages, Shown } from '../../../../src-renderer/networks/pages.ts';
import { Typed } from '../../../../src-renderer/parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../../../src-renderer/settings.ts';
import type { parcelContract } from '../contract.ts';
import type { parcel as texts } from './texts/en.ts';

type Parcel = typeof parcelContract;
/** The tables of the program do not know its texts and settings. */
const own = (name: keyof typeof texts | 'row' | `${'set' | 'work' | 'event' | 'consent'}.${string}`) =>
  `networks.parcel.${name}` as Key;
const SHELVES = 'networks.parcel.shelves' as never;
const MANAGER = 'networks.parcel.managerUrl' as never;

function Row({ network: { detail } }: Shown<Parcel>) {
  const { t } = useText();
  return <p className="text-soft">{t(own('row'), { count: detail.weighed })}</p>;
}

function Overview({ network: { detail } }: Shown<Parcel>) {
  const { t, f } = useText();
  return (
    <>
      <Fact name={t(own('manager'))}>{quoted(hostOf(detail.managerUrl), 80)}</Fact>
      <Fact name={t(own('weighed'))}>{f.count(detail.weighed)}</Fact>
      <Fact name={t(own('shelves'))}>{f.count(detail.shelves)}</Fact>
    </>
  );
}

function Settings() {
  const { t } = useText();
  return (
    <div className="grid gap-4 pt-1 sm:grid-cols-2">
      <Typed
        label={t(own('set.managerUrl'))}
        held={useSetting(MANAGER) ?? ''}
        onSave={(url) => saveSetting(MANAGER, url.trim() as never)}
      />
      <NumberField
        label={t(own('set.shelves'))}
        value={useSetting(SHELVES)}
        least={0}
        most={9}
        onSave={(count) => void saveSetting(SHELVES, count as never)}
      />
    </div>
  );
}

export const parcel: NetworkPages<Parcel> = {
  states: { degraded: own('away') },
  Row,
  Overview,
  Settings,
  consent: ({ detail }, { t }) => ({
    sends: t(own('consent.sends')),
    pays: t(own('consent.pays')),
    costs: t(own('consent.costs')),
    sees: t(own('consent.sees'), { manager: quoted(hostOf(detail.managerUrl), 80) }),
    runs: t(own('consent.runs')),
  }),
  consentVersion: 1,
  promises: [own('promise')],
  checks: { manager: own('manager') },
  events: {
    joined: { word: own('event.joined'), tone: 'good', icon: LogIn },
    left: { word: own('event.left'), tone: 'neutral', icon: LogOut },
    'manager-away': { word: own('event.manager-away'), tone: 'warn', icon: Clock },
  },
  workWords: (what, t) => (what === 'weigh' || what === 'shelf' ? t(own(`work.${what}`)) : undefined),
  models: false,
};
