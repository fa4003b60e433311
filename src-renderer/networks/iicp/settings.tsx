import { useState } from 'react';
import { useStore } from 'zustand/react';
import { engine } from '../../bridge/index.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { Switch } from '../../components/switch.tsx';
import { useText } from '../../i18n/use-text.ts';
import { hostsIn } from '../../parts/hosts.ts';
import { Flip, Typed } from '../../parts/setting-fields.tsx';
import { saveSetting, useSetting } from '../../settings.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { settingsStore } from '../../stores/settings.ts';
import { toast } from '../../stores/toasts.ts';
import { INTENTS, workWords } from './work.ts';

/** Each takes effect when it is left; the node joins anew where it has to. */
export function Settings() {
  const { t } = useText();
  const intent = useSetting('networks.iicp.defaultIntent') ?? INTENTS[0]!;
  const intents = INTENTS.includes(intent) ? INTENTS : [intent, ...INTENTS];
  return (
    <div className="grid gap-4 pt-1 sm:grid-cols-2">
      <Line path="networks.iicp.directoryUrl" label={t('networks.iicp.set.directory')} />
      <Line
        path="networks.iicp.endpoint"
        label={t('networks.iicp.set.endpoint')}
        help={t('networks.iicp.set.endpointHelp')}
      />
      <Line path="networks.iicp.bind" label={t('networks.iicp.set.bind')} />
      <NumberField
        label={t('networks.iicp.set.port')}
        help={t('networks.iicp.set.portHelp')}
        value={useSetting('networks.iicp.port')}
        least={0}
        most={65_535}
        names
        onSave={(port) => void saveSetting('networks.iicp.port', port)}
      />
      <NumberField
        label={t('networks.iicp.set.body')}
        value={useSetting('networks.iicp.maxBodyMiB')}
        least={1}
        most={32}
        onSave={(size) => void saveSetting('networks.iicp.maxBodyMiB', size)}
      />
      <Field label={t('networks.iicp.set.intent')}>
        {(control) => (
          <Select
            {...control}
            value={intent}
            options={intents.map((value) => ({ value, title: workWords(value, t) ?? value }))}
            onChange={(value) => void saveSetting('networks.iicp.defaultIntent', value)}
          />
        )}
      </Field>
      <AtStop />
      <Hosts />
      <OwnKey />
      <NewKey />
      <Flip path="networks.iicp.cors" label={t('networks.iicp.set.cors')} />
      <Flip path="networks.iicp.idempotency" label={t('networks.iicp.set.idempotency')} />
      <Flip path="networks.iicp.operator" label={t('networks.iicp.set.operator')} />
      {useSetting('networks.iicp.operator') === true && (
        <Line
          path="networks.iicp.operatorName"
          label={t('networks.iicp.set.operatorName')}
          help={t('networks.iicp.set.operatorHelp')}
        />
      )}
      <Flip path="networks.iicp.requireToken" label={t('networks.iicp.set.requireToken')} />
      <Flip path="networks.iicp.cooperation" label={t('networks.iicp.set.cooperation')} />
      {useSetting('networks.iicp.cooperation') === true && <Cooperation />}
      <RelayUse />
      <Flip path="networks.iicp.relayServe" label={t('networks.iicp.set.relayServe')} />
      {useSetting('networks.iicp.relayServe') === true && <RelayServe />}
      <Flip path="networks.iicp.mesh" label={t('networks.iicp.set.mesh')} />
      <Flip path="networks.iicp.metrics" label={t('networks.iicp.set.metrics')} />
    </div>
  );
}

/** What becomes of this node's place in the directory when its user stops it. */
function AtStop() {
  const { t } = useText();
  const atStop = useSetting('networks.iicp.atStop') ?? 'auto';
  return (
    <Field label={t('networks.iicp.set.atStop')} help={t('networks.iicp.set.atStopHelp')}>
      {(control) => (
        <Select
          {...control}
          value={atStop}
          options={[
            { value: 'auto', title: t('networks.iicp.set.atStopAuto') },
            { value: 'stay', title: t('networks.iicp.set.atStopStay') },
            { value: 'leave', title: t('networks.iicp.set.atStopLeave') },
          ]}
          onChange={(value) => void saveSetting('networks.iicp.atStop', value)}
        />
      )}
    </Field>
  );
}

function Cooperation() {
  const { t } = useText();
  return (
    <>
      <Flip path="networks.iicp.cooperationWorker" label={t('networks.iicp.set.cooperationWorker')} />
      <NumberField
        label={t('networks.iicp.set.cooperationAtOnce')}
        value={useSetting('networks.iicp.cooperationAtOnce')}
        least={1}
        most={256}
        onSave={(count) => void saveSetting('networks.iicp.cooperationAtOnce', count)}
      />
      <NumberField
        label={t('networks.iicp.set.cooperationSeconds')}
        value={useSetting('networks.iicp.cooperationSeconds')}
        least={1}
        most={60}
        onSave={(seconds) => void saveSetting('networks.iicp.cooperationSeconds', seconds)}
      />
    </>
  );
}

