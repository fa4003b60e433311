import type * as en from '../en/pages.ts';
import type { Same } from '../keys.ts';

export const work: Same<typeof en.work> = {
  live: 'Läuft gerade',
  recent: 'Neueste',
  kind: 'Art',
  model: 'Modell',
  state: 'Zustand',
  started: 'Beginn',
  took: 'Dauer',
  tokens: 'Tokens',
  earned: 'Eingenommen',
  task: 'Aufgabe {{id}}',
  back: 'Alle Aufgaben',
  network: 'Netzwerk',
  backend: 'Modellserver',
  sealed: 'Versiegelt',
  code: 'Code',
  finished: 'Ende',
  tokensIn: 'Tokens hinein',
  tokensOut: 'Tokens heraus',
  content: 'Frage und Antwort werden nicht aufbewahrt.',
  notHere: 'Diese Aufgabe gehört nicht mehr zu den neuesten.',
  empty: 'Noch keine Aufgaben.',
  emptyWhy: 'Was Netzwerke schicken, steht hier: welche Art, wie lange, wie viel, niemals der Inhalt.',
};

export const earnings: Same<typeof en.earnings> = {
  today: 'Heute',
  total: 'Insgesamt',
  network: 'Netzwerk',
  amount: 'Betrag',
  entries: 'Einträge',
  since: 'Heute zählt ab {{time}}.',
  empty: 'Noch nichts eingenommen.',
  emptyWhy: 'Was eine Aufgabe einbringt, wird hier aufgeführt.',
};

export const availability: Same<typeof en.availability> = {
  rules: 'Zeiten und Regeln',
  now: 'Jetzt',
  nowOpen_one: '{{count, number}} Platz für Aufgaben ist offen.',
  nowOpen_other: '{{count, number}} Plätze für Aufgaben sind offen.',
};

export const network: Same<typeof en.network> = {
  none: 'Noch ist kein Netzwerk eingerichtet.',
  off: 'Dieses Netzwerk ist ausgeschaltet.',
  directory: 'Verzeichnis',
  registered: 'Angemeldet',
  notYet: 'noch nicht',
  since: 'seit {{time}}',
  lastHeartbeat: 'Letztes Lebenszeichen',
  noneAccepted: 'noch keines angenommen',
  takenBy: '{{when}}, angenommen von {{directory}}',
  theDirectory: 'dem Verzeichnis',
  nextHeartbeat: 'Nächstes Lebenszeichen',
  nextTry: 'Nächster Versuch {{when}}.',
  reputation: 'Ansehen',
  notRated: 'noch nicht bewertet',
  byDirectory: '{{value}}, laut Verzeichnis',
  address: 'Adresse',
  noAddress: 'keine gesetzt',
  listening: 'Lauscht auf',
  notListening: 'nichts',
};

export const settings: Same<typeof en.settings> = {
  look: 'Sprache und Darstellung',
  language: 'Sprache',
  languageHelp: 'Gilt für diese Seiten. Die Befehlszeile bleibt englisch.',
  theme: 'Darstellung',
  characterKeys: 'Kürzel aus einem einzelnen Zeichen',
  characterKeysHelp: 'Zum Beispiel ? für die Liste der Tastenkürzel.',
  asSystem: 'Wie im System',
  english: 'Englisch (English)',
  german: 'Deutsch',
  light: 'Hell',
  dark: 'Dunkel',
  all: 'Alle Einstellungen',
  allWhy: 'Was noch keinen eigenen Platz hat, ändert der Befehl: hearth settings set PFAD WERT',
  secretSet: 'gesetzt, wird nie gezeigt',
  secretUnset: 'nicht gesetzt',
  isInitial: 'wie geliefert',
  empty: 'leer',
};
