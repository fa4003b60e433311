import { PauseFor } from '../../src-preload/contract/availability.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useText } from '../i18n/use-text.ts';
import { pauseFor } from '../sharing.ts';
import { closePanel } from './panels.ts';

/** How long to pause: each a button, since it is one decision. */
export function PausePanel() {
  const { t } = useText();
  return (
    <Dialog title={t('pause.title')} onClose={closePanel}>
      <p className="text-soft">{t('pause.means')}</p>
      <div className="grid gap-2">
        {PauseFor.options.map((how) => (
          <Button
            key={how}
            onClick={() => {
              closePanel();
              void pauseFor(how);
            }}
          >
            {t(`pause.${how}`)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
