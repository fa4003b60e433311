// The pages of posemesh. What a start shows comes with it, the rest when it is first wanted.
import { Bell, CircleAlert, CloudOff, KeyRound, LogIn, LogOut, Undo2 } from 'lucide-react';
import { posemeshConsent } from '../../../src-preload/contract/networks/posemesh-consent.ts';
import { hostOf, quoted } from '../../format/text.ts';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';
import { later } from '../later.tsx';
import { asked, type Consent, type NetworkPages, type Shown } from '../pages.ts';
import type { Posemesh } from './contract.ts';

/** What runs, in one line. */
function Row({ network: { detail } }: Shown<Posemesh>) {
  const { t } = useText();
  const count = detail.jobs.length;
  return (
    <p className={count === 0 ? 'text-soft' : ''}>
      {count === 0 ? t('networks.posemesh.row.idle') : t('networks.posemesh.row.running', { count })}
    </p>
  );
}

const WORDS: Readonly<Record<string, Key>> = {
  '/reconstruction/local-refinement/v1': 'networks.posemesh.work.local',
  '/reconstruction/global-refinement/v1': 'networks.posemesh.work.global',
  '/reconstruction/local-and-global-refinement/v1': 'networks.posemesh.work.both',
};

export const posemesh: NetworkPages<Posemesh> = {
  states: {
    degraded: 'networks.posemesh.state.degraded',
    blocked: 'networks.posemesh.state.blocked',
  },
  Row,
  Overview: later(async () => (await import('./overview.tsx')).Overview),
  Job: later(async () => (await import('./job.tsx')).Job),
  First: later(async () => (await import('./first.tsx')).First),
  Settings: later(async () => (await import('./settings.tsx')).Settings),
  consent: ({ detail }, { t }) => {
    const hosts = { dds: quoted(hostOf(detail.ddsBaseUrl), 80), dms: quoted(hostOf(detail.dmsBaseUrl), 80) };
    return Object.fromEntries(asked.map((what) => [what, t(`networks.posemesh.consent.${what}`, hosts)])) as Consent;
  },
  what: 'networks.posemesh.what',
  consentVersion: posemeshConsent.version,
  promises: ['networks.posemesh.promise.runners', 'networks.posemesh.promise.token'],
  checks: {
    registered: 'networks.posemesh.check.registered',
    secret: 'networks.posemesh.check.secret',
    token: 'networks.posemesh.check.token',
    manager: 'networks.posemesh.check.manager',
    domain: 'networks.posemesh.check.domain',
    runner: 'networks.posemesh.check.runner',
  },
  rehearsal: {
    registered: 'networks.posemesh.rehearsal.registered',
    'logged-in': 'networks.posemesh.rehearsal.logged-in',
    leased: 'networks.posemesh.rehearsal.leased',
    loaded: 'networks.posemesh.rehearsal.loaded',
    reported: 'networks.posemesh.rehearsal.reported',
    booked: 'networks.posemesh.rehearsal.booked',
    'cleaned-up': 'networks.posemesh.rehearsal.cleaned-up',
  },
  events: {
    registered: { word: 'networks.posemesh.event.registered', tone: 'good', icon: LogIn },
    'registration-failed': { word: 'networks.posemesh.event.registration-failed', tone: 'warn', icon: CircleAlert },
    'called-back': { word: 'networks.posemesh.event.called-back', tone: 'good', icon: Bell },
    'logged-in': { word: 'networks.posemesh.event.logged-in', tone: 'good', icon: KeyRound },
    'log-in-failed': { word: 'networks.posemesh.event.log-in-failed', tone: 'warn', icon: CircleAlert },
    'manager-failed': { word: 'networks.posemesh.event.manager-failed', tone: 'warn', icon: CloudOff },
    'lease-lost': { word: 'networks.posemesh.event.lease-lost', tone: 'warn', icon: Undo2 },
    'report-failed': { word: 'networks.posemesh.event.report-failed', tone: 'warn', icon: CircleAlert },
    left: { word: 'networks.posemesh.event.left', tone: 'neutral', icon: LogOut },
  },
  workWords: (what, t) => (Object.hasOwn(WORDS, what) ? t(WORDS[what]!) : undefined),
  notMoney: 'networks.posemesh.estimate',
  jobCapabilities: Object.keys(WORDS),
  estimates: true,
  models: false,
};
