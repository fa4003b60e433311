import { LinkButton } from '../../components/button.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Flip, Typed } from '../../parts/setting-fields.tsx';
import { hrefOf } from '../../places.ts';
import { saveSetting, useSetting } from '../../settings.ts';
import { RegistrationSecret } from './secret.tsx';
import { Variables } from './variables.tsx';
import { Wallet } from './wallet.tsx';

/** What most owners want to set; the rest by `hearth settings` or from a file of an official node. */
export function Settings() {
  const { t } = useText();
  return (
    <div className="space-y-6 pt-1">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <RegistrationSecret />
        <Line
          path="networks.posemesh.nodeUrl"
          label={t('networks.posemesh.set.nodeUrl')}
          help={t('networks.posemesh.set.nodeUrlHelp')}
        />
        <Line path="networks.posemesh.ddsBaseUrl" label={t('networks.posemesh.set.dds')} />
        <Line path="networks.posemesh.dmsBaseUrl" label={t('networks.posemesh.set.dms')} />
        <NumberField
          label={t('networks.posemesh.set.disk')}
          value={useSetting('networks.posemesh.jobDiskMiB')}
          least={1}
          most={100_000_000}
          onSave={(size) => void saveSetting('networks.posemesh.jobDiskMiB', size)}
        />
        <div className="sm:col-span-2">
          <Flip path="networks.posemesh.noop" label={t('networks.posemesh.set.noop')} />
        </div>
      </div>
      <section aria-label={t('runners.title')} className="space-y-2">
        <h3 className="font-semibold">{t('runners.title')}</h3>
        <p className="max-w-prose text-soft">{t('networks.posemesh.set.runners')}</p>
        <LinkButton href={hrefOf('capacity')}>{t('networks.posemesh.set.toRunners')}</LinkButton>
      </section>
      <Wallet />
      <Variables />
    </div>
  );
}

interface LineProps {
  readonly path: 'networks.posemesh.ddsBaseUrl' | 'networks.posemesh.dmsBaseUrl' | 'networks.posemesh.nodeUrl';
  readonly label: string;
  readonly help?: string;
}

function Line({ path, ...shown }: LineProps) {
  return <Typed {...shown} held={useSetting(path) ?? ''} onSave={(url) => saveSetting(path, url.trim())} />;
}
