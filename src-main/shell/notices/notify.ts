// Notifications of the system's own kind.

import { Notification } from 'electron';
import type { Logger } from '../../base/logger.ts';
import type { Notice } from '../words/words.ts';

export interface NotifyDeps {
  readonly logger: Logger;
  /** A click on one shows the window, at a place of the pages where there is one. It does nothing else. */
  readonly open: (place: string | undefined) => void;
}

/** Once nothing refers to them any more, clicks on them are lost. */
const kept = new Set<Notification>();

export function notify({ title, body }: Notice, place: string | undefined, { logger, open }: NotifyDeps): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  const gone = () => void kept.delete(notification);
  notification.on('click', () => {
    gone();
    open(place);
  });
  notification.on('close', gone);
  // macOS shows none of an app that is not signed.
  notification.on('failed', (_event, error) => {
    gone();
    logger.warn('a notification was not shown', { error });
  });
  kept.add(notification);
  notification.show();
}
