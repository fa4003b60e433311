import { useEffect, useRef, useState } from 'react';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import { capsFor } from '../../../src-preload/contract/settings/presets.ts';
import { Card } from '../../components/card.tsx';
import { Choice } from '../../components/choice.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import { capsOf, type Preset, presetNames, presetOf } from './caps.ts';
import { keepCaps, keepWhen } from './choose.ts';
import { FineTune } from './fine-tune.tsx';
import { beginningOf } from './gentle.ts';
import { Layout } from './layout.tsx';
import type { Facts, StepProps } from './step.ts';
import { useWhen, WhenChoice } from './when.tsx';

/** How much of this computer others may have, and when. Nothing was chosen yet: quiet, while the user is away. */
export function Gently({ facts, onBack, onNext }: StepProps) {
  const { t } = useText();
  const { unreadable } = facts;
  const begun = useBeginning(facts);
  const when = useWhen(facts.settings);
  return (
    <Layout onBack={onBack} next={{ run: () => (when.open ? when.ask() : onNext()) }}>
      {unreadable === undefined || !begun ? (
        <Placeholder lines={8} />
      ) : (
        <>
          <Much facts={facts} unreadable={unreadable} />
          <WhenChoice when={when} unreadable={unreadable} />
          <Stops unreadable={unreadable} />
          <Disclosure title={t('setup.gently.fine')}>
            <FineTune caps={capsOf(facts.settings)} unreadable={unreadable} />
          </Disclosure>
        </>
      )}
    </Layout>
  );
}

/** What a first run begins with is chosen as soon as it is shown, so that every page agrees on it. Answers whether that is over. */
function useBeginning(facts: Facts): boolean {
  const [begun, setBegun] = useState(false);
  const once = useRef(false);
  useEffect(() => {
    const { unreadable } = facts;
    if (unreadable === undefined || once.current) return;
    once.current = true;
    const { preset, when } = beginningOf(facts, unreadable);
    void (async () => {
      if (preset !== undefined) await keepCaps(capsFor(preset, unreadable));
      if (when !== undefined) await keepWhen(when, undefined);
      setBegun(true);
    })();
  }, [facts]);
  return begun;
}

function Much({ facts, unreadable }: { facts: Facts; unreadable: readonly RuleId[] }) {
  const { t } = useText();
  const heat = !(unreadable.includes('gpuHeat') && unreadable.includes('cpuHeat'));
  return (
    <Card title={t('setup.gently.much')}>
      <Choice<Preset>
        label={t('setup.gently.much')}
        stacked
        value={presetOf(capsOf(facts.settings), unreadable)}
        options={presetNames.map((name) => ({
          value: name,
          title: t(`setup.gently.presets.${name}`),
          note: t(heat ? `setup.gently.presetMeans.${name}` : `setup.gently.presetTasks.${name}`),
        }))}
        onChange={(name) => void keepCaps(capsFor(name, unreadable))}
      />
      {!heat && <p className="mt-2 text-xs leading-4 text-soft">{t('setup.gently.noHeat')}</p>}
    </Card>
  );
}

const RULES = ['battery', 'metered', 'fullscreen'] as const;

/** What stops it besides, and what can't because it can't be read here. */
function Stops({ unreadable }: { unreadable: readonly RuleId[] }) {
  const { t, f } = useText();
  const reads = RULES.filter((id) => !unreadable.includes(id));
  const blind = RULES.filter((id) => unreadable.includes(id));
  return (
    <div className="space-y-1 text-soft">
      {reads.length > 0 && (
        <p>{t('setup.gently.stops', { when: f.list(reads.map((id) => t(`setup.gently.stop.${id}`))) })}</p>
      )}
      {blind.length > 0 && (
        <p>{t('setup.gently.unread', { what: f.list(blind.map((id) => t(`setup.gently.reading.${id}`))) })}</p>
      )}
    </div>
  );
}
