// The pages of Paygress. What a start shows comes with it, the rest when it is first wanted.
import { Box, CircleAlert, CloudOff, LogOut, PackageCheck, Radio, Undo2 } from 'lucide-react';
import { paygressConsent } from '../../../src-preload/contract/networks/paygress-consent.ts';
import { useText } from '../../i18n/use-text.ts';
import { later } from '../later.tsx';
import { asked, type Consent, type NetworkPages, type Shown } from '../pages.ts';
import type { Paygress } from './contract.ts';

/** What is rented, in one line. */
function Row({ network: { detail } }: Shown<Paygress>) {
  const { t } = useText();
  const count = detail.leases.length;
  return (
    <p className="text-soft">
      {count === 0 ? t('networks.paygress.row.idle') : t('networks.paygress.row.rented', { count })}
    </p>
  );
}

export const paygress: NetworkPages<Paygress> = {
  states: {
    degraded: 'networks.paygress.state.degraded',
    blocked: 'networks.paygress.state.blocked',
  },
  Row,
  Overview: later(async () => (await import('./overview.tsx')).Overview),
  First: later(async () => (await import('./first.tsx')).First),
  Settings: later(async () => (await import('./settings.tsx')).Settings),
  what: 'networks.paygress.what',
  consent: (_, { t }) =>
    Object.fromEntries(asked.map((what) => [what, t(`networks.paygress.consent.${what}`)])) as Consent,
  consentVersion: paygressConsent.version,
  promises: ['networks.paygress.promise.refund', 'networks.paygress.promise.walls'],
  checks: {
    relays: 'networks.paygress.check.relays',
    offer: 'networks.paygress.check.offer',
    heartbeat: 'networks.paygress.check.heartbeat',
    mint: 'networks.paygress.check.mint',
    boxes: 'networks.paygress.check.boxes',
    address: 'networks.paygress.check.address',
    http: 'networks.paygress.check.http',
  },
  rehearsal: {
    holds: 'networks.paygress.rehearsal.holds',
    offered: 'networks.paygress.rehearsal.offered',
    rented: 'networks.paygress.rehearsal.rented',
    used: 'networks.paygress.rehearsal.used',
    lengthened: 'networks.paygress.rehearsal.lengthened',
    ended: 'networks.paygress.rehearsal.ended',
    booked: 'networks.paygress.rehearsal.booked',
    'cleaned-up': 'networks.paygress.rehearsal.cleaned-up',
  },
  rehearsalMeans: 'networks.paygress.rehearsal.means',
  events: {
    offered: { word: 'networks.paygress.event.offered', tone: 'good', icon: Radio },
    'relays-away': { word: 'networks.paygress.event.relays-away', tone: 'warn', icon: CloudOff },
    'lease-began': { word: 'networks.paygress.event.lease-began', tone: 'good', icon: Box },
    'lease-ended': { word: 'networks.paygress.event.lease-ended', tone: 'neutral', icon: PackageCheck },
    'lease-failed': { word: 'networks.paygress.event.lease-failed', tone: 'warn', icon: CircleAlert },
    refunded: { word: 'networks.paygress.event.refunded', tone: 'neutral', icon: Undo2 },
    left: { word: 'networks.paygress.event.left', tone: 'neutral', icon: LogOut },
  },
  // What runs is what its customer named: a template by its own name.
  workWords: () => undefined,
  models: false,
};
