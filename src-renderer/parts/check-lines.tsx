import { Check, CircleDashed, CircleHelp, type LucideIcon, Stethoscope, X } from 'lucide-react';
import { useStore } from 'zustand/react';
import type { CheckLine, NetworkCheck } from '../../src-preload/contract/networks/index.ts';
import { Button } from '../components/button.tsx';
import { Code } from '../components/code.tsx';
import { Reason } from '../components/reason.tsx';
import { type Tone, toneText } from '../components/tone.ts';
import type { Key } from '../i18n/keys.ts';
import { useText } from '../i18n/use-text.ts';
import { pagesOf } from '../networks/registry.ts';
import { checkNetworks, checkStore } from './check.ts';

const signs: Record<CheckLine['state'], { readonly icon: LucideIcon; readonly tone: Tone }> = {
  ok: { icon: Check, tone: 'good' },
  warning: { icon: CircleHelp, tone: 'warn' },
  failed: { icon: X, tone: 'bad' },
  skipped: { icon: CircleDashed, tone: 'neutral' },
};

/** Has the networks looked at as others see them, and says line by line what came of it. Of one network, or of all. */
export function CheckLines({ id, now }: { id?: NetworkCheck['id']; now: number }) {
  const { t, f } = useText();
  const { busy, checks } = useStore(checkStore);
  const shown = checks.filter((check) => id === undefined || check.id === id);
  const at = shown[0]?.at;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button icon={Stethoscope} busy={busy} onClick={() => void checkNetworks()}>
          {t(busy ? 'network.check.busy' : 'network.check.run')}
        </Button>
        <p role="status" className="text-xs leading-4 text-soft">
          {!busy && at !== undefined && t('network.check.at', { when: f.ago(at, now) })}
        </p>
      </div>
      {!busy &&
        shown.map((check) => (
          <ul key={check.id} aria-label={t('network.check.lines')} className="space-y-2">
            {check.lines.map((line) => (
              <Line key={line.id} line={line} title={pagesOf(check.id).checks[line.id]} />
            ))}
          </ul>
        ))}
    </div>
  );
}

function Line({ line: { state, reason }, title }: { line: CheckLine; title: Key }) {
  const { t } = useText();
  const { icon: Icon, tone } = signs[state];
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${toneText[tone]}`} />
      <span className="min-w-0">
        <span className="font-medium">
          {t(title)}: {t(`network.check.state.${state}`)}
        </span>
        <span className="block text-soft">
          <Reason reason={state === 'ok' ? { ...reason, action: undefined } : reason} />
        </span>
        {state !== 'ok' && <Code code={reason.code} />}
      </span>
    </li>
  );
}
