import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Field } from '../../components/field.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Switch } from '../../components/switch.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useText } from '../../i18n/use-text.ts';
import { Typed } from '../../parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../settings.ts';
import { OwnKey } from './own-key.tsx';
import { Specs } from './specs.tsx';

/** What is offered, and how customers find it and get in. */
export function Settings() {
  const { t } = useText();
  return (
    <div className="space-y-6 pt-1">
      <Specs />
      <Way />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Line
          path="networks.paygress.name"
          label={t('networks.paygress.set.name')}
          help={t('networks.paygress.set.nameHelp')}
        />
        <Line path="networks.paygress.location" label={t('networks.paygress.set.location')} />
        <NumberField
          label={t('networks.paygress.set.least')}
          value={useSetting('networks.paygress.leastSeconds')}
          least={1}
          most={86_400}
          onSave={(seconds) => void saveSetting('networks.paygress.leastSeconds', seconds)}
        />
      </div>
      <Relays />
      <OverHttp />
      <OwnKey />
    </div>
  );
}

/** How customers get in from outside. */
export function Way() {
  const { t } = useText();
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Line
        path="networks.paygress.address"
        label={t('networks.paygress.set.address')}
        help={t('networks.paygress.set.addressHelp')}
      />
      <Port path="networks.paygress.portFrom" label={t('networks.paygress.set.portFrom')} />
      <Port path="networks.paygress.portTo" label={t('networks.paygress.set.portTo')} />
      <div className="flex items-center justify-between gap-3 sm:col-span-2">
        <span>{t('networks.paygress.set.routerPorts')}</span>
        <Switch
          label={t('networks.paygress.set.routerPorts')}
          checked={useSetting('networks.paygress.routerPorts') ?? false}
          busy={false}
          onChange={(on) => void saveSetting('networks.paygress.routerPorts', on)}
        />
      </div>
    </div>
  );
}

/** For customers without Nostr. Off until it is chosen, with what it takes one click behind. */
function OverHttp() {
  const { t } = useText();
  const on = useSetting('networks.paygress.http') ?? false;
  return (
    <Disclosure title={t('networks.paygress.set.http')}>
      <p className="text-muted max-w-prose">{t('networks.paygress.set.httpMeans')}</p>
      <div className="mt-3 grid items-start gap-4 sm:grid-cols-2">
        <div className="flex items-center justify-between gap-3 sm:col-span-2">
          <span>{t('networks.paygress.set.httpSwitch')}</span>
          <Switch
            label={t('networks.paygress.set.httpSwitch')}
            checked={on}
            busy={false}
            onChange={(wanted) => void saveSetting('networks.paygress.http', wanted)}
          />
        </div>
        <Line path="networks.paygress.httpBind" label={t('networks.paygress.set.httpBind')} />
        <Port path="networks.paygress.httpPort" label={t('networks.paygress.set.httpPort')} />
        <Line
          path="networks.paygress.httpUrl"
          label={t('networks.paygress.set.httpUrl')}
          help={t('networks.paygress.set.httpUrlHelp')}
        />
      </div>
    </Disclosure>
  );
}

/** One on each line. */
function Relays() {
  const { t } = useText();
  const held = (useSetting('networks.paygress.relays') ?? []).join('\n');
  const [typed, setTyped] = useState<string>();
  const commit = () => {
    if (typed === undefined) return;
    const relays = typed.split(/\s+/).filter((url) => url !== '');
    void saveSetting('networks.paygress.relays', relays).then((taken) => taken && setTyped(undefined));
  };
  return (
    <div className="space-y-2">
      <Field label={t('networks.paygress.set.relays')} help={t('networks.paygress.set.relaysHelp')}>
        {(control) => (
          <TextArea {...control} rows={4} value={typed ?? held} most={8192} onChange={setTyped} onCommit={commit} />
        )}
      </Field>
      {typed !== undefined && typed !== held && (
        <Button onClick={commit}>{t('networks.paygress.set.relaysSave')}</Button>
      )}
    </div>
  );
}

interface LineProps {
  readonly path: `networks.paygress.${'name' | 'location' | 'address' | 'httpBind' | 'httpUrl'}`;
  readonly label: string;
  readonly help?: string;
}

function Line({ path, ...shown }: LineProps) {
  return <Typed {...shown} held={useSetting(path) ?? ''} onSave={(text) => saveSetting(path, text.trim())} />;
}

function Port({ path, label }: { path: `networks.paygress.${'portFrom' | 'portTo' | 'httpPort'}`; label: string }) {
  return (
    <NumberField
      label={label}
      value={useSetting(path)}
      least={1024}
      most={65_535}
      names
      onSave={(port) => void saveSetting(path, port)}
    />
  );
}
