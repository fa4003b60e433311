import { CircleAlert, RotateCw, Settings2, Trash2, Unplug } from 'lucide-react';
import { useState } from 'react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { ModelSetting } from '../../../src-preload/contract/settings/backends.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Notice } from '../../components/notice.tsx';
import { useNow } from '../../components/now.ts';
import { Pill } from '../../components/pill.tsx';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { Switch } from '../../components/switch.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { ServerForm } from '../../parts/server-form.tsx';
import { type ServerSetting, serverIn, withoutServer, withServer } from '../../parts/servers.ts';
import { changeSetting } from '../../settings.ts';
import { backendName, backendSigns, serverName } from '../../signs.ts';
import { backendsStore } from '../../stores/backends.ts';
import { Models } from './models.tsx';

const MOST_WARNINGS = 4;
const MINUTE = 60_000;
const PATH = 'backends.inference';

export interface ServerProps {
  readonly backend: BackendView;
  readonly all: readonly BackendView[];
  readonly servers: readonly ServerSetting[];
  readonly choices: readonly ModelSetting[];
  readonly maxTokens: number;
}

/** One model server: how it is, what it has, and what of it may be used. */
export function Server({ backend, all, servers, choices, maxTokens }: ServerProps) {
  const { t } = useText();
  const [open, setOpen] = useState<'settings' | 'remove'>();
  const setting = serverIn(servers, backend);
  const { kind, url, version, origin, state, reason, warnings, models, running, most, budget } = backend;
  const sign = backendSigns[state];
  const name = serverName(backend, t);
  const used = setting ? (setting.enabled ?? kind !== 'anthropic') : true;
  const [switching, use] = useBusy(async (enabled: boolean) => {
    // To buy from a company takes a budget, which the form asks for.
    if (enabled && kind === 'anthropic' && setting?.dailyTokens === undefined) setOpen('settings');
    else await changeSetting(PATH, (list) => withServer(list, backend, { enabled }));
  });
  const [removing, remove] = useBusy(async () => {
    if (await changeSetting(PATH, (list) => withoutServer(list, backend))) setOpen(undefined);
  });
  return (
    <li className="py-4 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="font-medium">
            {backendName(kind, t)}
            {version !== null && (
              <span className="font-normal text-soft">
                {' '}
                <Text value={version} most={32} />
              </span>
            )}
          </h3>
          <p className="text-xs leading-5 text-soft">
            <Text value={url} most={80} /> · {t(origin === 'set' ? 'capacity.set' : 'capacity.found')}
            {most !== null
              ? ` · ${t('capacity.calls', { running, most })}`
              : running > 0 && ` · ${t('capacity.callsNow', { count: running })}`}
          </p>
        </div>
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
        <div className="flex items-center">
          <IconButton
            label={t('capacity.settingsOf', { server: name })}
            icon={Settings2}
            onClick={() => setOpen('settings')}
          />
          {setting && (
            <IconButton
              label={t('capacity.removeOf', { server: name })}
              icon={Trash2}
              onClick={() => setOpen('remove')}
            />
          )}
        </div>
        <Switch label={t('capacity.use', { server: name })} checked={used} busy={switching} onChange={use} />
      </div>
      {backend.lost && <Lost lost={backend.lost} />}
      {reason && (
        <p className="mt-1.5 text-soft">
          <Reason reason={reason} />
        </p>
      )}
      {warnings.slice(0, MOST_WARNINGS).map((warning) => (
        <div key={warning.code} className="mt-2">
          <Notice tone="warn" icon={CircleAlert}>
            <Reason reason={warning} />
          </Notice>
        </div>
      ))}
      {budget && (
        <div className="mt-2 max-w-md text-soft">
          <Progress
            label={t('capacity.budgetTitle')}
            share={Math.min(1, budget.spent / budget.tokens)}
            figure={t('capacity.budget', { spent: budget.spent, tokens: budget.tokens })}
          />
        </div>
      )}
      {models.length > 0 && <Models backend={backend} all={all} choices={choices} maxTokens={maxTokens} />}
      {open === 'settings' && <ServerForm backend={backend} setting={setting} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && (
        <Confirm
          title={t('capacity.removeTitle')}
          confirm={t('capacity.remove')}
          danger
          busy={removing}
          onConfirm={() => remove()}
          onCancel={() => setOpen(undefined)}
        >
          <p>{t('capacity.removeMeans', { server: name })}</p>
          <p className="text-soft">{t('capacity.removeFound')}</p>
        </Confirm>
      )}
    </li>
  );
}

/** When it stopped answering, what became of the tasks that ran there, and another try. */
function Lost({ lost: { since, returned } }: { lost: NonNullable<BackendView['lost']> }) {
  const { t, f } = useText();
  const now = useNow(MINUTE);
  const [busy, again] = useBusy(async () => {
    backendsStore.getState().accept(await engine().ask('backends.detect', undefined));
  });
  return (
    <div className="mt-2" role="status">
      <Notice
        tone="warn"
        icon={Unplug}
        action={
          <Button icon={RotateCw} busy={busy} onClick={() => again()}>
            {t('capacity.tryAgain')}
          </Button>
        }
      >
        {t('capacity.lost', { time: f.clock(since, now) })}
        {returned > 0 && <> {t('capacity.lostReturned', { count: returned })}</>}
      </Notice>
    </div>
  );
}
