import { Check, Copy as CopyIcon, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../i18n/use-text.ts';

const SHOWN_MS = 2000;

/** Copies a text, and says so on itself. */
export function Copy({ text, label }: { text: string; label?: string }) {
  const { t } = useText();
  const [outcome, setOutcome] = useState<'copied' | 'failed' | undefined>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const Icon = outcome === 'copied' ? Check : outcome === 'failed' ? X : CopyIcon;
  const words = outcome === 'copied' ? t('frame.copied') : outcome === 'failed' ? t('frame.notCopied') : undefined;
  return (
    <button
      type="button"
      aria-label={words ?? label ?? t('frame.copy')}
      title={words ?? label ?? t('frame.copy')}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(
          () => setOutcome('copied'),
          () => setOutcome('failed'),
        );
      }}
      className="inline-grid size-8 shrink-0 cursor-pointer place-items-center rounded-md text-soft transition-colors hover:bg-sunken hover:text-ink"
    >
      <Icon aria-hidden="true" size={15} />
      <span role="status" className="sr-only">
        {words}
      </span>
    </button>
  );
}
