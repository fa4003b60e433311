import type { BackupView } from '../../src-preload/contract/backup.ts';
import { createLiveStore } from './live.ts';

export const backupStore = createLiveStore<BackupView>();
