import type * as en from '../en/pages.ts';
import type { Same } from '../keys.ts';

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
