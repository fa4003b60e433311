// What stands around every page.

import type { Same } from '../../../src-i18n/fill.ts';
import type * as en from '../en/frame.ts';

export const places: Same<typeof en.places> = {
  home: 'Übersicht',
  work: 'Aufgaben',
  earnings: 'Einnahmen',
  capacity: 'Kapazität',
  availability: 'Zeiten',
  network: 'Netzwerk',
  settings: 'Einstellungen',
  setup: 'Einrichtung',
};

export const frame: Same<typeof en.frame> = {
  title: '{{place}} · Hearth',
  places: 'Bereiche',
  skip: 'Direkt zur Seite',
  sharing: 'Teilen',
  sharingHelpOn: 'Aus: keine neuen Aufgaben, laufende werden beendet',
  sharingHelpOff: 'Einschalten, um Aufgaben anzunehmen',
  pause: 'Anhalten',
  quiet: 'Leise',
  quietMeans: 'Eine Aufgabe zur Zeit, und kühler',
  releaseShort: 'Zurückgeben',
  releaseMeans: 'Nimmt nichts Neues an, beendet, was läuft, und gibt Speicher frei',
  reach: 'Erreichbarkeit',
  today: 'Heute',
  receivedToday: 'Heute erhalten',
  comingToday: 'Heute unterwegs',
  estimatedToday: 'Heute geschätzt',
  onItsWay: 'unterwegs',
  estimated: 'geschätzt',
  reportCopied: 'Der Bericht ist kopiert.',
  nothingToday: 'Noch nichts',
  noNetwork: 'Kein Netzwerk',
  practice: 'Übung',
  practiceMeans: 'Übung: Aufgaben und Einnahmen sind hier nicht echt.',
  commands: 'Befehle',
  help: 'Hilfe',
  dismiss: 'Ausblenden',
  close: 'Schließen',
  cancel: 'Abbrechen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  notCopied: 'Kopieren nicht möglich',
  more: 'und {{count, number}} weitere',
  lost: 'Die Verbindung zu Hearth ist unterbrochen.',
  lostMeans:
    'Zu sehen ist der letzte bekannte Stand. Die Verbindung wird gesucht; kommt sie nicht wieder, läuft Hearth vielleicht nicht mehr.',
  tryNow: 'Jetzt versuchen',
  broken: 'Diese Seite lässt sich nicht anzeigen.',
  brokenMeans: 'Neu laden hilft meistens, sonst ein Neustart von Hearth.',
  reload: 'Neu laden',
};

export const refused: Same<typeof en.refused> = {
  noLink: 'Zum Öffnen dieser Seite ist ein Link von Hearth nötig.',
  oldLink: 'Dieser Link ist älter als zehn Minuten oder stammt von vor einem Neustart von Hearth.',
  usedLink: 'Dieser Link wurde schon benutzt ({{at}} Uhr).',
  notYou:
    'Wer das nicht selbst war, hat vielleicht einen anderen Benutzer dieses Computers in seinem Hearth. In einem Terminal `hearth link --revoke` ausführen: Das sperrt alle offenen Seiten aus und gibt einen neuen Link nur für den Besitzer.',
  wasYou:
    'Wer es selbst war, macht auf der Seite weiter, die sich damals öffnete, oder holt mit `hearth link` einen neuen.',
  revoked: 'Alle Seiten wurden mit `hearth link --revoke` ausgesperrt.',
  restarted: 'Hearth wurde neu gestartet, seit diese Seite geöffnet wurde.',
  throttled: 'In der letzten Minute wurden zu viele falsche Links versucht.',
  outdated: 'Diese Seite und das laufende Hearth sind verschiedene Versionen.',
  link: 'In einem Terminal `hearth link` ausführen und den neuen Link öffnen.',
  reload: 'Die Seite neu laden.',
};

export const confirmHere: Same<typeof en.confirmHere> = {
  title: 'Am Computer bestätigen',
  how: 'In einem Terminal auf dem Computer, auf dem Hearth läuft, als der Benutzer, der es gestartet hat:',
  copy: 'Den Befehl kopieren',
  waiting: 'Diese Seite wartet und macht von selbst weiter. Danach wird zehn Minuten lang nicht mehr gefragt.',
  why: 'Sicherungen, Schlüssel und das Ende dieses Knotens sind allein Sache des Besitzers. Ein Link kann auf einem geteilten Computer in andere Hände geraten, das Terminal nicht.',
};

