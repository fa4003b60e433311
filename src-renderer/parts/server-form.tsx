import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { BackendView } from '../../src-preload/contract/backends.ts';
import { BackendKind } from '../../src-preload/contract/settings/backends.ts';
import { useBusy } from '../busy.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field } from '../components/field.tsx';
import { Input } from '../components/input.tsx';
import { Notice } from '../components/notice.tsx';
import { Select } from '../components/select.tsx';
import { Switch } from '../components/switch.tsx';
import { Text } from '../components/text.tsx';
import { useText } from '../i18n/use-text.ts';
import { changeSetting } from '../settings.ts';
import { backendName, serverName } from '../signs.ts';
import { changeOf, type Entry, emptyEntry, entryOf, type Problems, problemsOf, urlFor } from './entry.ts';
import { rootOf, type ServerSetting, withServer } from './servers.ts';

export interface ServerFormProps {
  /** Left out: another one is added. */
  readonly backend?: BackendView;
  /** What was chosen for it, where it was named before. */
  readonly setting?: ServerSetting | undefined;
  /** Addresses that are there already. */
  readonly taken?: readonly string[];
  readonly onClose: () => void;
}

/** A model server by its address: its make, its key, and how much of it may be used. */
export function ServerForm({ backend, setting, taken = [], onClose }: ServerFormProps) {
  const { t } = useText();
  const [entry, setEntry] = useState<Entry>(() => (backend ? entryOf(backend, setting) : emptyEntry));
  const [asked, setAsked] = useState(false);
  const edit = (change: Partial<Entry>) => setEntry((before) => ({ ...before, ...change }));
  const problems: Problems = asked ? problemsOf(entry, backend ? [] : taken, t) : {};
  const keySet = setting?.apiKeySet ?? false;
  const [saving, save] = useBusy(async () => {
    setAsked(true);
    if (Object.keys(problemsOf(entry, backend ? [] : taken, t)).length > 0) return;
    const server = backend ?? { id: rootOf(entry.url.trim()), kind: entry.kind, url: entry.url.trim() };
    if (await changeSetting('backends.inference', (list) => withServer(list, server, changeOf(entry)))) onClose();
  });
  return (
    <Dialog
      title={
        backend ? t('capacity.server.editTitle', { server: serverName(backend, t) }) : t('capacity.server.addTitle')
      }
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('frame.cancel')}</Button>
          <Button look="main" busy={saving} onClick={() => save()}>
            {t(backend ? 'capacity.server.save' : 'capacity.server.addIt')}
          </Button>
        </>
      }
    >
      {backend ? (
        <p className="text-soft">
          <Text value={backend.url} most={200} />
        </p>
      ) : (
        <>
          <Field label={t('capacity.server.kind')}>
            {(control) => (
              <Select
                {...control}
                value={entry.kind}
                options={BackendKind.options.map((kind) => ({ value: kind, title: backendName(kind, t) }))}
                onChange={(kind) => edit({ kind, url: urlFor(kind, entry), enabled: kind !== 'anthropic' })}
              />
            )}
          </Field>
          <Field label={t('capacity.server.url')} help={t('capacity.server.urlHelp')} error={problems.url}>
            {(control) => (
              <Input
                {...control}
                type="url"
                most={2048}
                value={entry.url}
                onChange={(url) => edit({ url })}
                onEnter={() => save()}
              />
            )}
          </Field>
        </>
      )}
      {entry.kind === 'anthropic' && (
        <Notice tone="warn" icon={TriangleAlert}>
          <p className="font-medium">{t('capacity.server.anthropicTitle')}</p>
          <p>{t('capacity.server.anthropic')}</p>
        </Notice>
      )}
      <Field label={t('capacity.server.key')} help={t(keySet ? 'capacity.server.keyKept' : 'capacity.server.keyHelp')}>
        {(control) => (
          <Input
            {...control}
            type="password"
            most={4096}
            value={entry.key}
            disabled={entry.removeKey}
            {...(keySet && { placeholder: t('capacity.server.keySet') })}
            onChange={(key) => edit({ key })}
          />
        )}
      </Field>
      {keySet && (
        <label className="flex min-h-8 cursor-pointer items-center gap-2">
          <input
            type="checkbox"
            checked={entry.removeKey}
            onChange={(event) => edit({ removeKey: event.target.checked, key: '' })}
            className="size-4 accent-accent"
          />
          {t('capacity.server.keyRemove')}
        </label>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('capacity.server.atOnce')} help={t('capacity.server.atOnceHelp')} error={problems.atOnce}>
          {(control) => <Input {...control} most={20} value={entry.atOnce} onChange={(atOnce) => edit({ atOnce })} />}
        </Field>
        <Field
          label={t('capacity.server.dailyTokens')}
          help={t('capacity.server.dailyTokensHelp')}
          error={problems.dailyTokens}
        >
          {(control) => (
            <Input {...control} most={20} value={entry.dailyTokens} onChange={(dailyTokens) => edit({ dailyTokens })} />
          )}
        </Field>
      </div>
      <div className="flex items-center justify-between gap-4">
        <p className="font-medium">{t('capacity.server.enabled')}</p>
        <Switch
          label={t('capacity.server.enabled')}
          checked={entry.enabled}
          busy={false}
          onChange={(enabled) => edit({ enabled })}
        />
      </div>
    </Dialog>
  );
}
