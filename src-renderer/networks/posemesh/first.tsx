import { useText } from '../../i18n/use-text.ts';
import { Flip } from '../../parts/setting-fields.tsx';
import { RegistrationSecret } from './secret.tsx';
import { Variables } from './variables.tsx';

/** What posemesh needs before it can work: its secret, and a runner, if only the one for practice. */
export function First() {
  const { t } = useText();
  return (
    <div className="space-y-4 py-2">
      <RegistrationSecret />
      <Flip path="networks.posemesh.noop" label={t('networks.posemesh.set.noop')} />
      <p className="text-soft">{t('networks.posemesh.set.runnersLater')}</p>
      <Variables />
    </div>
  );
}
