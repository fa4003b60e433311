// The app opens with the first run where there was none: once a page is loaded, and only where no other place was asked for. Until
// that is known, a browser that has not shown the pages yet shows neither: they would be gone again at once.
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand/react';
import { isFirstRun } from '../first-run.ts';
import { backupStore } from '../stores/backup.ts';
import { connectionStore } from '../stores/connection.ts';
import { nodeStore } from '../stores/node.ts';
import { settingsStore } from '../stores/settings.ts';
import { stay } from './where.ts';

const KEPT_AS = 'hearth.shown';
/** An engine that answers later than that is waited for with the pages in sight. */
const WAIT_MS = 1000;

/** Whether the pages can be shown. */
export function useFirstRun(): boolean {
  const decided = useRef(false);
  const [known, setKnown] = useState(() => !isNowhere() || wereShown());
  const practice = useStore(nodeStore, ({ live }) => live?.value.practice);
  const settings = useStore(settingsStore, ({ live }) => live?.value);
  const backup = useStore(backupStore, ({ live }) => live?.value);
  const lost = useStore(connectionStore, ({ connection }) => connection.state === 'lost');
  useEffect(() => {
    if (decided.current || practice === undefined || !settings || !backup) return;
    decided.current = true;
    if (!isFirstRun({ settings, practice, backup })) keepShown();
    else if (isNowhere()) stay('setup');
    setKnown(true);
  }, [practice, settings, backup]);
  useEffect(() => {
    const timer = setTimeout(() => setKnown(true), WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return known || lost;
}

/** The address names no place. */
function isNowhere(): boolean {
  return /^#?\/?$/.test(location.hash);
}

/** A browser may refuse storage altogether; then each start waits for the engine's answer. */
function wereShown(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== null;
  } catch {
    return false;
  }
}

function keepShown(): void {
  try {
    localStorage.setItem(KEPT_AS, 'yes');
  } catch {
    // Only the start's first moment looks different for it.
  }
}
