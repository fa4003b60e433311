import { CirclePause, MoonStar, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand/react';
import { PauseFor } from '../../src-preload/contract/availability.ts';
import { buttonLook } from '../components/button.tsx';
import { DropDown } from '../components/drop-down.tsx';
import { useText } from '../i18n/use-text.ts';
import { saveSetting } from '../settings.ts';
import { pauseFor, releaseStore, share, sharingStore } from '../sharing.ts';
import { availabilityStore } from '../stores/availability.ts';
import { releaseAndSay } from './release.ts';

/** What a person wants at once, from wherever the page is: a pause with an end, less noise, the computer back. */
export function SharingActions() {
  const { t } = useText();
  const busy = useStore(sharingStore, (state) => state.busy);
  const paused = useStore(availabilityStore, ({ live }) => (live?.value.pause ?? null) !== null);
  const resume = { id: 'resume', title: t('actions.resume'), onSelect: () => void share(true) };
  const pauses = PauseFor.options.map((how) => ({
    id: how,
    title: t(`pause.${how}`),
    onSelect: () => void pauseFor(how),
  }));
  return (
    <div className="flex flex-wrap gap-1.5 max-sm:w-full max-sm:justify-between">
      <DropDown label={t('frame.pause')} icon={CirclePause} busy={busy} items={paused ? [resume, ...pauses] : pauses} />
      <Quiet />
      <Release />
    </div>
  );
}

/** Pressed while it is on. */
function Quiet() {
  const { t } = useText();
  const quiet = useStore(availabilityStore, ({ live }) => live?.value.quiet ?? false);
  const [busy, setBusy] = useState(false);
  const turn = () => {
    setBusy(true);
    void saveSetting('availability.quiet', !quiet).finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      aria-pressed={quiet}
      aria-disabled={busy}
      title={t('frame.quietMeans')}
      onClick={() => {
        if (!busy) turn();
      }}
      className={`${buttonLook(quiet ? 'main' : 'quiet', busy)} max-sm:px-2`}
    >
      <MoonStar aria-hidden="true" size={15} className="max-sm:hidden" />
      {t('frame.quiet')}
    </button>
  );
}

function Release() {
  const { t } = useText();
  const under = useStore(releaseStore, ({ since }) => since !== undefined);
  const whole = t('actions.release');
  return (
    <button
      type="button"
      aria-label={whole}
      aria-disabled={under}
      title={t('frame.releaseMeans')}
      onClick={() => {
        if (!under) void releaseAndSay();
      }}
      className={`${buttonLook('quiet', under)} max-sm:px-2`}
    >
      <Undo2 aria-hidden="true" size={15} className="text-soft max-sm:hidden" />
      <span className="max-xl:hidden">{whole}</span>
      <span className="xl:hidden">{t('frame.releaseShort')}</span>
    </button>
  );
}
