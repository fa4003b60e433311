import { FlaskConical } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { useAnswer } from '../../asked.ts';
import { Mark } from '../../components/mark.tsx';
import { Pill } from '../../components/pill.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { pagesOf } from '../../networks/lookup.ts';
import { saveSetting, settingOf } from '../../settings.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { settingsStore } from '../../stores/settings.ts';
import { type Facts, indexOf } from './step.ts';
import { steps } from './steps.ts';
import { useReachTry } from './use-reach-try.ts';

/** The first run: four screens in a window of their own. What is chosen holds at once; nothing is shared before the end. */
export function Setup({ detail }: { detail: string | undefined }) {
  const node = useStore(nodeStore, ({ live }) => live?.value);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const networks = useStore(networksStore, ({ live }) => live?.value);
  // Asked before it is wanted: it takes some sensors a moment.
  const [readable] = useAnswer('availability.readable', 0);
  if (node === undefined || settings === undefined || networks === undefined) return <Placeholder lines={6} />;
  const { mode, practice } = node;
  const facts: Facts = { mode, practice, settings, networks, unreadable: readable?.unreadable };
  return <Wizard at={indexOf(steps, detail ?? settingOf(settings, 'setup.step'))} facts={facts} />;
}

function Wizard({ at, facts }: { at: number; facts: Facts }) {
  const { t } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const { id, title, component: Body } = steps[at]!;
  useArrival(heading, id);
  const inbound = facts.networks.some((network) => pagesOf(network.id).inbound !== undefined);
  const asks = settingOf(facts.settings, 'reachability.enabled') ?? true;
  useReachTry((id === 'join' || id === 'ready') && inbound && asks && !facts.practice);
  const to = (index: number) => go('setup', steps[index]?.id);
  return (
    <div className="mx-auto max-w-2xl space-y-5 sm:py-6">
      <header className="space-y-3">
        <div className="flex items-center justify-between gap-3">
          <span className="flex items-center gap-3 text-lg font-semibold tracking-tight">
            <Mark />
            {at === 0 && 'Hearth'}
          </span>
          {facts.practice && (
            <Pill tone="good" icon={FlaskConical}>
              {t('frame.practice')}
            </Pill>
          )}
        </div>
        <h1 ref={heading} tabIndex={-1} className="text-2xl leading-8 font-semibold tracking-tight outline-none">
          <span className="block text-sm leading-5 font-medium tracking-normal text-soft">
            {t('setup.stepOf', { number: at + 1, count: steps.length })}
          </span>{' '}
          {t(title)}
        </h1>
        <progress
          aria-label={t('setup.progress')}
          value={at + 1}
          max={steps.length}
          className="block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken forced-colors:border [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:forced-color-adjust-none forced-colors:[&::-webkit-progress-value]:bg-[Highlight]"
        />
      </header>
      <Body
        key={id}
        facts={facts}
        onBack={at === 0 ? undefined : () => to(at - 1)}
        onNext={() => to(at + 1)}
        onDone={finish}
      />
    </div>
  );
}

/** A step begins at its heading, for eyes, keyboard and ears alike; where one is, is kept. */
function useArrival(heading: { readonly current: HTMLElement | null }, id: string): void {
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    void saveSetting('setup.step', id);
  }, [heading, id]);
}

/** The order matters: an app that ends in between opens Home the next time, not the middle of what is over. */
async function finish(): Promise<void> {
  if (!(await saveSetting('setup.done', true))) return;
  go('home');
  await saveSetting('setup.step', '');
  await saveSetting('setup.networks', null);
}
