// The app opens with the first run where there was none: once a page is loaded, and only where no other place was asked for.
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand/react';
import { isFirstRun } from '../first-run.ts';
import { backupStore } from '../stores/backup.ts';
import { nodeStore } from '../stores/node.ts';
import { settingsStore } from '../stores/settings.ts';
import { stay } from './where.ts';

export function useFirstRun(): void {
  const decided = useRef(false);
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const backup = useStore(backupStore, ({ live }) => live?.value);
  useEffect(() => {
    if (decided.current || practice === undefined || !settings || !backup) return;
    decided.current = true;
    if (/^#?\/?$/.test(location.hash) && isFirstRun({ settings, practice, backup })) stay('setup');
  }, [practice, settings, backup]);
}
