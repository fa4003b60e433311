// What each setting is for. The contract says it in English; a test tells which one is missing here.

export const settings: Readonly<Record<string, string>> = {
  'node.name': 'Ein Name für diesen Computer, den niemand sonst sieht.',
  'node.sharing': 'Der große Schalter. Aus: Neue Aufgaben werden nicht angenommen, laufende werden beendet.',
  'node.region': 'Wo dieser Computer steht, so wie Netzwerke Gegenden nennen, zum Beispiel eu-central.',
  'capacity.maxConcurrent': 'Wie viele Aufgaben über alle Netzwerke gleichzeitig laufen dürfen. 0 nimmt keine an.',
  'capacity.tokensPerMinute': 'Tokens in der Minute, den Netzwerken als Anhalt genannt, wie viel sie schicken sollen.',
  'capacity.maxTokens': 'Die meisten Tokens, die eine Aufgabe verlangen darf; wer mehr verlangt, bekommt so viele.',
  'availability.grid':
    'Die Woche als {"days":[7 Texte aus 48 halben Stunden, Montag zuerst: - nicht gemalt, o aus, l wenig, n normal, f voll],"outside":"off" oder "reduced"}; null: immer voll.',
  'availability.pause': 'Die laufende Pause; „hearth pause“ setzt sie, „hearth resume“ beendet sie.',
  'availability.idle': 'Nur teilen, solange den Computer so viele Minuten lang niemand benutzt hat.',
  'availability.battery':
    'Im Akkubetrieb anhalten, wenn die Ladung unter so vielen Prozent liegt; 100: im Akkubetrieb immer.',
  'availability.metered': 'Anhalten bei einer Verbindung, deren Volumen laut System begrenzt ist.',
  'availability.fullscreen': 'Anhalten, solange ein Programm den Bildschirm füllt, etwa ein Spiel oder ein Film.',
  'availability.apps':
    'Anhalten, solange eines dieser Programme läuft, und mit unload auch den Speicher dafür freigeben, als {"on":true,"names":["factorio"],"unload":true}.',
  'availability.cpuHeat': 'Anhalten, wenn der Prozessor heißer ist, in Grad Celsius, bis er fünf Grad kühler ist.',
  'availability.gpuHeat': 'Anhalten, wenn die Grafikkarte heißer ist, in Grad Celsius, bis sie fünf Grad kühler ist.',
  'availability.dayData':
    'Für den Rest des Tages anhalten, wenn Aufgaben so viele Gigabyte hinein und heraus bewegt haben.',
  'availability.monthData': 'Dasselbe für einen Monat, der an diesem Tag des Kalendermonats beginnt.',
  'availability.quiet':
    'Ruhiger Betrieb: eine Aufgabe zugleich, und keine, solange die Grafikkarte über 70 oder der Prozessor über 75 Grad Celsius heiß ist. Strengere Regeln gelten weiter.',
  'availability.learn':
    'Lernen, zu welchen Zeiten der Woche niemand an diesem Computer ist, um Zeiten zum Teilen vorzuschlagen: 336 Zahlenpaare in seiner Datenbank, die verblassen und nirgendwohin gehen.',
  'availability.learnDismissed':
    'Wann vorgeschlagene Zeiten zuletzt beiseitegelegt wurden, in Millisekunden seit 1970; vier Wochen später kann es andere geben.',
  'availability.unload':
    'Modelle aus dem Speicher nehmen, wenn Teilen von Hand angehalten oder ausgeschaltet wird, sobald laufende Aufgaben fertig sind, und wenn ein Programm den Bildschirm füllt. Ein Modell wieder zu laden dauert einige Sekunden.',
  'availability.finishSeconds':
    'Wie lange laufende Aufgaben noch haben, ehe sie zurückgegeben werden: nach „Computer zurückgeben“ und wo Speicher für ein Programm freigegeben wird.',
  'power.tariff':
    'Was eine Kilowattstunde kostet, als {"currency":"EUR","perKwh":0.32} oder mit 24 Preisen ab Mitternacht als "byHour"; null: nicht bekannt.',
  'power.draw':
    'Was der Computer in Watt verbraucht, als {"idle":60,"working":250,"source":"estimated" oder "measured","alwaysOn":true}; null: nicht bekannt.',
  'power.wear':
    'Was für Verschleiß je Stunde bei der Arbeit zurückgelegt wird, in der Währung des Strompreises; 0: nichts.',
  'power.creditWorth':
    'Was ein Credit selbst wert ist, in der Währung des Strompreises; null: nicht bekannt. Kein Markt sagt es, es gilt nur das eigene Wort.',
  'safety.refused':
    'Arten von Aufgaben, die nie angenommen und niemandem angeboten werden, als ["audio:speech"]; kommt doch eine, wird sie abgelehnt, ehe etwas läuft.',
  'storage.keepDays':
    'Wie viele Tage beendete Aufgaben ohne Einnahmen aufbewahrt werden; null: für immer. Was etwas einbrachte, bleibt stets.',
  'storage.megabytes':
    'Wie groß Datenbank und Protokolle zusammen werden dürfen. Darüber gehen Aufgaben ohne Einnahmen nach einer Woche; null: keine solche Grenze.',
  'backends.inference':
    'Modellserver außer denen, die von selbst gefunden werden, als [{"kind":"ollama","url":"http://127.0.0.1:11434"}]. Schlüssel kommen über die Standardeingabe hinein.',
  'backends.models':
    'Wahl für einzelne Modelle, als [{"model":"llama3.2:3b","on":true,"maxConcurrent":1,"keepWarm":true}].',
  'desktop.closeKeepsServing':
    'Was beim Schließen des Fensters geschieht: fragen (ask), im Hintergrund weiter teilen (keep) oder beenden (quit).',
  'desktop.openAtLogin': 'Hearth beim Anmelden im Hintergrund öffnen.',
  'desktop.notifications':
    'Was außerhalb des Fensters gemeldet wird: etwas braucht Hilfe, das Teilen ist eingeschränkt, es hält an oder geht von selbst weiter, neue Versionen.',
  'desktop.updates':
    'Neue Versionen: nur melden (notify), von selbst einrichten, sobald keine Aufgabe läuft (drained), oder aus (off). Nie über eine Verbindung mit begrenztem Volumen.',
  'desktop.releaseKeys':
    'Tasten, die den Computer aus jedem Programm heraus zurückgeben, etwa CommandOrControl+Alt+P. Leer: keine.',
  'networks.iicp.enabled': 'IICP beitreten: KI-Aufgaben von Fremden beantworten, die über ein Verzeichnis kommen.',
  'networks.iicp.directoryUrl': 'Das Verzeichnis, das diesen Computer aufführt.',
  'networks.iicp.endpoint':
    'Die öffentliche Adresse, unter der andere diesen Computer erreichen. Leer: wird selbst herausgefunden. Eine gesetzte gilt.',
  'networks.iicp.transportMethod':
    'Wie andere diesen Computer erreichen, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
  'networks.iicp.natType':
    'Welche Art von Adressumsetzung vor diesem Computer steht, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
  'reachability.enabled':
    'Den Router bitten, hereinzulassen, was eingeschaltete Netzwerke schicken; nur solange eines eingeschaltet ist, das es braucht.',
  'reachability.renewMinutes':
    'Den Router mindestens so oft bitten, den Port offen zu halten, in Minuten. Gewährt er weniger, wird er früher gebeten.',
  'reachability.stunServers':
    'Server, die sagen, unter welcher Adresse dieser Computer zu sehen ist, als host:port; keiner wird gefragt, bevor ein Netzwerk eingeschaltet ist.',
  'reachability.tunnels':
    'Einen Tunnel nutzen, der auf diesem Computer schon läuft (cloudflared, ngrok, Tailscale Funnel), wo der Router nicht hilft.',
  'reachability.witness':
    'Ein zweites eigenes Hearth an einem anderen Ort, als http://host:port: Es versucht von außen, ob dieses zu erreichen ist. Leer: Nur das Verzeichnis tut es.',
  'reachability.witnessForOthers':
    'Für andere Knoten versuchen, ob sie zu erreichen sind: Wer fragt, wird unter der eigenen Adresse zurückgerufen, und unter keiner anderen.',
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
    'Wo kein Weg herein führt, eine Zwischenstelle versiegelte Aufgaben weiterreichen lassen: auto wählt eine, Name:Port nennt sie. Sichtbar wird ihr, wann und wie viel, nicht was.',
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
    'Unter /metrics Zähler für Prometheus zeigen: Aufgaben, ihre Dauer, Token. Wer diesen Computer erreicht, kann sie lesen.',
  'setup.done': 'Ob die Einrichtung vorbei ist. Aus: Ein leerer Knoten öffnet die Seiten mit ihr.',
  'setup.step': 'Der zuletzt gezeigte Schritt der Einrichtung; leer: nicht begonnen.',
  'setup.networks':
    'In der Einrichtung angekreuzte Netzwerke; mit ihnen wird verbunden, wenn dort das Teilen beginnt; null: nichts angekreuzt.',
  'setup.consents':
    'Welcher Fassung dessen, was ein Netzwerk schickt, kostet und sieht, zugestimmt wurde, und wann, in Millisekunden seit 1970.',
  'ui.language': 'Die Sprache der Seiten: system, en oder de.',
  'ui.theme': 'Helle oder dunkle Seiten, oder wie im System: system, light oder dark.',
  'ui.characterKeys':
    'Kürzel aus einem einzelnen Zeichen, wie ? für die Liste der Tastenkürzel. Aus: nur solche mit Strg oder Cmd.',
};
