import { useEffect } from 'react';
import { useStore } from 'zustand/react';
import { wantsToShare } from '../../../src-preload/contract/switch.ts';
import { useAnswer } from '../../asked.ts';
import { engine } from '../../bridge/index.ts';
import { Card } from '../../components/card.tsx';
import { useNow } from '../../components/now.ts';
import { Page } from '../../components/page.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { useSentence } from '../../sentence.ts';
import { changeSetting, settingOf } from '../../settings.ts';
import { pauseFor, release, releaseStore, share, sharingStore } from '../../sharing.ts';
import { reportFailure } from '../../stores/alerts.ts';
import { availabilityStore } from '../../stores/availability.ts';
import { connectionStore } from '../../stores/connection.ts';
import { nodeStore } from '../../stores/node.ts';
import { settingsStore } from '../../stores/settings.ts';
import { Data } from './data.tsx';
import { Hours } from './hours.tsx';
import { Learn } from './learn.tsx';
import { Now } from './now.tsx';
import { Release } from './release.tsx';
import { Rules } from './rules.tsx';

/** When this computer shares and how much, what decides it now, and how to have it back at once. */
export function Availability() {
  const { t } = useText();
  const sentence = useSentence();
  const now = useNow(LOOK_MS);
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const availability = useStore(availabilityStore, ({ live }) => live?.value);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const busy = useStore(sharingStore, (state) => state.busy);
  const { since, done } = useStore(releaseStore);
  const [readable] = useAnswer('availability.readable', 0);
  useFreshReadings(now);
  const idle = availability?.rules.find((rule) => rule.id === 'idle');
  if (!node || !availability || !idle || !settings) {
    return (
      <Page title={t('places.availability')}>
        <Card title={t('availability.now')}>
          <Placeholder lines={4} />
        </Card>
      </Page>
    );
  }
  const unreadable = readable?.unreadable ?? [];
  return (
    <Page title={t('places.availability')}>
      <div className="grid grid-cols-1 items-start gap-4 wide:grid-cols-2">
        <Now
          availability={availability}
          unreadable={unreadable}
          sentence={sentence}
          wanted={wantsToShare(node, availability)}
          now={now}
          busy={busy}
          onPause={(how) => void pauseFor(how)}
          onResume={() => void share(true)}
          onQuiet={(on) => changeSetting('availability.quiet', () => on)}
        />
        <Release
          since={since}
          done={done}
          room={availability.room}
          now={now}
          unload={settingOf(settings, 'availability.unload') ?? true}
          busy={busy}
          finishSeconds={settingOf(settings, 'availability.finishSeconds')}
          onRelease={() => void release()}
          onFinishSeconds={(seconds) => void changeSetting('availability.finishSeconds', () => seconds)}
          onUnload={(on) => changeSetting('availability.unload', () => on)}
        />
      </div>
      <Hours grid={availability.grid} idle={idle} awayBlind={unreadable.includes('idle')} />
      <Learn learned={availability.learned} grid={availability.grid} />
      <Rules rules={availability.rules} unreadable={unreadable} quiet={availability.quiet} settings={settings} />
      <Data
        data={availability.data}
        startsOn={settingOf(settings, 'availability.monthData')?.startsOn ?? 1}
        now={now}
      />
    </Page>
  );
}

/** Between two looks at what the rules read, while the page is open. */
const LOOK_MS = 5000;

/** The engine reads its sensors anew for a page that asks. */
function useFreshReadings(now: number): void {
  const open = useStore(connectionStore, ({ connection }) => connection.state === 'open');
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the passing of time that asks
  useEffect(() => {
    if (!open) return;
    engine().ask('availability.get', undefined).then(availabilityStore.getState().accept, reportFailure);
  }, [open, now]);
}
