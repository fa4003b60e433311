// What the app did to the desktop, in order: what a person would have seen happen and a test may want to ask about.

/** One thing the app did. `detail` is a JSON copy taken at that moment. */
export interface JournalEntry {
  kind: JournalKind;
  detail: unknown;
}

export type JournalKind =
  | 'app-id'
  | 'badge'
  | 'console'
  | 'dialog'
  | 'download'
  | 'login-item'
  | 'navigation-cancelled'
  | 'network-blocked'
  | 'not-implemented'
  | 'notification'
  | 'open-external'
  | 'open-path'
  | 'page-exception'
  | 'page-log'
  | 'permission-handler'
  | 'power-save'
  | 'progress'
  | 'protocol-client'
  | 'protocol-error'
  | 'relaunch'
  | 'shortcut'
  | 'show-item'
  | 'single-instance'
  | 'trash'
  | 'tray'
  | 'tray-image'
  | 'tray-menu'
  | 'tray-tooltip'
  | 'unsafe-web-preferences'
  | 'window-open';

export const journal: JournalEntry[] = [];

export function record(kind: JournalKind, detail: unknown = null): void {
  journal.push({ kind, detail: JSON.parse(JSON.stringify(detail ?? null)) });
}
