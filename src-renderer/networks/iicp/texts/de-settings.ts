// What the settings of IICP are for, in German.
export const settings: Readonly<Record<string, string>> = {
  'networks.iicp.enabled': 'IICP beitreten: KI-Aufgaben von Fremden beantworten, die über ein Verzeichnis kommen.',
  'networks.iicp.directoryUrl': 'Das Verzeichnis, das diesen Computer aufführt.',
  'networks.iicp.endpoint':
    'Die öffentliche Adresse, unter der andere diesen Computer erreichen. Leer: wird selbst herausgefunden. Eine gesetzte gilt.',
  'networks.iicp.transportMethod':
    'Wie andere diesen Computer erreichen, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
  'networks.iicp.natType':
    'Welche Art von Adressübersetzung vor diesem Computer steht, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
  'networks.iicp.bind':
    'Die lokale Adresse, auf der Aufgaben entgegengenommen werden; :: sind alle, über IPv6 und IPv4.',
  'networks.iicp.port':
    'Der Port, auf dem Aufgaben entgegengenommen werden; 0 nimmt einen freien. Solange keiner gewählt ist und 9484 belegt ist, wird der nächste freie genommen.',
  'networks.iicp.redirectHosts':
    'Rechner, auf die das Verzeichnis außer auf sich selbst verweisen darf, als Name oder Name:Port; sie bekommen das Kennwort des Knotens.',
  'networks.iicp.maxBodyMiB': 'Die größte Aufgabe, die gelesen wird, in MiB. Bilder und Töne kommen darin mit.',
  'networks.iicp.cors':
    'Webseiten jeder Herkunft aus dem Browser Aufgaben schicken lassen. Aus: nur Programme können es.',
  'networks.iicp.defaultIntent': 'Wofür Modelle in erster Linie angeboten werden, wenn sie es können.',
  'networks.iicp.operatorHmacKey':
    'Ein eigener Schlüssel zum Unterschreiben, statt dem vom Verzeichnis, wenn es nicht nur seinen eigenen annimmt.',
  'networks.iicp.credits':
    'Dem Verzeichnis für jede erledigte Aufgabe einen unterschriebenen Beleg schicken und dafür Guthaben bekommen. Aus: Nichts wird verlangt.',
  'networks.iicp.atStop':
    'Was das Verzeichnis erfährt, wenn Hearth beendet wird. leave: dass dieser Knoten fort ist, mit Ansehen und Zählern. stay: dass er abwesend ist und seinen Platz behält. auto: wie leave, doch wie stay, solange Guthaben unterwegs ist oder dort liegt. Neustart, Aktualisierung und Ruhezustand behalten den Platz immer; IICP auszuschalten gibt ihn immer auf.',
  'pricing.iicp.multiplier':
    'Was eine Aufgabe hier kostet, als Vielfaches des üblichen Preises: 1 ist üblich, 0 ist umsonst, höchstens 1000.',
  'pricing.iicp.model':
    'Wofür der Preis gilt: per_token, für Tokens; per_request, für eine Anfrage; flat, ein fester Preis je Aufgabe.',
  'pricing.iicp.models':
    'Andere Preise für einzelne Modelle, als [{"model":"qwen2.5:7b","multiplier":1.5}]. Dem Verzeichnis wird der höchste der angebotenen genannt.',
  'pricing.iicp.sign':
    'Den genannten Preis mit dem Schlüssel dieses Computers unterschreiben, damit andere sehen, dass er von hier kommt.',
  'pricing.iicp.from': 'Ab wann der Preis gilt, als 2026-12-01T00:00:00Z; null: sofort. Vorher gilt der übliche.',
  'pricing.iicp.until': 'Bis wann der Preis gilt, als 2026-12-31T00:00:00Z; null: auf Dauer. Danach gilt der übliche.',
  'networks.iicp.operator':
    'Dem Verzeichnis sagen, wessen Knoten das ist, mit einem Schlüssel, der dafür bürgt; hier erzeugt, wenn keiner gegeben wird.',
  'networks.iicp.operatorName': 'Der Name, unter dem das Verzeichnis den Betreiber allen zeigt; leer: keiner.',
  'networks.iicp.operatorSeed':
    'Der Betreiberschlüssel anderer eigener Knoten, 32 Bytes in Base64. Leer: der vorhandene oder ein neuer.',
  'networks.iicp.operatorSince':
    'Wann dieser Schlüssel entstand, wie es andere eigene Knoten sagen, etwa 2026-01-01T00:00:00Z. Leer: als er hierher kam.',
  'networks.iicp.requireToken':
    'Aufgaben nur von Absendern nehmen, die ein vom Verzeichnis für diesen Knoten unterschriebenes Kennwort haben, oder sein eigenes. Übliche Programme haben keines.',
  'networks.iicp.cooperation':
    'Die Regeln für gemeinsames Rechnen anwenden, bei dem andere Knoten Teile einer Arbeit schicken. Aus: Ein Teil ist eine Aufgabe wie jede andere.',
  'networks.iicp.cooperationWorker': 'Bei gemeinsamem Rechnen: solche Teile nehmen. Aus: Alle werden abgelehnt.',
  'networks.iicp.cooperationAtOnce': 'Bei gemeinsamem Rechnen: wie viele Teile zugleich laufen dürfen.',
  'networks.iicp.cooperationSeconds': 'Bei gemeinsamem Rechnen: wie viele Sekunden ein Teil höchstens dauern darf.',
  'networks.iicp.relayUse':
    'Wo kein Weg hereinführt, eine Zwischenstelle versiegelte Aufgaben weiterreichen lassen: auto wählt eine, Name:Port nennt sie. Sichtbar wird ihr, wann und wie viel, nicht was.',
  'networks.iicp.relayServe':
    'Zwischenstelle sein: Aufgaben an Knoten weiterreichen, die sonst niemand erreicht. Das kostet Bandbreite und bringt nichts ein.',
  'networks.iicp.relayPort':
    'Der Port, auf dem eine Zwischenstelle die Knoten annimmt, an die sie weiterreicht; 0 nimmt einen freien.',
  'networks.iicp.relayTickets':
    'Als Zwischenstelle nur Knoten mit einer Karte annehmen, die das Verzeichnis unterschrieben hat.',
  'networks.iicp.mesh':
    'Nachbarn austauschen: anderen Knoten von diesem und von denen erzählen, die ihm geantwortet haben, und sie danach fragen.',
  'networks.iicp.idempotency': 'Eine Aufgabe ablehnen, deren Nummer in den letzten fünf Minuten schon kam.',
  'networks.iicp.metrics':
    'Unter /metrics Zähler für Prometheus zeigen: Aufgaben, ihre Dauer, Tokens. Wer diesen Computer erreicht, kann sie lesen.',
};
