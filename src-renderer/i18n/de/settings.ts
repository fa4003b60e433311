// What each setting is for. The contract says it in English; a test tells which one is missing here.

export const settings: Readonly<Record<string, string>> = {
  'node.name': 'Ein Name für diesen Computer, den niemand sonst sieht.',
  'node.sharing': 'Der große Schalter. Aus: Neue Aufgaben werden nicht angenommen, laufende werden beendet.',
  'node.region': 'Wo dieser Computer steht, so wie Netzwerke Gegenden nennen, zum Beispiel eu-central.',
  'capacity.maxConcurrent': 'Wie viele Aufgaben über alle Netzwerke gleichzeitig laufen dürfen. 0 nimmt keine an.',
  'capacity.tokensPerMinute': 'Tokens in der Minute, den Netzwerken als Anhalt genannt, wie viel sie schicken sollen.',
  'capacity.maxTokens': 'Die meisten Tokens, die eine Aufgabe verlangen darf; wer mehr verlangt, bekommt so viele.',
  'availability.windows':
    'Tägliche Zeiten nach der Uhr dieses Computers, als [{"start":"08:00","end":"22:00","share":1}]; außerhalb gilt die halbe Kapazität. Keine: immer.',
  'backends.inference':
    'Modellserver außer denen, die von selbst gefunden werden, als [{"kind":"ollama","url":"http://127.0.0.1:11434"}]. Schlüssel kommen über die Standardeingabe hinein.',
  'backends.models':
    'Wahl für einzelne Modelle, als [{"model":"llama3.2:3b","on":true,"maxConcurrent":1,"keepWarm":true}].',
  'networks.iicp.enabled': 'IICP beitreten: KI-Aufgaben von Fremden beantworten, die über ein Verzeichnis kommen.',
  'networks.iicp.directoryUrl': 'Das Verzeichnis, das diesen Computer aufführt.',
  'networks.iicp.endpoint':
    'Die öffentliche Adresse, unter der andere diesen Computer erreichen. Leer: noch keine, er wird nicht aufgeführt.',
  'networks.iicp.bind': 'Die lokale Adresse, auf der Aufgaben entgegengenommen werden.',
  'networks.iicp.port':
    'Der Port, auf dem Aufgaben entgegengenommen werden; 0 nimmt einen freien. Solange keiner gewählt ist und 9484 belegt ist, wird der nächste freie genommen.',
  'networks.iicp.redirectHosts':
    'Namen von Rechnern, auf die das Verzeichnis außer auf sich selbst verweisen darf; sie bekommen das Kennwort des Knotens.',
  'networks.iicp.maxBodyMiB':
    'Die größte Aufgabe, die gelesen wird, in MiB. Bilder und Töne kommen darin mit und brauchen mehr.',
  'networks.iicp.cors':
    'Webseiten jeder Herkunft aus dem Browser Aufgaben schicken lassen. Aus: nur Programme können es.',
  'networks.iicp.defaultIntent': 'Wofür Modelle in erster Linie angeboten werden, wenn sie es können.',
  'networks.iicp.operatorHmacKey': 'Ein eigener Schlüssel zum Unterschreiben, statt dem vom Verzeichnis.',
  'networks.iicp.idempotency': 'Eine Aufgabe ablehnen, deren Nummer in den letzten fünf Minuten schon kam.',
  'ui.language': 'Die Sprache der Seiten: system, en oder de.',
  'ui.theme': 'Helle oder dunkle Seiten, oder wie im System: system, light oder dark.',
  'ui.characterKeys':
    'Kürzel aus einem einzelnen Zeichen, wie ? für die Liste der Tastenkürzel. Aus: nur solche mit Strg oder Cmd.',
};
