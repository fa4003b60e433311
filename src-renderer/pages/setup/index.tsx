import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { Placeholder } from '../../components/placeholder.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';
import { hrefOf } from '../../places.ts';
import { saveSetting, settingOf } from '../../settings.ts';
import { networksStore } from '../../stores/networks.ts';
import { nodeStore } from '../../stores/node.ts';
import { settingsStore } from '../../stores/settings.ts';
import { type Facts, indexOf, type Step } from './step.ts';
import { steps } from './steps.ts';

/** The first run: one step at a time, each of which can be left out. What is chosen holds at once; nothing is shared before the end. */
export function Setup({ detail }: { detail: string | undefined }) {
  const mode = useStore(nodeStore, ({ live }) => live?.value.mode);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const networks = useStore(networksStore, ({ live }) => live?.value);
  if (mode === undefined || settings === undefined || networks === undefined) return <Placeholder lines={6} />;
  const facts: Facts = { mode, settings, networks };
  const there = steps.filter((step) => step.exists(facts));
  return <Wizard steps={there} at={indexOf(there, detail ?? settingOf(settings, 'setup.step'))} facts={facts} />;
}

interface WizardProps {
  readonly steps: readonly Step[];
  readonly at: number;
  readonly facts: Facts;
}

function Wizard({ steps: there, at, facts }: WizardProps) {
  const { t } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const { id, title, component: Body } = there[at]!;
  useArrival(heading, id, at);
  const to = (index: number) => go('setup', there[index]?.id);
  return (
    <div className="grid gap-x-8 gap-y-4 xl:grid-cols-[13rem_minmax(0,1fr)]">
      <StepList steps={there} at={at} />
      <div className="max-w-3xl min-w-0 space-y-4">
        <header>
          <h1 ref={heading} tabIndex={-1} className="text-xl leading-8 font-semibold tracking-tight outline-none">
            <span className="block text-sm leading-5 font-medium tracking-normal text-soft">
              {t('setup.stepOf', { number: at + 1, count: there.length })}
            </span>{' '}
            {t(title)}
          </h1>
          <progress
            aria-label={t('setup.progress')}
            value={at + 1}
            max={there.length}
            className="mt-2 block h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken forced-colors:border xl:hidden [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:forced-color-adjust-none forced-colors:[&::-webkit-progress-value]:bg-[Highlight]"
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
    </div>
  );
}

/** A step begins at its heading, for eyes, keyboard and ears alike; where one is, is kept. */
function useArrival(heading: { readonly current: HTMLElement | null }, id: string, at: number): void {
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    if (at > 0) void saveSetting('setup.step', id);
  }, [heading, id, at]);
}

/** The order matters: an app that ends in between opens Home the next time, not the middle of what is over. */
async function finish(): Promise<void> {
  if (!(await saveSetting('setup.done', true))) return;
  go('home');
  await saveSetting('setup.step', '');
  await saveSetting('setup.networks', null);
}

/** All steps where there is room for them: what was, what is, what comes, each a way to it. */
function StepList({ steps: there, at }: Omit<WizardProps, 'facts'>) {
  const { t } = useText();
  return (
    <nav aria-label={t('setup.steps')} className="max-xl:hidden">
      <ol className="space-y-1">
        {there.map(({ id, title }, index) => (
          <li key={id}>
            <a
              href={hrefOf('setup', id)}
              aria-current={index === at ? 'step' : undefined}
              className={`flex min-h-9 items-center gap-2.5 rounded-md px-2.5 ${
                index === at ? 'bg-sunken font-semibold' : 'text-soft hover:bg-sunken hover:text-ink'
              }`}
            >
              <span
                className={`grid size-5 shrink-0 place-items-center rounded-full border text-xs tabular-nums ${
                  index === at ? 'border-accent bg-accent text-on-accent' : 'border-edge'
                }`}
              >
                {index < at ? <Check aria-hidden="true" size={12} /> : index + 1}
              </span>
              {t(title)}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
