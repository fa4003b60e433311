import { CirclePlay, Timer } from 'lucide-react';
import { type AvailabilityView, PauseFor, type RuleId } from '../../../src-preload/contract/availability.ts';
import { QUIET } from '../../../src-preload/contract/settings/availability.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Menu } from '../../components/menu.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { presentOf } from './present.ts';
import { Toggle } from './toggle.tsx';

export interface NowProps {
  readonly availability: AvailabilityView;
  /** What can't be read here. */
  readonly unreadable: readonly RuleId[];
  /** How it stands, in one sentence. */
  readonly sentence: string;
  /** Whether the user wants to share. */
  readonly wanted: boolean;
  readonly now: number;
  readonly busy: boolean;
  readonly onPause: (how: PauseFor) => void;
  readonly onResume: () => void;
  readonly onQuiet: (on: boolean) => Promise<unknown>;
}

/** Whether it shares now, what decides that, and until when. */
export function Now(props: NowProps) {
  const { availability, unreadable, sentence, wanted, now, busy, onPause, onResume, onQuiet } = props;
  const { answer, quiet, rules } = availability;
  const blind = rules.filter(({ state }) => state === 'unreadable').length;
  const { t, f } = useText();
  const { binds, also, ends, next } = presentOf(answer, now, { t, f });
  return (
    <Card
      title={t('availability.now')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Menu
            label={t('availability.pauseFor')}
            icon={Timer}
            items={PauseFor.options.map((how) => ({
              id: how,
              title: t(`pause.${how}`),
              onSelect: () => onPause(how),
            }))}
          />
          {!wanted && (
            <Button look="main" icon={CirclePlay} busy={busy} onClick={onResume}>
              {t('availability.resume')}
            </Button>
          )}
        </div>
      }
    >
      <p className="mb-3 text-lg leading-6 font-semibold">
        <Text value={sentence} most={200} />
      </p>
      <Facts>
        <Fact name={t('availability.binds')}>
          <Text value={binds} most={120} />
        </Fact>
        {ends !== undefined && <Fact name={t('availability.ends')}>{ends}</Fact>}
        {also !== undefined && (
          <Fact name={t('availability.also')}>
            <Text value={also} most={400} />
          </Fact>
        )}
        <Fact name={t('availability.places')}>
          {answer.slots === answer.most
            ? f.count(answer.most)
            : t('availability.placesOf', { slots: answer.slots, most: answer.most })}
        </Fact>
        {blind > 0 && (
          <Fact name={t('availability.rules')}>
            <span className="text-warn">{t('availability.notProtecting', { count: blind })}</span>
          </Fact>
        )}
        {next !== undefined && <Fact name={t('availability.next')}>{next}</Fact>}
      </Facts>
      <div className="mt-4 max-w-prose border-t border-line pt-3">
        <Toggle
          label={t('availability.quiet')}
          means={t(`availability.quietMeans.${heatSeen(unreadable)}`, QUIET)}
          on={quiet}
          onChange={onQuiet}
        />
      </div>
    </Card>
  );
}

/** Whose temperatures can be read, and so hold it back. */
function heatSeen(unreadable: readonly RuleId[]): 'both' | 'graphics' | 'processor' | 'neither' {
  if (unreadable.includes('gpuHeat')) return unreadable.includes('cpuHeat') ? 'neither' : 'processor';
  return unreadable.includes('cpuHeat') ? 'graphics' : 'both';
}
