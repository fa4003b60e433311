// What the engine says, by its code. Where one is missing its English sentence stands, and a test tells.
import type { Rewording } from '../keys.ts';

export const reasons: Readonly<Record<string, Rewording>> = {
  'node.switched-off': {
    message: 'Das Teilen wurde ausgeschaltet.',
    action: 'Wieder einschalten, um Aufgaben anzunehmen.',
  },
  'node.paused': { message: 'Von Hand angehalten.', action: 'Fortsetzen, um wieder Aufgaben anzunehmen.' },
  'node.released': {
    message: 'Der Computer wird selbst gebraucht.',
    action: 'Fortsetzen, um wieder Aufgaben anzunehmen.',
  },
  'node.no-network': { message: 'Kein Netzwerk ist eingeschaltet.', action: 'Unter „Netzwerk“ einem beitreten.' },
  'node.no-slots': {
    message: 'Die gewählten Grenzen lassen zurzeit keinen Platz für eine Aufgabe.',
    action: 'Unter „Kapazität“ erhöhen, oder unter „Zeiten“ ändern.',
  },
  'node.no-models': {
    message: 'Auf diesem Computer wurde kein Modellserver mit einem Modell gefunden.',
    action: 'Ollama oder einen anderen Modellserver starten, dann erneut suchen.',
  },
  'iicp.no-endpoint': {
    message: 'Dieser Computer lauscht, hat aber noch keine öffentliche Adresse, unter der man ihn findet.',
    action: 'Unter „Netzwerk“ eine setzen.',
  },
  'iicp.private-endpoint': {
    message:
      'Die gesetzte Adresse ist aus dem Internet nicht erreichbar, ein öffentliches Verzeichnis führt sie nicht auf.',
    action: 'Unter „Netzwerk“ eine öffentliche setzen.',
  },
  'iicp.port-taken': {
    message: 'Der Port für Aufgaben wird von einem anderen Programm benutzt.',
    action: 'Einen anderen wählen oder jenes Programm beenden.',
  },
  'iicp.bind-refused': {
    message: 'Auf der gewählten Adresse und dem gewählten Port darf Hearth nicht lauschen.',
    action: 'Adresse prüfen und einen Port über 1023 nehmen.',
  },
  'iicp.directory-unreachable': {
    message: 'Das Verzeichnis ist nicht erreichbar.',
    action: 'Es wird weiter versucht; die Internetverbindung prüfen.',
  },
  'backends.off': { message: 'Dieser Server ist ausgeschaltet.', action: 'In den Einstellungen einschalten.' },
  'backends.denied': {
    message: 'Dieser Server verlangt einen gültigen Schlüssel.',
    action: 'Den API-Schlüssel in den Einstellungen setzen.',
  },
  'backends.lost': {
    message: 'Die Verbindung zum Modellserver riss während einer Aufgabe ab.',
    action: 'Den Modellserver wieder starten, falls er steht.',
  },
  'backends.budget-spent': {
    message: 'Die Tokens für heute sind verbraucht. Nach Mitternacht geht es weiter.',
    action: 'Das Tagesmaß in den Einstellungen erhöhen, um mehr zu nutzen.',
  },
  'backends.exposed': {
    message:
      'Dieser Modellserver antwortet auch im eigenen Netz: Wenn keine Firewall davor steht, können andere ihn ohne Hearth und ohne Bezahlung nutzen.',
    action: 'Ihn nur auf 127.0.0.1 lauschen lassen und neu starten.',
  },
  'backends.other-kind': {
    message: 'Der Server antwortet anders, als seine Art in den Einstellungen erwarten lässt.',
    action: 'Die Art in den Einstellungen berichtigen.',
  },
  'backends.two-on-one-port': {
    message: 'Ein Port führt zu verschiedenen Servern.',
    action: 'Den nicht gemeinten beenden, oder den gemeinten in den Einstellungen nennen.',
  },
  'backends.loading': { message: 'Ein Modell wird geladen. Aufgaben warten, bis es bereit ist.' },
  'backends.cold': { message: 'Kein Modell ist geladen. Die erste Aufgabe wartet, bis eines es ist.' },
  'backends.model-failing': {
    message: 'Der Server meldet, dass sein Modell gescheitert ist.',
    action: 'In sein Protokoll sehen: Oft fehlt Speicher. Das Modell neu laden, oder ein kleineres.',
  },
  'backends.cant-move': {
    message: 'Der Server konnte das Modell nicht laden oder entladen.',
    action: 'Es mit seinen eigenen Mitteln versuchen.',
  },
  'backends.unknown-model': { message: 'Dieser Server hat kein solches Modell.' },
  'internal.unexpected': {
    message: 'In Hearth ist etwas schiefgegangen. Das Protokoll sagt mehr; ein Neustart kann helfen.',
  },
  'settings.invalid': { message: 'Dieser Wert passt nicht, die Einstellung blieb, wie sie war.' },
  'secrets.key-missing': {
    message: 'Der Schlüssel zu den Geheimnissen dieses Datenordners fehlt oder ist nicht lesbar.',
    action: 'Ihn aus einer Sicherung des Ordners zurücklegen und neu starten.',
  },
  'secrets.key-wrong': {
    message: 'Der Schlüssel in diesem Datenordner öffnet seine Geheimnisse nicht.',
    action: 'Den eigenen Schlüssel des Ordners aus einer Sicherung zurücklegen und neu starten.',
  },
  'secrets.wrong-passphrase': { message: 'Das ist nicht die Passphrase dieses Datenordners.' },
  'secrets.passphrase-needed': {
    message: 'Der Schlüssel dieses Datenordners ist mit einer Passphrase geschützt.',
    action: 'Hearth aus einem Terminal starten.',
  },
  'secrets.holder-unavailable': {
    message: 'Was den Schlüssel dieses Datenordners verwahrt, ist von hier nicht erreichbar.',
    action: 'Hearth so starten wie zuvor.',
  },
  'secrets.damaged': {
    message: 'Ein versiegelter Wert in der Datenbank ist beschädigt.',
    action: 'Ihn neu setzen, oder eine Sicherung des Datenordners zurückspielen.',
  },
  'storage.locked': {
    message: 'Ein anderes Hearth benutzt diesen Datenordner schon.',
    action: 'Es zuerst schließen, oder einen anderen Datenordner nehmen.',
  },
  'storage.too-new': {
    message: 'Diesen Datenordner hat zuletzt ein neueres Hearth benutzt.',
    action: 'Jene Version wieder einrichten, oder einen anderen Datenordner nehmen.',
  },
  'storage.damaged': {
    message: 'Die Datenbank in diesem Datenordner ist beschädigt.',
    action: 'Eine Kopie aus dem Ordner „backups“ oder einer eigenen Sicherung zurücklegen.',
  },
  'storage.migration-failed': {
    message:
      'Die Datenbank ließ sich nicht auf diese Version bringen. Sie ist unverändert; die vorige Version läuft noch.',
  },
  'storage.conflict': {
    message: 'Diese Änderung passt nicht mehr zu dem, was inzwischen gespeichert ist.',
    action: 'Den neuesten Stand laden und es noch einmal versuchen.',
  },
  'storage.busy': {
    message: 'Die Platte kommt mit dem Festhalten nicht nach.',
    action: 'Es gleich noch einmal versuchen.',
  },
  'storage.write-failed': {
    message: 'Hearth kann nicht in seinen Datenordner schreiben.',
    action: 'Freien Platz und Rechte prüfen; es geht dann von selbst weiter.',
  },
  'storage.closed': { message: 'Hearth wird beendet und hält nichts mehr fest.' },
  'storage.bad-statement': {
    message: 'Hearth wollte etwas festhalten, was seine Datenbank nicht versteht. Bitte melden.',
  },
  'rehearsal.running': { message: 'Eine Probe läuft schon. Bitte ihr Ende abwarten.' },
  'rehearsal.stopped': { message: 'Die Probe wurde angehalten.' },
  'engine.start-too-slow': { message: 'Ein Teil kam nicht rechtzeitig in Gang. Hearth versucht es noch einmal.' },
  'engine.stop-too-slow': { message: 'Ein Teil ließ sich nicht rechtzeitig anhalten.' },
  'contract.unknown-request': {
    message: 'Diese Version von Hearth kennt die Anfrage nicht.',
    action: 'Aktualisieren, was älter ist.',
  },
  'contract.invalid-input': { message: 'Diese Eingabe passt nicht.' },
  'contract.invalid-output': { message: 'Hearth hielt eine Antwort zurück, für die es nicht einstehen kann.' },
  'face.too-many-requests': { message: 'Zu viele Anfragen auf einmal. Es gleich noch einmal versuchen.' },
  'face.untrusted-sender': { message: 'Nur Seiten von Hearth selbst dürfen das fragen.' },
  'bridge.malformed': {
    message: 'Hearth schickte etwas, was diese Seite nicht versteht.',
    action: 'Neu laden; bleibt es so, Hearth aktualisieren.',
  },
  'bridge.unexpected': {
    message: 'In dieser Seite ist etwas schiefgegangen.',
    action: 'Neu laden; bleibt es so, Hearth neu starten.',
  },
  'bridge.silent': {
    message: 'Hearth antwortet nicht. Vielleicht ist es beschäftigt; es gleich noch einmal versuchen.',
  },
};
