import { Download, FlaskConical, Settings2, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import type { RunnersView, RunnerTrial } from '../../../src-preload/contract/runners.ts';
import type { RunnerSetting } from '../../../src-preload/contract/settings/runners.ts';
import { engine } from '../../bridge/index.ts';
import { useBusy } from '../../busy.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Pill } from '../../components/pill.tsx';
import { Progress } from '../../components/progress.tsx';
import { Reason } from '../../components/reason.tsx';
import { Text } from '../../components/text.tsx';
import { quoted } from '../../format/text.ts';
import { useText } from '../../i18n/use-text.ts';
import { workWords } from '../../networks/lookup.ts';
import { changeSetting } from '../../settings.ts';
import { runnerSigns } from '../../signs.ts';
import { RunnerForm } from './form.tsx';
import { Said, Trial } from './said.tsx';

export interface RunnerProps {
  readonly setting: RunnerSetting;
  readonly taken: readonly string[];
  /** What it lacks to start; undefined until it was looked at. */
  readonly missing: ReasonView | null | undefined;
  readonly doing: RunnersView['doing'];
  readonly trial: RunnerTrial | undefined;
  /** Waits for the user's yes. */
  readonly held: boolean;
  readonly now: number;
  /** It may be able to start now, or not any more. */
  readonly onMoved: () => void;
}

/** What does the jobs of one capability: whether it could start, its image, and what it says when it is tried. */
export function Runner({ setting, taken, missing, doing, trial, held, now, onMoved }: RunnerProps) {
  const { t, f } = useText();
  const [open, setOpen] = useState<'settings' | 'remove'>();
  const { capability, kind } = setting;
  const words = workWords(capability, t);
  const mine = doing?.capability === capability ? doing : null;
  const sign = runnerSigns[held ? 'held' : missing === undefined ? 'looking' : missing === null ? 'ready' : 'missing'];
  const [trying, tryIt] = useBusy(async () => {
    await engine().ask('runners.try', { capability });
  });
  const [pulling, pull] = useBusy(async () => {
    await engine().ask('runners.pull', { capability }).finally(onMoved);
  });
  const [stopping, stop] = useBusy(async () => {
    await engine().ask('runners.stop', undefined);
  });
  const [removing, remove] = useBusy(async () => {
    const rest = (list: readonly RunnerSetting[]) => list.filter((each) => each.capability !== capability);
    if (await changeSetting('backends.runners', rest)) setOpen(undefined);
  });
  const what = kind === 'program' ? setting.program : kind === 'container' ? setting.image : undefined;
  const name = quoted(words, 80);
  return (
    <li className="space-y-2 py-4 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="font-medium break-words">
            <Text value={words} most={200} />
          </h3>
          <p className="text-xs leading-5 break-words text-soft">
            {t(`runners.kind.${kind}`)}
            {what !== undefined && (
              <>
                {': '}
                <Text value={what} most={300} />
              </>
            )}
          </p>
        </div>
        <Pill tone={sign.tone} icon={sign.icon}>
          {t(sign.word)}
        </Pill>
        <div className="flex items-center">
          <IconButton label={t('runners.settingsOf', { name })} icon={Settings2} onClick={() => setOpen('settings')} />
          <IconButton label={t('runners.removeOf', { name })} icon={Trash2} onClick={() => setOpen('remove')} />
        </div>
      </div>
      {missing && !held && (
        <p className="text-soft">
          <Reason reason={missing} />
        </p>
      )}
      {mine?.what === 'pull' && (
        <Progress
          label={t('runners.pulling', { image: quoted(mine.image, 120) })}
          share={mine.totalBytes > 0 ? mine.doneBytes / mine.totalBytes : undefined}
          figure={
            mine.totalBytes > 0
              ? t('runners.pulled', { done: f.bytes(mine.doneBytes), total: f.bytes(mine.totalBytes) })
              : t('runners.pullingSince', { since: f.clock(mine.since, now) })
          }
        />
      )}
      {!held && (
        <div className="flex flex-wrap gap-2">
          {kind === 'container' && (
            <Button icon={Download} busy={pulling || doing !== null} onClick={() => pull()}>
              {t('runners.pull')}
            </Button>
          )}
          <Button icon={FlaskConical} busy={trying || doing !== null} onClick={() => tryIt()}>
            {t('runners.try')}
          </Button>
          {mine && (
            <Button icon={Square} busy={stopping} onClick={() => stop()}>
              {t('runners.stop')}
            </Button>
          )}
        </div>
      )}
      {mine?.what === 'try' ? (
        <div role="status" className="space-y-1">
          <p className="text-soft">{t('runners.trying')}</p>
          <Said said={mine.said} />
        </div>
      ) : (
        trial && <Trial trial={trial} now={now} />
      )}
      {open === 'settings' && <RunnerForm setting={setting} taken={taken} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && (
        <Confirm
          title={t('runners.removeTitle')}
          confirm={t('runners.remove')}
          danger
          busy={removing}
          onConfirm={() => remove()}
          onCancel={() => setOpen(undefined)}
        >
          <p>{t('runners.removeMeans', { name })}</p>
        </Confirm>
      )}
    </li>
  );
}