export const actions: Same<typeof en.actions> = {
  page: 'Diese Seite',
  sharing: 'Teilen',
  places: 'Bereiche',
  look: 'Darstellung',
  help: 'Hilfe',
  search: 'Befehl oder Einstellung suchen',
  none: 'Nichts passt dazu.',
  meant: 'War „{{word}}“ gemeint?',
  more: 'Eintippen, was zu tun ist: anhalten, ruhiger Betrieb, Preis, Sprache.',
  settings: 'Einstellungen',
  setting: '{{about}}',
  quiet: 'Ruhigen Betrieb einschalten',
  loud: 'Ruhigen Betrieb ausschalten',
  quietWords: 'leise lärm laut lautstärke lüfter kühl ruhe ruhig still hitze heiß quiet',
  themeWords: 'hell dunkel farben aussehen nacht modus design',
  languageWords: 'übersetzung language deutsch english',
  palette: 'Befehle',
  pause: 'Teilen anhalten',
  pauseWords: 'stopp aus pause',
  resume: 'Teilen fortsetzen',
  pauseFor: 'Anhalten für …',
  pauseForWords: 'bis stunde minuten morgen später',
  release: 'Computer zurückgeben',
  releaseWords: 'stopp entladen speicher spiel vram',
  resumeWords: 'start an weiter',
  goHome: 'Zur Übersicht',
  goHomeWords: 'start status zustand heute home',
  goWork: 'Zu den Aufgaben',
  goWorkWords: 'arbeit aufträge verlauf laufende',
  goEarnings: 'Zu den Einnahmen',
  goEarningsWords:
    'geld geldbörse wallet auszahlung auszahlen bezahlung guthaben credits kontostand verdienst preis kosten strom export steuer',
  goCapacity: 'Zur Kapazität',
  goCapacityWords:
    'grenze grenzen limit arbeitsspeicher vram grafikkarte prozessor festplatte kerne modelle server ollama container',
  goAvailability: 'Zu den Zeiten',
  goAvailabilityWords:
    'stunden woche zeitplan wann nächte nachts abwesend akku batterie hitze heiß temperatur spiele datenmenge getaktet regeln grenze',
  goNetwork: 'Zum Netzwerk',
  goNetworkWords: 'beitreten verlassen router port relay gegenstellen erreichbar verzeichnis verbindung internet',
  goSettings: 'Zu den Einstellungen',
  goSettingsWords: 'optionen benachrichtigungen datenschutz updates autostart anmeldung',
  detect: 'Modellserver suchen',
  detectWords: 'backends ollama finden',
  diagnostics: 'Diagnose zeigen',
  check: 'Prüfen, wie andere diesen Computer sehen',
  checkWords: 'doctor außen angemeldet gesund erreichbar auffindbar netzwerk',
  rehearse: 'Eine Aufgabe proben',
  rehearseWords: 'probe versuchen test zeugnis',
  copyReport: 'Bericht kopieren',
  copyReportWords: 'diagnose zwischenablage hilfe support',
  reachTest: 'Weg von außen testen',
  reachTestWords: 'erreichbarkeit port router',
  reachReport: 'Bericht über den Weg von außen kopieren',
  reachReportWords: 'erreichbarkeit zwischenablage port router',
  update: 'Nach einer neuen Version sehen',
  updateWords: 'update aktualisieren installieren',
  load: '{{model}} in den Speicher laden',
  unload: '{{model}} aus dem Speicher nehmen',
  moveWords: 'modell warm vram laden entladen',
  diagnosticsWords: 'bericht hilfe protokolle',
  backup: 'Sichern oder wiederherstellen',
  backupWords: 'identität speichern probe passphrase',
  idle: 'Warum keine Aufgaben?',
  idleWords: 'untätig nichts leerlauf',
  themeLight: 'Helle Darstellung',
  themeDark: 'Dunkle Darstellung',
  themeSystem: 'Darstellung wie im System',
  languageSystem: 'Sprache wie im System',
  languageEn: 'Sprache: Englisch (English)',
  languageDe: 'Sprache: Deutsch',
  setup: 'Einrichtung erneut beginnen',
  setupWords: 'assistent anfang start willkommen wiederherstellen',
  about: 'Hilfe zu dieser Seite',
  keys: 'Liste der Tastenkürzel',
};

