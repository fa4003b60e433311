import { NumberField } from '../../components/number-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Flip, Typed } from '../../parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../settings.ts';

/** What most owners want to set; the rest by `hearth settings` or from a file of an official node. */
export function Settings() {
  const { t } = useText();
  return (
    <div className="grid gap-4 pt-1 sm:grid-cols-2">
      <Line path="networks.posemesh.ddsBaseUrl" label={t('networks.posemesh.set.dds')} />
      <Line path="networks.posemesh.dmsBaseUrl" label={t('networks.posemesh.set.dms')} />
      <Line
        path="networks.posemesh.nodeUrl"
        label={t('networks.posemesh.set.nodeUrl')}
        help={t('networks.posemesh.set.nodeUrlHelp')}
      />
      <NumberField
        label={t('networks.posemesh.set.disk')}
        value={useSetting('networks.posemesh.jobDiskMiB')}
        least={1}
        most={100_000_000}
        onSave={(size) => void saveSetting('networks.posemesh.jobDiskMiB', size)}
      />
      <Flip path="networks.posemesh.noop" label={t('networks.posemesh.set.noop')} />
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
