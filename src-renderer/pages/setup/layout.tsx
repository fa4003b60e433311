import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';

export interface LayoutProps {
  /** One or two sentences on what this is about. */
  readonly lead: string;
  readonly children: ReactNode;
  readonly onBack: (() => void) | undefined;
  /** What goes on; `label` where "Next" does not say it. */
  readonly next: {
    readonly label?: string;
    /** Something else on the page is what one would do here. */
    readonly quiet?: boolean;
    readonly busy?: boolean;
    readonly run: () => void;
  };
  /** Goes on without what this step has not got yet. */
  readonly skip?: { readonly label?: string; readonly run: () => void } | undefined;
}

/** What all steps have around them: a lead, and the ways back, on, past it and out. */
export function Layout({ lead, children, onBack, next, skip }: LayoutProps) {
  const { t } = useText();
  return (
    <>
      <p className="max-w-prose text-soft">{lead}</p>
      {children}
      <footer className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
        {onBack && (
          <Button icon={ArrowLeft} onClick={onBack}>
            {t('setup.back')}
          </Button>
        )}
        <Button look="bare" onClick={() => go('home')}>
          {t('setup.later')}
        </Button>
        <div className="ms-auto flex flex-wrap justify-end gap-2">
          {skip && <Button onClick={skip.run}>{skip.label ?? t('setup.skip')}</Button>}
          <Button look={next.quiet ? 'quiet' : 'main'} busy={next.busy ?? false} onClick={next.run}>
            {next.label ?? t('setup.next')}
          </Button>
        </div>
      </footer>
    </>
  );
}
