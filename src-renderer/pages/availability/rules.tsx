import { Check, CircleOff, CirclePause, Hourglass, type LucideIcon, ShieldOff } from 'lucide-react';
import { useId, useState } from 'react';
import type { RuleId, RuleState, RuleView } from '../../../src-preload/contract/availability.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Card } from '../../components/card.tsx';
import { Notice } from '../../components/notice.tsx';
import { Pill } from '../../components/pill.tsx';
import { Switch } from '../../components/switch.tsx';
import { Text } from '../../components/text.tsx';
import type { Tone } from '../../components/tone.ts';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting } from '../../settings.ts';
import { Limit } from './limit.tsx';
import { readingOf } from './reading.ts';

const signs: Record<RuleState, { readonly tone: Tone; readonly icon: LucideIcon }> = {
  allows: { tone: 'good', icon: Check },
  stops: { tone: 'warn', icon: CirclePause },
  unreadable: { tone: 'warn', icon: ShieldOff },
  off: { tone: 'neutral', icon: CircleOff },
  waiting: { tone: 'neutral', icon: Hourglass },
};

export interface RulesProps {
  readonly rules: readonly RuleView[];
  /** What can't be read here, whether or not it is switched on. */
  readonly unreadable: readonly RuleId[];
  readonly quiet: boolean;
  readonly settings: readonly SettingView[];
}

/** Nothing could ever stop sharing by it, so it is not said to be well. */
const namesNothing = (rule: RuleView) => rule.id === 'apps' && rule.limit.names.length === 0;

/** Everything that can stop sharing by what it sees of this computer, each with its switch, its limit and what it reads now. */
export function Rules({ rules, unreadable, quiet, settings }: RulesProps) {
  const { t } = useText();
  const blind = rules.filter(({ state }) => state === 'unreadable');
  return (
    <Card title={t('availability.rules')}>
      <p className="mb-1 max-w-prose text-soft">{t('availability.rulesMean')}</p>
      {blind.length > 0 && (
        <Notice tone="warn" icon={ShieldOff}>
          {t('availability.notProtecting', { count: blind.length })}
        </Notice>
      )}
      <ul className="divide-y divide-line">
        {rules.map((rule) => (
          <Rule key={rule.id} rule={rule} blind={unreadable.includes(rule.id)} quiet={quiet} settings={settings} />
        ))}
      </ul>
    </Card>
  );
}

function Rule({
  rule,
  blind,
  quiet,
  settings,
}: { rule: RuleView; blind: boolean } & Pick<RulesProps, 'quiet' | 'settings'>) {
  const { t, f } = useText();
  const readingId = useId();
  const [busy, setBusy] = useState(false);
  const path = `availability.${rule.id}` as const;
  const useless = blind && !rule.on;
  const reading = useless
    ? t('availability.useless', { what: t(`availability.unreadable.${rule.id}`) })
    : readingOf(rule, { t, f });
  const { tone, icon } = signs[rule.state];
  const title = t(`availability.rule.${rule.id}`);
  const toggle = (on: boolean) => {
    setBusy(true);
    void changeSetting(path, (value) => ({ ...value, on }) as typeof value).finally(() => setBusy(false));
  };
  return (
    <li className="space-y-2 py-3 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium">{title}</p>
          {reading !== undefined && (
            <p id={readingId} className={`tabular-nums ${rule.state === 'unreadable' ? 'text-warn' : 'text-soft'}`}>
              <Text value={reading} most={400} />
            </p>
          )}
          {quiet && (rule.id === 'cpuHeat' || rule.id === 'gpuHeat') && (
            <p className="text-soft tabular-nums">{t('availability.quietHeat', { most: rule.limit.most })}</p>
          )}
        </div>
        {rule.state !== 'off' && !namesNothing(rule) && (
          <Pill tone={tone} icon={icon}>
            {t(`availability.ruleState.${rule.state}`)}
          </Pill>
        )}
        <Switch
          label={title}
          checked={rule.on}
          busy={busy}
          disabled={useless}
          effect={rule.state === 'unreadable' ? 'warn' : 'full'}
          {...(reading !== undefined && { describedBy: readingId })}
          onChange={toggle}
        />
      </div>
      {rule.on && <Limit id={rule.id} settings={settings} />}
    </li>
  );
}
