import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../i18n/use-text.ts';
import { RestoreForm } from '../../parts/restore-form.tsx';
import { toast } from '../../stores/toasts.ts';

/** Begins with a backup instead of choices. */
export function RestoreOffer({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useText();
  const [restoring, setRestoring] = useState(false);
  return (
    <>
      <Button onClick={() => setRestoring(true)}>{t('setup.restore.have')}</Button>
      {restoring && (
        <Dialog title={t('setup.restore.title')} onClose={() => setRestoring(false)}>
          <p className="text-soft">{t('setup.restore.means')}</p>
          <RestoreForm
            onRestored={async () => {
              await onDone();
              toast(t('setup.restore.done'));
            }}
          />
        </Dialog>
      )}
    </>
  );
}
