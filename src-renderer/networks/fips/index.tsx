// The pages of FIPS. What a start shows comes with it, the rest when it is first wanted.
import {
  CircleAlert,
  CircleSlash,
  LogOut,
  MonitorUp,
  Network,
  Play,
  PlugZap,
  Sunrise,
  Terminal,
  Unplug,
} from 'lucide-react';
import { fipsConsent } from '../../../src-preload/contract/networks/fips-consent.ts';
import { useText } from '../../i18n/use-text.ts';
import { later } from '../later.tsx';
import { asked, type Consent, type NetworkPages, type Shown } from '../pages.ts';
import type { Fips } from './contract.ts';

/** How many neighbours there are, in one line. */
function Row({ network: { detail } }: Shown<Fips>) {
  const { t } = useText();
  const count = detail.neighbours;
  return (
    <p className="text-soft">{count === 0 ? t('networks.fips.row.alone') : t('networks.fips.row.up', { count })}</p>
  );
}

export const fips: NetworkPages<Fips> = {
  states: {
    starting: 'networks.fips.state.starting',
    degraded: 'networks.fips.state.degraded',
  },
  Row,
  Overview: later(async () => (await import('./overview.tsx')).Overview),
  Technical: later(async () => (await import('./technical.tsx')).Technical),
  First: later(async () => (await import('./first.tsx')).First),
  Settings: later(async () => (await import('./settings.tsx')).Settings),
  what: 'networks.fips.what',
  consent: (_, { t }) => Object.fromEntries(asked.map((what) => [what, t(`networks.fips.consent.${what}`)])) as Consent,
  consentVersion: fipsConsent.version,
  promises: ['networks.fips.promise.sealed', 'networks.fips.promise.router', 'networks.fips.promise.money'],
  checks: {
    key: 'networks.fips.check.key',
    transports: 'networks.fips.check.transports',
    neighbours: 'networks.fips.check.neighbours',
    tree: 'networks.fips.check.tree',
    transit: 'networks.fips.check.transit',
    control: 'networks.fips.check.control',
    relays: 'networks.fips.check.relays',
    advert: 'networks.fips.check.advert',
    stun: 'networks.fips.check.stun',
  },
  events: {
    started: { word: 'networks.fips.event.started', tone: 'good', icon: Play },
    'transport-failed': { word: 'networks.fips.event.transport-failed', tone: 'warn', icon: CircleAlert },
    'console-visited': { word: 'networks.fips.event.console-visited', tone: 'neutral', icon: MonitorUp },
    'peer-up': { word: 'networks.fips.event.peer-up', tone: 'good', icon: PlugZap },
    'peer-down': { word: 'networks.fips.event.peer-down', tone: 'warn', icon: Unplug },
    'transit-spent': { word: 'networks.fips.event.transit-spent', tone: 'warn', icon: CircleSlash },
    'control-failed': { word: 'networks.fips.event.control-failed', tone: 'warn', icon: Terminal },
    woke: { word: 'networks.fips.event.woke', tone: 'neutral', icon: Sunrise },
    moved: { word: 'networks.fips.event.moved', tone: 'neutral', icon: Network },
    left: { word: 'networks.fips.event.left', tone: 'neutral', icon: LogOut },
  },
  workWords: () => undefined,
  models: false,
};
