import { CircleAlert } from 'lucide-react';
import { Notice } from '../../components/notice.tsx';
import { Reason } from '../../components/reason.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { Shown } from '../pages.ts';
import type { Iicp } from './contract.ts';
import { NewIdentity } from './new-identity.tsx';

/** Why it is as it is, what the last heartbeat met, and when the next is due. */
export function Trouble({ network: { reason, detail }, now }: Shown<Iicp>) {
  const { t, f } = useText();
  const { heartbeat } = detail;
  const failure = heartbeat.failure?.code === reason?.code ? null : heartbeat.failure;
  if (reason === null && failure === null) return null;
  return (
    <Notice tone="warn" icon={CircleAlert} action={<NewIdentity code={reason?.code} />}>
      {reason && <Reason reason={reason} />} {failure && <Reason reason={failure} />}{' '}
      {heartbeat.failure &&
        heartbeat.nextAt !== null &&
        t('networks.iicp.facts.nextTry', { when: f.ahead(heartbeat.nextAt, now) })}
    </Notice>
  );
}
