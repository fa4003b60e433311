// What the frame can lay over a page: one at a time.
import { createStore } from 'zustand/vanilla';

export type Panel = 'palette' | 'help' | 'keys' | 'pause';

export const panelStore = createStore<{ readonly open: Panel | undefined }>()(() => ({ open: undefined }));

export function openPanel(panel: Panel): void {
  panelStore.setState({ open: panel });
}

export function closePanel(): void {
  panelStore.setState({ open: undefined });
}
