// "Give me my PC back", from wherever it is asked for.
import { formatNow, translate } from '../i18n/index.ts';
import { release } from '../sharing.ts';
import { toast } from '../stores/toasts.ts';

/** Says afterwards what it did. Never rejects: what goes wrong is shown. */
export async function releaseAndSay(): Promise<void> {
  const done = await release();
  if (done === undefined) return;
  const seconds = formatNow().number(done.tookMs / 1000, 1);
  toast(translate('pause.released', { count: done.unloaded.length, seconds }));
}