/** Off, one that is chosen, or one that is named. */
function RelayUse() {
  const { t } = useText();
  const [busy, setBusy] = useState(false);
  const use = useSetting('networks.iicp.relayUse') ?? 'off';
  const turn = (on: boolean) => {
    setBusy(true);
    void saveSetting('networks.iicp.relayUse', on ? 'auto' : 'off').finally(() => setBusy(false));
  };
  return (
    <>
      <div className="flex items-center justify-between gap-3">
        <span>{t('networks.iicp.set.relayUse')}</span>
        <Switch label={t('networks.iicp.set.relayUse')} checked={use !== 'off'} busy={busy} onChange={turn} />
      </div>
      {use !== 'off' && (
        <Typed
          label={t('networks.iicp.set.relayName')}
          help={t('networks.iicp.set.relayNameHelp')}
          held={use === 'auto' ? '' : use}
          onSave={(value) => saveSetting('networks.iicp.relayUse', value.trim() || 'auto')}
        />
      )}
    </>
  );
}

function RelayServe() {
  const { t } = useText();
  return (
    <>
      <NumberField
        label={t('networks.iicp.set.relayPort')}
        value={useSetting('networks.iicp.relayPort')}
        least={0}
        most={65_535}
        names
        onSave={(port) => void saveSetting('networks.iicp.relayPort', port)}
      />
      <Flip path="networks.iicp.relayTickets" label={t('networks.iicp.set.relayTickets')} />
    </>
  );
}

type LinePath =
  | 'networks.iicp.directoryUrl'
  | 'networks.iicp.endpoint'
  | 'networks.iicp.bind'
  | 'networks.iicp.operatorName';

function Line({ path, label, help }: { path: LinePath; label: string; help?: string }) {
  const held = useSetting(path) ?? '';
  return (
    <Typed
      label={label}
      {...(help !== undefined && { help })}
      held={held}
      onSave={(value) => saveSetting(path, value.trim())}
    />
  );
}

function Hosts() {
  const { t } = useText();
  const held = useSetting('networks.iicp.redirectHosts') ?? [];
  return (
    <Typed
      label={t('networks.iicp.set.redirects')}
      help={t('networks.iicp.set.redirectsHelp')}
      held={held.join(', ')}
      onSave={(value) => saveSetting('networks.iicp.redirectHosts', hostsIn(value))}
    />
  );
}

/** Goes in and never comes out again. */
function OwnKey() {
  const { t } = useText();
  const isSet = useStore(
    settingsStore,
    ({ live }) => live?.value.find(({ path }) => path === 'networks.iicp.operatorHmacKey')?.isSet ?? false,
  );
  const [typed, setTyped] = useState('');
  const save = (value: string) => {
    void saveSetting('networks.iicp.operatorHmacKey', value).then((taken) => taken && setTyped(''));
  };
  return (
    <div className="space-y-1.5">
      <Field
        label={t('networks.iicp.set.key')}
        help={t(isSet ? 'networks.iicp.set.keySet' : 'networks.iicp.set.keyUnset')}
      >
        {(control) => (
          <Input
            {...control}
            type="password"
            most={256}
            value={typed}
            onChange={setTyped}
            onEnter={() => typed !== '' && save(typed)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button busy={typed === ''} onClick={() => save(typed)}>
          {t('networks.iicp.set.keySave')}
        </Button>
        {isSet && <Button onClick={() => save('')}>{t('networks.iicp.set.keyRemove')}</Button>}
      </div>
    </div>
  );
}

/** Another key for what clients seal. The one before is honoured for long, so that no client is turned away. */
function NewKey() {
  const { t } = useText();
  const [state, setState] = useState<'idle' | 'asking' | 'busy'>('idle');
  const replace = () => {
    setState('busy');
    void engine()
      .ask('networks.rotateKey', { id: 'iicp' })
      .then(() => toast(t('networks.iicp.set.keyReplaced')), reportFailure)
      .finally(() => setState('idle'));
  };
  return (
    <div className="space-y-1.5">
      <p className="text-soft">{t('networks.iicp.set.sealKey')}</p>
      <Button onClick={() => setState('asking')}>{t('networks.iicp.set.keyReplace')}</Button>
      {state !== 'idle' && (
        <Confirm
          title={t('networks.iicp.set.keyReplaceAsk')}
          confirm={t('networks.iicp.set.keyReplace')}
          busy={state === 'busy'}
          onConfirm={replace}
          onCancel={() => setState('idle')}
        >
          {t('networks.iicp.set.keyReplaceHelp')}
        </Confirm>
      )}
    </div>
  );
}
