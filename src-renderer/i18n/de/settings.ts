// What each setting is for. The contract says it in English; a test tells which one is missing here.

export const settings: Readonly<Record<string, string>> = {
  'node.name': 'Ein Name für diesen Computer, den niemand sonst sieht.',
  'node.sharing': 'Der große Schalter. Aus: Neue Aufgaben werden nicht angenommen, laufende werden beendet.',
  'node.region': 'Wo dieser Computer steht, so wie Netzwerke Gegenden nennen, zum Beispiel eu-central.',
  'capacity.maxConcurrent': 'Wie viele Aufgaben über alle Netzwerke gleichzeitig laufen dürfen. 0 nimmt keine an.',
  'capacity.tokensPerMinute': 'Tokens in der Minute, den Netzwerken als Anhalt genannt, wie viel sie schicken sollen.',
  'capacity.maxTokens': 'Die meisten Tokens, die eine Aufgabe verlangen darf; wer mehr verlangt, bekommt so viele.',
  'capacity.cpuMillicores':
    'Rechenzeit, die Aufträge und Mieten über alle Netzwerke zusammen belegen dürfen, in Tausendsteln eines Kerns; null: die Hälfte dessen, was der Computer hat.',
  'capacity.memoryMiB':
    'Arbeitsspeicher, den Aufträge und Mieten belegen dürfen, in MiB; null: ein Viertel dessen, was der Computer hat.',
  'capacity.diskMiB':
    'Plattenplatz, den Aufträge und Mieten belegen dürfen, in MiB; null: ein Viertel dessen, was beim Start von Hearth frei war, höchstens 100 GiB.',
  'capacity.gpuMiB':
    'Speicher der Grafikkarte, den Aufträge und Mieten belegen dürfen, in MiB. Modelle begrenzt stattdessen capacity.maxConcurrent.',
  'capacity.ports': 'Ports, die Aufträge und Mieten belegen dürfen.',
  'capacity.boxMbit':
    'Was jeder vermietete Container senden und was er empfangen darf, in Mbit je Sekunde. Kubernetes kann das nicht begrenzen. Laufende behalten, womit sie gestartet wurden.',
  'capacity.boxGigabytes':
    'Was jeder vermietete Container in dreißig Tagen bewegen darf, gesendet und empfangen zusammen, in GB; null: so viel, wie seine Rate durchlässt. Bei Podman und Docker gilt, was eingestellt war, als er angelegt wurde; anderswo sieht Hearth alle 20 Sekunden nach und trennt vom Netz, was mehr bewegt hat.',
  'capacity.gpuShared':
    'Modelle und Container teilen sich eine Grafikkarte: Was Container von capacity.gpuMiB belegen, lässt weniger Aufgaben zugleich zu, und umgekehrt.',
  'capacity.pausedJobs':
    'Was aus laufenden Aufträgen wird, wenn das Teilen pausiert, die Stunden enden oder eine Regel es anhält: finish lässt alle zu Ende laufen, hand-back gibt alle an ihre Auftraggeber zurück. Mieten laufen bis zum Ende der bezahlten Zeit.',
  'networks.order':
    'Welches Netzwerk zuerst bedient wird, wenn mehrere auf dasselbe warten, etwa ["iicp"]; die nicht genannten kommen danach.',
  'networks.limits':
    'Das Höchste, was ein Netzwerk belegen darf, etwa [{"network":"iicp","slots":2}], mit slots, cpuMillicores, memoryMiB, diskMiB, gpuMiB und ports; was fehlt, begrenzt nicht.',
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
  'power.worth':
    'Was eine Einheit wert ist, in der Währung des Strompreises, als [{"unit":"credit","from":null,"worth":0.002}]; „from“ ist der erste Tag, an dem es gilt, etwa "2026-01-31", oder null für alle Tage davor. Das legt man selbst fest.',
  'wallet.rateSource':
    'Wer gefragt wird, was ein Bitcoin in der Währung des Strompreises kostet, solange jemand hinsieht und höchstens einmal in der Stunde: "mempool" (mempool.space) oder "kraken". Wer gefragt wird, erfährt die eigene Adresse, aber nichts vom Guthaben. null: niemand; dann gilt der eingetragene Kurs.',
  'wallet.payout':
    'Zahlt von selbst aus, was eine Mint über einen Betrag in sat hinaus enthält, als {"to":"ich@example.com","above":10000,"mostFee":50}: an eine Lightning-Adresse, wenn die Gebühr nicht höher ist. null: nie von selbst.',
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
  'backends.boxEngine':
    'Was Boxen für Fremde erzeugt: Container von Podman oder Docker, auf diesem Computer oder einem anderen, Systemcontainer von LXD oder Incus, Container von Proxmox VE, oder Pods von Kubernetes. Boxen, die es gibt, bleiben bis zu ihrem Ende, wo sie sind.',
  'backends.machines':
    'Images, aus denen Kunden eine virtuelle Maschine mieten können, jedes mit seiner SHA-256. Geladen wird jedes vorab, von Hand.',
  'backends.machinesWithoutKvm':
    'Virtuelle Maschinen auch verkaufen, wo der Prozessor sie nicht selbst ausführt: zehn- bis zwanzigmal langsamer.',
  'backends.sizedVolumes':
    'Wo die Engine nicht begrenzen kann, was Boxen auf die Platte schreiben, liegt es auf Volumes der verkauften Größe statt im Arbeitsspeicher. Dazu braucht dasselbe kleine Programm wie für verschlüsselte Volumes Administratorrechte.',
  'backends.encryptedVolumes':
    'Kunden dürfen verschlüsseln lassen, was sie aufbewahren, mit einem eigenen Schlüssel. Das braucht Administratorrechte für ein kleines Programm, das docs/isolation.md zeigt; bei jedem Start wird nach einem Passwort gefragt, wenn keine Regel von sudo es erlaubt.',
  'backends.boxGraphics':
    'Die Grafikkarten, die gemietete Boxen bekommen, deren Angebot es sagt, wie CDI sie nennt. Keine andere Box bekommt eine.',
  'backends.boxInternet':
    'Gemietete Boxen dürfen ins Internet, unter der eigenen Adresse. Aus: Neue antworten nur an ihren Ports, was auch das Angebot sagt. Boxen, die es gibt, behalten, womit sie verkauft wurden.',
  'backends.boxImages':
    'Images neben den Vorlagen, aus denen Kunden einen Container mieten können, etwa eines mit SSH-Server. Geladen wird jedes vorab, von Hand.',
  'backends.runnersHeld':
    'Runner warten auf ein Ja, weil ein Backup sie mitbrachte: Unter ihren Pfaden kann hier etwas anderes liegen. Auf false setzen, wenn backends.runners angesehen ist.',
  'backends.runners':
    'Runner für geleaste Jobs, als [{"kind":"program","capability":"/examples/hello/v1","program":"/opt/wrap/run.py"}] mit "kind":"container" und "image" oder zum Ausprobieren eines Netzwerks mit "kind":"noop". docs/runners.md sagt, was sie tun müssen.',
  'desktop.closeKeepsServing':
    'Was beim Schließen des Fensters geschieht: fragen (ask), im Hintergrund weiter teilen (keep) oder beenden (quit).',
  'desktop.openAtLogin': 'Hearth beim Anmelden im Hintergrund öffnen.',
  'desktop.notifications':
    'Was außerhalb des Fensters gemeldet wird: etwas braucht Hilfe, das Teilen ist eingeschränkt, es hält an oder geht von selbst weiter, neue Versionen.',
  'desktop.updates':
    'Neue Versionen: nur melden (notify), von selbst einrichten, sobald keine Aufgabe läuft (drained), oder aus (off). Nie über eine Verbindung mit begrenztem Volumen.',
  'desktop.releaseKeys':
    'Tasten, die den Computer aus jedem Programm heraus zurückgeben, etwa CommandOrControl+Alt+P. Leer: keine.',
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
