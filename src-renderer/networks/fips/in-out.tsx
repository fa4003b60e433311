import { useText } from '../../i18n/use-text.ts';

/** Bytes that came and bytes that went, one beneath the other. */
export function InOut({ received, sent }: { received: number; sent: number }) {
  const { t, f } = useText();
  return (
    <>
      <span className="block whitespace-nowrap">{t('networks.fips.bytesIn', { bytes: f.bytes(received) })}</span>
      <span className="block whitespace-nowrap">{t('networks.fips.bytesOut', { bytes: f.bytes(sent) })}</span>
    </>
  );
}
