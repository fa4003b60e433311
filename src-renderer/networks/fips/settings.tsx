import type { ReactNode } from 'react';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Flip, Typed } from '../../parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../settings.ts';
import { readKeys, wordsOf } from './forward-typed.ts';
import { Forwards } from './forwards-form.tsx';
import { AddPeer, Peers } from './peers-form.tsx';

/** Whom this computer reaches, where it listens, and what it does for others; the rest by `hearth settings`. */
export function Settings() {
  const { t } = useText();
  return (
    <div className="space-y-6 pt-1">
      <Section title={t('networks.fips.peers.title')}>
        <Peers />
        <AddPeer />
      </Section>
      <Finding />
      <Section title={t('networks.fips.programs.title')}>
        <Flip path="networks.fips.tun" label={t('networks.fips.set.tun')} />
        <Flip path="networks.fips.dns" label={t('networks.fips.set.dns')} />
      </Section>
      <Section title={t('networks.fips.forwards.title')}>
        <Forwards />
      </Section>
      <Console />
      <Section title={t('networks.fips.set.router')}>
        <Flip path="networks.fips.transit" label={t('networks.fips.set.transit')} />
        <p className="max-w-prose text-soft">{t('networks.fips.set.transitMeans')}</p>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <NumberField
            label={t('networks.fips.set.rate')}
            value={useSetting('networks.fips.transitKiBps')}
            least={0}
            most={10_000_000}
            onSave={(rate) => void saveSetting('networks.fips.transitKiBps', rate)}
          />
          <NumberField
            label={t('networks.fips.set.month')}
            value={useSetting('networks.fips.transitMonthMiB')}
            least={0}
            most={100_000_000}
            onSave={(volume) => void saveSetting('networks.fips.transitMonthMiB', volume)}
          />
        </div>
      </Section>
      <Section title={t('networks.fips.set.listening')}>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Typed
            label={t('networks.fips.set.udp')}
            help={t('networks.fips.set.udpHelp')}
            held={useSetting('networks.fips.udpBind') ?? ''}
            onSave={(place) => saveSetting('networks.fips.udpBind', place.trim())}
          />
          <Typed
            label={t('networks.fips.set.tcp')}
            help={t('networks.fips.set.tcpHelp')}
            held={useSetting('networks.fips.tcpBind') ?? ''}
            onSave={(place) => saveSetting('networks.fips.tcpBind', place.trim())}
          />
          <Typed
            label={t('networks.fips.set.tor')}
            help={t('networks.fips.set.torHelp')}
            held={useSetting('networks.fips.torSocks') ?? ''}
            onSave={(place) => saveSetting('networks.fips.torSocks', place.trim())}
          />
        </div>
        <Flip path="networks.fips.accept" label={t('networks.fips.set.accept')} />
        <Flip path="networks.fips.control" label={t('networks.fips.set.control')} />
      </Section>
    </div>
  );
}

/** How peers are found whose address is not known, and this computer by them. */
function Finding() {
  const { t } = useText();
  return (
    <Section title={t('networks.fips.set.finding')}>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Typed
          label={t('networks.fips.set.relays')}
          help={t('networks.fips.set.relaysHelp')}
          held={(useSetting('networks.fips.relays') ?? []).join(' ')}
          onSave={(typed) => saveSetting('networks.fips.relays', wordsOf(typed))}
        />
        <Typed
          label={t('networks.fips.set.stun')}
          help={t('networks.fips.set.stunHelp')}
          held={(useSetting('networks.fips.stunServers') ?? []).join(' ')}
          onSave={(typed) => saveSetting('networks.fips.stunServers', wordsOf(typed))}
        />
      </div>
      <Flip path="networks.fips.advertise" label={t('networks.fips.set.advertise')} />
      <Flip path="networks.fips.openDiscovery" label={t('networks.fips.set.openDiscovery')} />
      <Flip path="networks.fips.lan" label={t('networks.fips.set.lan')} />
    </Section>
  );
}

/** Who may open these pages from other computers. */
function Console() {
  const { t } = useText();
  const peers = useSetting('networks.fips.peers') ?? [];
  const named = (key: string) => peers.find(({ npub }) => npub === key)?.alias ?? key;
  return (
    <Section title={t('networks.fips.console.title')}>
      <p className="max-w-prose text-soft">{t('networks.fips.console.means')}</p>
      <Typed
        label={t('networks.fips.console.who')}
        help={t('networks.fips.console.whoHelp')}
        held={(useSetting('networks.fips.consoleFor') ?? []).map(named).join(' ')}
        onSave={(typed) => saveSetting('networks.fips.consoleFor', readKeys(typed, peers))}
      />
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-3">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}
