import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { go } from '../../frame/where.ts';
import { useText } from '../../i18n/use-text.ts';

export interface LayoutProps {
  readonly children: ReactNode;
  readonly onBack: (() => void) | undefined;
  /** What goes on; `label` where "Next" does not say it. */
  readonly next: { readonly label?: string; readonly busy?: boolean; readonly run: () => void };
  /** Another way on. */
  readonly other?: ReactNode;
}

/** What all steps have around them: the ways back, out and on. */
export function Layout({ children, onBack, next, other }: LayoutProps) {
  const { t } = useText();
  return (
    <>
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
          {other}
          <Button look="main" busy={next.busy ?? false} onClick={next.run}>
            {next.label ?? t('setup.next')}
          </Button>
        </div>
      </footer>
    </>
  );
}
