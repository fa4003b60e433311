import { Reason } from '../../components/reason.tsx';
import { hostOf, quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import type { Shown } from '../pages.ts';

/** Which directory confirmed this computer last and when, and what it thinks of it. */
export function Row({ network, now }: Shown<'iicp'>) {
  const { t, f } = useText();
  const { reason, heartbeat, registeredAt, reputation, directoryUrl } = network;
  const directory = directoryUrl === null ? t('networks.iicp.row.theDirectory') : quoted(hostOf(directoryUrl), 80);
  const seenAt = heartbeat.lastAcceptedAt ?? registeredAt;
  return (
    <>
      {reason && (
        <p className="text-soft">
          <Reason reason={reason} />
        </p>
      )}
      <p className="text-soft">
        {seenAt === null
          ? t('networks.iicp.row.notProven')
          : t('networks.iicp.row.provenBy', { when: f.ago(seenAt, now), directory })}
      </p>
      <p className="text-soft">
        {t('networks.iicp.row.reputation')}:{' '}
        {reputation === null || seenAt === null
          ? t('networks.iicp.row.notRated')
          : t('networks.iicp.row.reputationBy', {
              value: f.number(reputation, 2),
              directory,
              when: f.ago(seenAt, now),
            })}
      </p>
    </>
  );
}
