// Words for states and kinds, the same wherever they stand.
import { state as shared } from '../../../src-i18n/de/state.ts';
import type { Same } from '../../../src-i18n/fill.ts';
import type * as en from '../en/state.ts';

export const state: Same<typeof en.state> = {
  ...shared,
  backend: {
    checking: 'Wird geprüft',
    off: 'Aus',
    'not-found': 'Nicht gefunden',
    'no-model': 'Kein Modell',
    cold: 'Bereit, schläft',
    loading: 'Lädt',
    ready: 'Bereit',
    failing: 'Gestört',
  },
  network: {
    off: 'Aus',
    blocked: 'Aufgehalten',
    starting: 'Tritt bei',
    online: 'Verbunden',
    degraded: 'Gestört',
  },
  reach: {
    looking: 'Wird geprüft',
    unproven: 'Unbestätigt',
    reached: 'Erreichbar',
    unreached: 'Nicht erreichbar',
  },
  task: {
    running: 'Läuft',
    done: 'Fertig',
    failed: 'Gescheitert',
    timeout: 'Zeit abgelaufen',
    cancelled: 'Abgebrochen',
    interrupted: 'Unterbrochen',
    'handed-back': 'Zurückgegeben',
  },
  service: {
    starting: 'startet',
    running: 'läuft',
    degraded: 'gestört',
    stopped: 'steht',
  },
};

export const words: Same<typeof en.words> = {
  openaiServer: 'OpenAI-kompatibler Server',
  fromTasks_one: 'aus {{count, number}} Aufgabe',
  fromTasks_other: 'aus {{count, number}} Aufgaben',
  tokens_one: '{{count, number}} Token',
  tokens_other: '{{count, number}} Tokens',
  done: '{{count, number}} fertig',
  failed: '{{count, number}} gescheitert',
  cancelled: '{{count, number}} abgebrochen',
  refused: '{{count, number}} abgelehnt',
  noneToday: 'Heute keine',
  sealed: 'Verschlüsselt',
  notSealed: 'Nicht verschlüsselt',
  noModel: 'kein Modell',
  noEntry: 'nichts',
  on: 'An',
  off: 'Aus',
  task: {
    chat: 'Unterhaltung',
    completion: 'Textergänzung',
    embedding: 'Einbettung',
    transcription: 'Abschrift',
    speech: 'Sprache',
    moderation: 'Prüfung',
  },
};
