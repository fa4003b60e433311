import { Disclosure } from '../../components/disclosure.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Copied } from '../../parts/copied.tsx';

/** What others need to name this computer: its key, as text and for a camera, and the address that follows from it. */
export function Me({ npub, ipv6 }: { npub: string | null; ipv6: string | null }) {
  const { t } = useText();
  if (npub === null) return <p className="text-soft">{t('networks.fips.me.none')}</p>;
  return (
    <div className="space-y-2">
      <p className="max-w-prose text-soft">{t('networks.fips.me.means')}</p>
      <p>
        <Copied text={npub} code />
      </p>
      {ipv6 !== null && (
        <p>
          <Copied text={ipv6} code />
        </p>
      )}
      <Disclosure title={t('networks.fips.me.qr')}>
        <div className="max-w-60">
          <QrCode text={npub} label={t('networks.fips.me.qrLabel')} />
        </div>
      </Disclosure>
    </div>
  );
}