export const pause: Same<typeof en.pause> = {
  title: 'Wie lange anhalten?',
  means:
    'Neue Aufgaben werden so lange nicht angenommen; laufende werden beendet, und was sie einbringen, wird gebucht.',
  '30m': '30 Minuten',
  '1h': '1 Stunde',
  '4h': '4 Stunden',
  tomorrow: 'Bis morgen, {{08:00}}',
  resumed: 'Bis es weitergehen soll',
  leases_one: '{{count, number}} Vermietung läuft weiter. Beenden?',
  leases_other: '{{count, number}} Vermietungen laufen weiter. Beenden?',
  leasesMean:
    'Dafür ist bezahlt, darum behalten sie ihren Teil des Computers bis auf Weiteres. Werden sie beendet, sind sie und alles, was sie aufbewahren, sofort weg.',
  lease: '{{what}}, bezahlt bis {{time}}',
  leasesCost: 'Das Beenden gibt den Kunden {{amounts}} zurück.',
  leasesUnknown: 'Nicht von allen ist bekannt, was zurückgeht.',
  leasesKeep_one: 'Behalten',
  leasesKeep_other: 'Behalten',
  leasesEnd: 'Beenden und zurückzahlen',
  released_one: 'Der Computer ist frei: {{count, number}} Modell in {{seconds}} s aus dem Speicher genommen.',
  released_other: 'Der Computer ist frei: {{count, number}} Modelle in {{seconds}} s aus dem Speicher genommen.',
};

export const keys: Same<typeof en.keys> = {
  title: 'Tastenkürzel',
  mod: 'Strg',
  shift: 'Umschalt',
  escape: 'Schließen, was offen ist',
  characters: 'Kürzel aus einem einzelnen Zeichen lassen sich in den Einstellungen abschalten.',
};

export const help: Same<typeof en.help> = {
  title: 'Hilfe: {{place}}',
  withTitle: 'Hilfe zu dem, was misslang',
  open: '{{place}} öffnen',
  code: 'Name:',
  codeMeans: 'Der Name bleibt in jeder Sprache und Version gleich: gut zum Suchen, und um jemanden zu fragen.',
  shortcuts: 'Tastenkürzel',
  home: 'Die Übersicht zeigt, ob gerade geteilt wird und, wenn nicht, warum; wer diesen Computer findet; und was der Tag gebracht hat. Der Schalter oben hält neue Aufgaben sofort an: Was läuft, wird beendet, und was es einbringt, wird gebucht.',
  work: 'Hier stehen die laufenden und die vergangenen Aufgaben: von welchem Netzwerk, welche Art, wie lange sie dauerten und was sie einbrachten. Was in ihnen stand, zeigt Hearth nicht.',
  earnings:
    'Einnahmen sind Summen über das Kassenbuch, in dem Zeilen immer nur hinzukommen. Jede Summe sagt, aus wie vielen Einträgen sie besteht. Die Geldbörse ist ein eigener Teil, sobald eine angelegt ist: Ecash nach Mints, wie es hereinkommt und hinausgeht, und die Wörter, die es zurückbringen.',
  capacity:
    'Kapazität ist, was die Arbeit macht: die Modellserver mit ihren Modellen, die Runner für Aufträge, das Programm für Container, und wie viel von diesem Computer andere nutzen dürfen. Welche Grenze gerade bindet, steht dabei; was für den eigenen Bedarf bleibt, wird nie verliehen.',
  availability:
    'Zeiten legen fest, wann dieser Computer teilt, und wie viel zu welcher Tageszeit. Die Woche wird gemalt oder getippt, Regeln halten das Teilen von selbst an, und von allem gilt das Strengste und wird genannt.',
  network:
    '„Netzwerk“ zeichnet den Weg von diesem Computer zu seinen Netzwerken; ein Druck auf eine Station zeigt, worauf sie beruht und was zu tun ist, wo es hakt. Darunter steht jedes Netzwerk mit denselben vier Reitern: wie es steht, seine Arbeit, sein Geld mit dem Preis, seine Einstellungen. Wofür nur sein Protokoll ein Wort hat, steht unter „Technisches“, mit allem, was dort geschah.',
  settings:
    'Die Einstellungen haben für jedes Anliegen einen Abschnitt: Umgang mit dem Fenster, Meldungen, welche Arten von Aufgaben angenommen werden und was davon bleibt, Sicherungen und ihre Probe, neue Versionen, Hilfreiches für Helfende und das Entfernen von allem. Alle Einstellungen führt jede Wahl so auf, wie die Befehlszeile sie nennt.',
  setup:
    'Die Einrichtung geht auf vier Seiten durch, was ein Computer zum Teilen braucht. Was gewählt ist, gilt sofort und lässt sich später an seinem Platz ändern; vor der letzten Seite wird nichts geteilt. Verlassen lässt sich die Einrichtung jederzeit; dort geht sie auch weiter.',
};
