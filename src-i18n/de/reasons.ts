// What the engine says, by its code. Where one is missing its English sentence stands, and a test tells. A network's own are in its texts.

import type { Rewording } from '../fill.ts';

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
  'node.only-connects': {
    message: 'Keines der eigenen Netzwerke schickt Arbeit.',
    action: 'Einem weiteren unter „Netzwerk“ beitreten, um zu teilen, was übrig ist.',
  },
  'node.no-slots': {
    message: 'Die gewählten Grenzen lassen zurzeit keinen Platz für eine Aufgabe.',
    action: 'Unter „Kapazität“ erhöhen, oder unter „Zeiten“ ändern.',
  },
  'node.no-models': {
    message: 'Auf diesem Computer wurde kein Modellserver mit einem Modell gefunden.',
    action: 'Ollama oder einen anderen Modellserver starten, dann erneut suchen.',
  },
  'reachability.no-gateway': {
    message: 'Auf dem Weg nach außen wurde kein Router gefunden.',
    action: 'Kabel oder WLAN prüfen; es wird von selbst wieder gesucht.',
  },
  'reachability.offline': {
    message: 'Es besteht keine Verbindung zum Internet: Der Router ist da, aber draußen antwortet kein Server.',
    action: 'Den Anschluss des Routers prüfen oder abwarten: Jede halbe Minute wird wieder nachgesehen.',
  },
  'reachability.not-found': {
    message: 'Der Router öffnet Programmen keine Ports: Er antwortet weder auf PCP noch auf NAT-PMP oder UPnP.',
    action:
      'Im Router UPnP, NAT-PMP oder PCP einschalten, oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.other-dialect': {
    message: 'Der Router spricht eine andere Sprache als die gefragte.',
    action:
      'Im Router einschalten, was von UPnP, NAT-PMP und PCP aus ist, oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.not-authorized': {
    message: 'Der Router lässt Programme keine Ports öffnen.',
    action: 'Dort erlauben, wenn möglich nur für diesen Computer, dann wieder prüfen.',
  },
  'reachability.conflict': {
    message: 'Den Port hat schon ein anderes Programm oder ein anderer Computer.',
    action: 'Wo es geht, wird von selbst ein anderer genommen.',
  },
  'reachability.no-resources': {
    message: 'Die Liste offener Ports im Router ist voll.',
    action: 'Dort alte Einträge entfernen oder den Router neu starten.',
  },
  'reachability.permanent-only': {
    message: 'Der Router öffnet Ports nur auf Dauer.',
    action:
      'Im Router alte Einträge offener Ports entfernen, denn er vergisst keinen, oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.same-port-only': {
    message: 'Der Router öffnet außen nur denselben Port wie innen.',
    action:
      'Im Router einen alten Eintrag für diesen Port entfernen, oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.bad-request': {
    message: 'Der Router hat die Anfrage nicht verstanden.',
    action:
      'Nachsehen, ob es neuere Software für den Router gibt, oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.double-nat': {
    message:
      'Der Router hat selbst keine öffentliche Adresse: Vor ihm steht noch einer, oder das Netz des Anbieters, und lässt niemanden herein.',
    action:
      'Einen zweiten Router zu Hause auf „Bridge“ stellen oder den Port auch dort weiterleiten. Sonst eine Zwischenstelle nutzen, beim Anbieter um eine öffentliche Adresse oder IPv6 bitten, oder einen Tunnel nutzen.',
  },
  'reachability.timeout': {
    message: 'Der Router hat nicht rechtzeitig geantwortet.',
    action: 'Es wird weiter versucht.',
  },
  'reachability.transport': {
    message: 'Die Verbindung zum Router ist abgebrochen.',
    action: 'Vielleicht steht auch eine Firewall dieses Computers dazwischen.',
  },
  'reachability.malformed': {
    message: 'Was der Router geschickt hat, ergibt keinen Sinn.',
    action:
      'Den Router neu starten oder nachsehen, ob es neuere Software für ihn gibt. Oder den Port von Hand an diesen Computer weiterleiten: Sobald das geht, wird es von selbst bemerkt.',
  },
  'reachability.carrier-nat': {
    message:
      'Der Anbieter teilt eine öffentliche Adresse auf mehrere Kunden auf; keine Einstellung im Router lässt andere herein.',
    action:
      'Eine Zwischenstelle nutzen, beim Anbieter um eine öffentliche IPv4-Adresse oder um IPv6 bitten, oder einen Tunnel nutzen.',
  },
  'reachability.not-reached': {
    message: 'Laut Router ist der Port offen, aber von außen kommt niemand durch.',
    action: 'Die Firewall von Computer und Router prüfen oder den Router neu starten; es wird weiter versucht.',
  },
  'reachability.elsewhere': {
    message:
      'An der Adresse, die der Router nennt, antwortet jemand, aber hier kam nichts an: Es ist nicht dieser Computer.',
    action:
      'Ein weiterer Router oder der Anbieter kann davor stehen, mit einer Adresse, die auch andere haben. Die Adresse im Router mit der vergleichen, die andere sehen.',
  },
  'reachability.not-forwarded': {
    message:
      'Über die Adresse, die andere sehen, kommt von außen niemand herein; auch von Hand ist kein Port weitergeleitet.',
    action: 'Programme im Router Ports öffnen lassen oder den Port dort weiterleiten; es wird weiter versucht.',
  },
  'HTTP-*': { message: 'Das Verzeichnis hat abgelehnt. Es wird weiter versucht.' },
  'backends.not-found': {
    message: 'Unter dieser Adresse antwortet nichts.',
    action: 'Den Modellserver starten oder seine Adresse berichtigen.',
  },
  'backends.no-answer': {
    message: 'Der Server hat nicht rechtzeitig geantwortet.',
    action: 'Nachsehen, ob er beschäftigt ist oder hängt; ein Neustart hilft oft.',
  },
  'backends.no-model': {
    message: 'Der Modellserver läuft, hat aber kein Modell anzubieten.',
    action: 'Eines herunterladen oder ihn mit einem starten.',
  },
  'backends.wrong-answer': {
    message: 'Was dort antwortet, ist nicht der erwartete Modellserver.',
    action: 'Adresse und Art des Servers prüfen.',
  },
  'backends.wrong-kind': {
    message: 'Dort antwortet eine andere Art von Modellserver als eingestellt.',
    action: 'Seine Art oder seine Adresse berichtigen.',
  },
  'backends.server-error': {
    message: 'Der Server antwortet mit einem Fehler.',
    action: 'Vielleicht startet er noch; bleibt es so, sagt sein Protokoll mehr.',
  },
  'backends.off': { message: 'Dieser Server ist ausgeschaltet.', action: 'In den Einstellungen einschalten.' },
  'backends.denied': {
    message: 'Dieser Server verlangt einen gültigen Schlüssel.',
    action: 'Den API-Schlüssel in den Einstellungen setzen.',
  },
  'backends.lost': {
    message: 'Die Verbindung zu {{url}} riss während einer Aufgabe ab.',
    action: 'Den Modellserver wieder starten, falls er steht.',
  },
  'backends.budget-spent': {
    message: 'Die {{tokens}} Tokens für heute sind verbraucht. Nach Mitternacht wird der Server wieder benutzt.',
    action: 'Das Tagesmaß in den Einstellungen erhöhen, um mehr zu nutzen.',
  },
  'backends.other-kind': {
    message: 'Der Server antwortet anders, als seine Art in den Einstellungen erwarten lässt.',
    action: 'Die Art in den Einstellungen berichtigen.',
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
  'availability.outside-missing': {
    message: 'Der Kalender sagt nicht, was außerhalb seiner Zeiten gilt.',
    action: '„Aus“ oder „verringert“ wählen.',
  },
  'availability.pause-end': { message: 'Eine Pause endet innerhalb der nächsten acht Tage oder beim Fortsetzen.' },
  'availability.not-a-calendar': { message: 'Das ist kein Kalender im Format iCalendar.' },
  'availability.nothing-weekly': { message: 'In diesem Kalender wiederholt sich nichts jede Woche.' },
  'availability.too-many-events': { message: 'Übernommen werden Kalender mit höchstens 1000 Terminen.' },
  'hardware.system.found': { message: 'Das System hat sich und den Prozessor genannt.' },
  'hardware.system.failed': { message: 'Das System hat in der Zeit nichts von sich gesagt.' },
  'hardware.graphics.found': { message: 'Das System führt Grafikkarten auf.' },
  'hardware.graphics.nothing': { message: 'Das System führt keine Grafikkarte auf.' },
  'hardware.graphics.missing': {
    message: 'lspci: nicht gefunden.',
    action: 'Das Paket pciutils installieren, damit Karten aufgeführt werden.',
  },
  'hardware.graphics.failed': { message: 'Das System hat seine Grafikkarten nicht in der Zeit genannt.' },
  'hardware.nvidia.found': { message: 'nvidia-smi nennt Karten.' },
  'hardware.nvidia.missing': {
    message: 'nvidia-smi: nicht gefunden. Es kommt mit dem Treiber von NVIDIA.',
    action: 'Den Treiber von NVIDIA installieren: Ohne ihn können Modellserver die Karte nicht benutzen.',
  },
  'hardware.nvidia.failed': {
    message: 'nvidia-smi: ist da und nennt keine Karte.',
    action: 'Den Computer neu starten, wenn der Treiber eben aktualisiert wurde; sonst den Treiber neu installieren.',
  },
  'hardware.nvidia.not-here': { message: 'Nicht für dieses System.' },
  'hardware.amd.found': { message: 'amdgpu nennt Karten.' },
  'hardware.amd.nothing': { message: 'Keine AMD-Karte hat einen Treiber, der sich fragen lässt.' },
  'hardware.amd.failed': {
    message: 'Der Treiber der AMD-Karte sagt nichts von ihrem Speicher.',
    action: 'Wahrscheinlich ist es der alte Treiber „radeon“. Modellserver brauchen „amdgpu“.',
  },
  'hardware.amd.not-here': { message: 'Nicht für dieses System.' },
  'hardware.rocm.found': { message: 'ROCm kann auf der AMD-Karte rechnen.' },
  'hardware.rocm.missing': {
    message: '/dev/kfd: nicht da. Es kommt mit ROCm, für Karten von AMD.',
    action: 'ROCm installieren, oder einen Modellserver nehmen, der mit Vulkan rechnet.',
  },
  'hardware.rocm.denied': {
    message: '/dev/kfd: darf von diesem Benutzer nicht benutzt werden.',
    action: '„sudo usermod -aG render,video $USER“ ausführen und neu anmelden.',
  },
  'hardware.rocm.not-here': { message: 'Nicht für dieses System.' },
  'hardware.vulkan.found': { message: 'Vulkan hat eine Grafikkarte, die es benutzen kann.' },
  'hardware.vulkan.nothing': { message: 'Vulkan hat keine Grafikkarte, die es benutzen kann.' },
  'hardware.vulkan.missing': {
    message: 'vulkaninfo: nicht gefunden. Vulkan selbst kann trotzdem da sein.',
    action: 'Das Paket vulkan-tools installieren, um hier zu sehen, was Vulkan benutzen kann.',
  },
  'hardware.vulkan.failed': {
    message: 'vulkaninfo: ist da und versagt.',
    action: 'Den Treiber der Grafikkarte neu installieren.',
  },
  'hardware.vulkan.not-here': { message: 'Nicht für dieses System.' },
  'hardware.metal.found': { message: 'Metal kann die Grafikkarte benutzen.' },
  'hardware.metal.nothing': { message: 'Keine Grafikkarte hier hat Metal.' },
  'hardware.metal.not-here': { message: 'Nicht für dieses System.' },
  'hardware.disk.found': { message: 'Das Laufwerk des Datenordners nennt seine Größe.' },
  'hardware.disk.failed': { message: 'Das Laufwerk des Datenordners nennt seine Größe nicht.' },
  'settings.changed-meanwhile': {
    message: '{{path}} wurde inzwischen anderswo geändert und blieb so.',
    action: 'Den neuen Stand ansehen und noch einmal wählen.',
  },
  'settings.invalid': { message: '{{path}}{{at}} blieb, wie es war: Dieser Wert passt nicht.' },
  'secrets.key-missing': {
    message: 'Der Schlüssel zu den Geheimnissen dieses Datenordners fehlt oder ist nicht lesbar.',
    action: '{{file}} aus einer Sicherung des Ordners zurücklegen und neu starten.',
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
    message: 'Der Schlüssel dieses Datenordners liegt bei „{{holder}}“, und das ist von hier nicht erreichbar.',
    action: 'Hearth so starten wie zuvor.',
  },
  'secrets.keychain-closed': {
    message: 'Der Schlüsselbund des Systems ist zu oder nicht erreichbar.',
    action: 'Ihn öffnen und Hearth noch einmal starten.',
  },
  'secrets.keychain-lost': {
    message: 'Der Schlüsselbund des Systems öffnet den Schlüssel dieses Datenordners nicht mehr.',
    action: 'Eine Sicherung zurückspielen oder jenes Benutzerkonto verwenden, das ihn angelegt hat.',
  },
  'secrets.damaged': {
    message: 'Ein versiegelter Wert in der Datenbank ist beschädigt.',
    action: 'Ihn neu setzen, oder eine Sicherung des Datenordners zurückspielen.',
  },
  'keys.invalid': { message: 'Das ist kein gültiger Schlüssel der Kurve secp256k1.' },
  'storage.disk-full': {
    message: 'Der Datenträger mit dem Datenordner ist voll. Es ist nichts verloren.',
    action: 'Etwas Platz schaffen, dann Hearth neu starten.',
  },
  'storage.folder-unusable': {
    message: 'Hearth kann den Datenordner {{folder}} nicht benutzen ({{reason}}).',
    action: 'Einen Ordner nehmen, in den geschrieben werden darf; --data oder HEARTH_HOME nennt ihn.',
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
    action: 'Beim nächsten Start lässt sich eine Kopie oder eine eigene Sicherung zurückspielen.',
  },
  'storage.copy-unsound': { message: 'In {{file}} ist keine heile Kopie der Datenbank. Nichts wurde geändert.' },
  'storage.migration-failed': {
    message:
      'Die Datenbank ließ sich nicht auf diese Version bringen und ist unverändert; die vorige Version läuft noch.',
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
  'backup.wrong-passphrase': { message: 'Das ist nicht die Passphrase dieser Sicherung. Nichts wurde geändert.' },
  'backup.not-a-backup': {
    message: 'Diese Datei ist keine Sicherung von Hearth, oder ihr Anfang fehlt. Nichts wurde geändert.',
  },
  'backup.cut': {
    message: 'Dieser Sicherung fehlt das Ende. Nichts wurde geändert.',
    action: 'Die Datei noch einmal kopieren, oder eine andere nehmen.',
  },
  'backup.damaged': {
    message: 'Diese Sicherung ist beschädigt. Nichts wurde geändert.',
    action: 'Eine andere nehmen.',
  },
  'backup.too-new': {
    message: 'Diese Sicherung stammt von einem neueren Hearth. Nichts wurde geändert.',
    action: 'Jene Version einrichten, dann zurückspielen.',
  },
  'backup.too-new-for': {
    message: 'Diese Sicherung stammt von Hearth {{version}}, das neuer ist. Nichts wurde geändert.',
    action: 'Jene Version einrichten, dann zurückspielen.',
  },
  'backup.too-costly': {
    message:
      'Diese Sicherung verlangt mehr Speicher oder Zeit, als Hearth für eine Passphrase aufwendet; sie wurde nicht versucht. Nichts wurde geändert.',
    action: 'Eine andere nehmen: so hat Hearth sie nicht gemacht.',
  },
  'backup.too-large': {
    message: 'Diese Sicherung würde größer als jeder Knoten und wurde nicht geöffnet. Nichts wurde geändert.',
    action: 'Eine andere nehmen.',
  },
  'backup.missing': { message: 'Im Datenordner liegt keine solche Sicherung, oder sie ist noch nicht fertig.' },
  'backup.busy': {
    message: 'Eine Sicherung wird gerade angelegt, geprüft oder zurückgespielt.',
    action: 'Bitte das Ende abwarten.',
  },
  'backup.piece': {
    message: 'Das ist nicht das nächste Stück der Datei.',
    action: 'Noch einmal von vorn beginnen.',
  },
  'backup.no-space': {
    message: 'Dafür ist auf der Platte nicht genug Platz. Nichts wurde geändert.',
    action: 'Platz schaffen und es noch einmal versuchen.',
  },
  'backup.stopped': { message: 'Hearth wurde vorher beendet. Nichts wurde geändert.' },
  'backup.not-as-saved': {
    message: 'Was zurückgespielt wurde, stimmt nicht mit dem Gesicherten überein.',
    action: 'Eine andere Sicherung nehmen.',
  },
  'desktop.not-here': {
    message: 'Das kann nur die Desktop-App.',
    action: 'Für den Schlüssel gibt es den Befehl „hearth key“.',
  },
  'desktop.update-unreachable': {
    message: 'Woher neue Versionen kommen, war nicht erreichbar oder antwortete nicht richtig.',
    action: 'In einer Stunde wird es noch einmal versucht.',
  },
  'desktop.update-not-downloaded': {
    message: 'Die neue Version ließ sich nicht ganz herunterladen.',
    action: 'In einer Stunde wird es noch einmal versucht.',
  },
  'desktop.update-unsigned': {
    message: 'Die Liste neuer Versionen trägt keine Signatur von Hearth und wurde nicht verwendet.',
    action:
      'In einer Stunde wird wieder nachgesehen. Bleibt es dabei, die neue Version von der Webseite von Hearth holen und ihre Signatur prüfen.',
  },
  'desktop.update-older': {
    message: 'Die Liste neuer Versionen ist älter als eine, die schon bekannt war, und wurde nicht verwendet.',
    action:
      'In einer Stunde wird wieder nachgesehen. Bleibt es dabei, die neue Version von der Webseite von Hearth holen und ihre Signatur prüfen.',
  },
  'desktop.update-not-genuine': {
    message: 'Das Heruntergeladene ist nicht das signierte Paket. Es wurde nicht eingerichtet.',
    action:
      'In einer Stunde wird wieder nachgesehen. Bleibt es dabei, die neue Version von der Webseite von Hearth holen und ihre Signatur prüfen.',
  },
  'desktop.update-no-keys': {
    message:
      'Diesem Hearth fehlen die Schlüssel, an denen es eine echte neue Version erkennen würde; darum nimmt es keine.',
    action: 'Eine veröffentlichte Version darüber einrichten; der Datenordner bleibt.',
  },
  'desktop.update-not-installed': {
    message: 'Die neue Version ließ sich nicht einrichten; diese läuft weiter.',
  },
  'desktop.update-metered': {
    message: 'Das Volumen dieser Verbindung ist begrenzt. Die neue Version kommt, sobald es das nicht mehr ist.',
  },
  'desktop.update-busy': {
    message: 'Die neue Version wird eingerichtet, sobald keine Aufgabe läuft und niemand das Fenster ansieht.',
  },
  'desktop.update-practice': { message: 'In der Übung wird nicht nach neuen Versionen gesehen, sonst schon.' },
  'desktop.update-sources': {
    message: 'Hearth läuft hier aus seinen Quellen: sie aktualisieren und neu bauen.',
  },
  'desktop.update-by-hand': {
    message: 'Hearth wurde hier von Hand hingelegt: die neue Version an dieselbe Stelle legen.',
  },
  'desktop.update-not-writable': {
    message: 'Das AppImage liegt, wo Hearth nicht schreiben darf, und kann sich darum nicht ersetzen.',
    action: 'Es in einen eigenen Ordner legen, zum Beispiel „Applications“ im persönlichen Ordner.',
  },
  'desktop.update-no-source': { message: 'Dieses Hearth kennt keinen Ort, von dem neue Versionen kämen.' },
  'desktop.update-by-system': {
    message: 'Das System aktualisiert dieses Hearth: Es kam als eines seiner Pakete.',
  },
  'desktop.update-none': { message: 'Das ist die neueste Version.' },
  'desktop.login-not-here': {
    message: 'Das Öffnen beim Anmelden gilt für den echten Datenordner; dies hier ist Übung.',
  },
  'desktop.login-not-set': { message: 'Das Öffnen beim Anmelden ist nicht eingerichtet.' },
  'desktop.login-blocked': {
    message: 'Die Einstellungen des Systems verbieten Hearth, sich beim Anmelden zu öffnen.',
    action: 'Es in den Systemeinstellungen bei den Anmeldeprogrammen erlauben.',
  },
  'desktop.login-failed': {
    message: 'Nach einer Anmeldung hat sich Hearth nicht geöffnet. Es wurde neu eingerichtet.',
    action: 'Öffnet es sich auch nächstes Mal nicht, Hearth von Hand bei den Anmeldeprogrammen eintragen.',
  },
  'about.no-such-package': { message: 'Ein Paket mit diesem Namen und dieser Version gehört nicht zu Hearth.' },
  'earnings.too-long': {
    message: 'Das sind mehr als {{most}} Tage, Wochen oder Monate auf einmal.',
    action: 'Eine kürzere Zeit oder längere Abschnitte wählen.',
  },
  'earnings.export-lost': { message: 'Dieser Export lässt sich nicht fortsetzen.', action: 'Ihn neu beginnen.' },
  'engine.node-lost': {
    message: 'In {{folder}} hat ein Knoten gelebt, und seine Datenbank ist weg. Fehlt eine Platte?',
    action: 'Ihn aus einer Sicherung zurückspielen, oder als neuer Knoten beginnen.',
  },
  'removal.program': { message: 'Das Programm selbst: Es geht auf dem Weg, auf dem es kam.' },
  'removal.models': {
    message: 'Modellserver und ihre Modelle: Hearth hat sie nicht eingerichtet und lässt sie in Ruhe.',
  },
  'removal.networks': {
    message: 'Was Netzwerke wissen: Ein Verzeichnis behält, was es von diesem Computer weiß, solange es mag.',
  },
  'removal.backups-elsewhere': { message: 'Sicherungen, die anderswo aufbewahrt sind.' },
  'removal.keychain': { message: 'Ein Eintrag von Hearth im Schlüsselbund des Systems, der nichts mehr öffnet.' },
  'removal.strangers': { message: 'Dateien im Datenordner, die nicht von Hearth sind.' },
  'audit.running': { message: 'Die Platte wird schon durchsucht.', action: 'Bitte das Ende abwarten.' },
  'audit.stopped': { message: 'Die Suche wurde angehalten.' },
  'engine.gone': { message: 'Dieser Knoten wird beendet oder wurde von diesem Computer entfernt.' },
  'rehearsal.running': { message: 'Eine Probe läuft schon. Bitte ihr Ende abwarten.' },
  'rehearsal.stopped': { message: 'Die Probe wurde angehalten.' },
  'engine.leave-too-slow': {
    message: 'Der Teil „{{part}}“ wurde nicht rechtzeitig verlassen. Er wird jetzt beendet.',
  },
  'engine.recover-too-slow': {
    message:
      'Das Netzwerk {{network}} hat nicht rechtzeitig gesagt, was aus seinen offenen Arbeiten wurde. Hearth startet ohne seine Antwort.',
  },
  'engine.start-too-slow': {
    message: 'Der Teil „{{part}}“ kam nicht rechtzeitig in Gang. Hearth versucht es noch einmal.',
  },
  'engine.stop-too-slow': { message: 'Der Teil „{{part}}“ ließ sich nicht rechtzeitig anhalten.' },
  'contract.unknown-request': {
    message: 'Diese Version von Hearth kennt die Anfrage nicht.',
    action: 'Aktualisieren, was älter ist.',
  },
  'networks.cannot': { message: '{{title}} hat das nicht: {{asked}}.', action: 'Was es gibt, zeigt: hearth --help' },
  'contract.invalid-input': { message: 'Diese Eingabe passt nicht.' },
  'contract.invalid-output': { message: 'Hearth hielt eine Antwort zurück, für die es nicht einstehen kann.' },
  'face.too-many-requests': {
    message:
      'Mehr als {{limit}} Anfragen warten auf dieser Verbindung schon auf ihre Antwort. Es gleich noch einmal versuchen.',
  },
  'face.confirm-at-the-computer': {
    message: 'Noch wurde nichts getan: Das muss auf dem Computer bestätigt werden, auf dem Hearth läuft.',
    action: 'Dort in einem Terminal den Befehl ausführen, den die Seite zeigt.',
  },
  'bridge.not-confirmed': { message: 'Nichts wurde getan: Es wurde am Computer nicht bestätigt.' },
  'face.untrusted-sender': { message: 'Nur Seiten von Hearth selbst dürfen das fragen.' },
  'desktop.given-up': { message: 'Es wurde nichts geändert.' },
  'desktop.not-given': { message: 'Es wurde keine Passphrase eingegeben. Nichts wurde geändert.' },
  'bridge.malformed': {
    message: 'Hearth schickte etwas, was diese Seite nicht versteht.',
    action: 'Neu laden; bleibt es so, Hearth aktualisieren.',
  },
  'bridge.unexpected': {
    message: 'In dieser Seite ist etwas schiefgegangen.',
    action: 'Neu laden; bleibt es so, Hearth neu starten.',
  },
  'bridge.silent': {
    message:
      'Hearth hat {{seconds}} Sekunden lang nicht geantwortet. Vielleicht ist es beschäftigt; es gleich noch einmal versuchen.',
  },
  'work.not-a-lease': {
    message: 'Diese Miete gibt es hier nicht, oder ihr Netzwerk läuft nicht, deshalb lässt sie sich nicht ändern.',
    action: 'Die Mieten noch einmal ansehen.',
  },
  'work.lease-not-sold': {
    message: 'Die Miete würde länger dauern als die Stunden, die zum Teilen offen sind.',
    action: 'Für kürzere Zeit anbieten oder mehr Stunden öffnen.',
  },
  'work.text-too-long': {
    message:
      'Einer der Texte ({{member}}) ist länger als {{most}} Zeichen, deshalb wurde der Auftrag nicht angenommen.',
    action: 'Bitte noch einmal mit einem kürzeren anfragen.',
  },
  'runners.program-absent': {
    message: 'Das Programm dieses Runners gibt es nicht. Seinen Pfad in backends.runners prüfen.',
  },
  'runners.program-not-executable': {
    message:
      'Das Programm dieses Runners lässt sich nicht starten: Es muss eine Datei sein, die Hearth ausführen darf. Seine Rechte prüfen, und bei einem Skript die erste Zeile.',
  },
  'runners.exit-code': {
    message: 'Der Runner endete mit dem Code {{code}}. Was er protokolliert hat, sagt mehr.',
  },
  'runners.exit-signal': {
    message: 'Der Runner wurde durch das Signal {{signal}} beendet. Was er protokolliert hat, sagt vielleicht mehr.',
  },
  'runners.time-over': {
    message:
      'Der Runner brauchte länger, als er darf, und wurde beendet. Braucht er mehr, timeLimitSecs in backends.runners erhöhen.',
  },
  'runners.memory-over': {
    message:
      'Der Container wurde beendet, höchstwahrscheinlich weil er mehr Arbeitsspeicher brauchte, als er haben darf. Wenn Platz ist, memoryMiB in backends.runners erhöhen.',
  },
  'runners.disk-limit': {
    message:
      'Der Runner schrieb mehr auf die Festplatte, als er darf. Wenn Platz ist, outputMiB in backends.runners erhöhen.',
  },
  'runners.too-many-results': {
    message:
      'Der Runner hinterließ mehr Ergebnisse, als eine Aufgabe haben darf. outputFiles in backends.runners erhöhen oder sie in eines packen.',
  },
  'runners.too-many-files': {
    message: 'Der Runner hinterließ mehr Dateien und Ordner, als sich durchsehen lassen. Er muss selbst aufräumen.',
  },
  'runners.too-deep': {
    message: 'Der Runner hinterließ zu tief verschachtelte Ordner. Seine Ergebnisse müssen flacher liegen.',
  },
  'runners.result-link': {
    message:
      'Unter den Ergebnissen ist eine Verknüpfung, der nicht gefolgt wird. Der Runner muss die Datei selbst hinterlassen.',
  },
  'runners.result-special': {
    message:
      'Unter den Ergebnissen ist etwas, das keine Datei ist, etwa eine Pipe oder ein Gerät. Der Runner muss es entfernen.',
  },
  'runners.result-name': {
    message:
      'Unter den Ergebnissen ist eine Datei, deren Name zu lang ist oder unzulässige Zeichen enthält. Der Runner muss sie umbenennen.',
  },
  'containers.engine-missing': {
    message:
      'Auf diesem Computer antwortet weder Podman noch Docker. Eines davon starten; für Podman ohne root: systemctl --user enable --now podman.socket',
  },
  'containers.engine-unreachable': {
    message:
      'Die Engine auf {{host}} antwortet nicht. Mit SSH: in einem Terminal prüfen, ob „ssh {{host}}“ ohne Kennwort geht; mit TLS: ob ihr Zertifikat diesen Namen nennt.',
  },
  'containers.remote-certificates': {
    message:
      'Eine Engine auf einem anderen Computer braucht einen Ordner, den Hearth lesen kann, mit diesen Dateien: {{files}}. Er steht in backends.boxEngine.',
  },
  'containers.engine-of-other-kind': {
    message:
      'Die Engine ist auf einem Computer mit anderem Prozessor ({{processor}}). Gebraucht wird einer wie hier; sonst läuft Hearth besser dort.',
  },
  'containers.engine-elsewhere': {
    message:
      'DOCKER_HOST nennt einen Dienst über das Netzwerk, der die Dateien dieses Computers nicht sieht. Einen Socket nennen, etwa unix:///run/podman/podman.sock, oder die Variable entfernen.',
  },
  'runners.engine-create': {
    message:
      'Podman oder Docker hat den Container nicht angelegt. Das dortige Protokoll sagt, warum; Image, Grenzen und Grafikkarte prüfen.',
  },
  'runners.engine-start': {
    message:
      'Podman oder Docker hat den Container nicht gestartet. Das dortige Protokoll sagt, warum; prüfen, was das Image ausführen soll.',
  },
  'runners.engine-lost': {
    message:
      'Während eine Aufgabe in ihm lief, wurde der Container entfernt, oder Podman oder Docker war nicht mehr da. Prüfen, ob Podman oder Docker läuft.',
  },
  'runners.image-missing': {
    message: 'Das Image dieses Runners ist nicht auf diesem Computer. Es vorher herunterladen: Keine Aufgabe tut das.',
  },
  'runners.limits-not-kept': {
    message:
      'Podman oder Docker hält auf diesem Computer die Grenze {{limit}} eines Containers nicht ein, deshalb wird er nicht gestartet. Podman ohne root braucht dafür cgroups Version 2.',
  },
  'containers.container-stays': {
    message:
      'Podman oder Docker hat einen Container nicht entfernt, der nicht mehr gebraucht wird. Hearth verlangt es vor dem nächsten und beim nächsten Start wieder.',
  },
  'containers.pull-failed': {
    message:
      'Das Image {{image}} ließ sich nicht herunterladen. Seinen Namen und die Internetverbindung prüfen, und ob sein Anbieter eine Anmeldung verlangt.',
  },
  'workloads.engine-create': {
    message:
      'Podman oder Docker hat die Box nicht angelegt. Das dortige Protokoll sagt, warum; „hearth workloads probe“ zeigt, was geht.',
  },
  'workloads.engine-start': {
    message:
      'Podman oder Docker hat die Box nicht gestartet. Das dortige Protokoll sagt, warum; prüfen, was das Image ausführen soll.',
  },
  'workloads.engine-remove': {
    message:
      'Podman oder Docker hat die Box nicht angehalten oder entfernt. Es wird wieder verlangt; prüfen, ob Podman oder Docker läuft.',
  },
  'workloads.engine-lost': { message: 'Podman oder Docker antwortet nicht. Prüfen, ob es läuft.' },
  'workloads.box-absent': {
    message: 'Hier gibt es keine Box {{id}}. „hearth workloads list“ zeigt, welche es gibt.',
  },
  'workloads.box-stopped': { message: 'Die Box {{id}} läuft nicht.' },
  'workloads.box-differs': {
    message: 'Es gibt schon eine Box {{id}}, die anders angelegt wurde. Zuerst diese entfernen.',
  },
  'workloads.box-invalid': { message: 'Mit diesem Wert von {{what}} lässt sich keine Box anlegen.' },
  'workloads.image-missing': {
    message: 'Das Image dieser Box ist nicht auf diesem Computer. Es vorher herunterladen: Keine Vermietung tut das.',
  },
  'workloads.needs-quota': {
    message:
      'Dieses Image muss außerhalb seines Datenordners schreiben, und Podman oder Docker kann nicht begrenzen, was es auf die Festplatte schreibt. Den Speicherort der Images auf XFS mit Projektquoten legen (Mount-Option pquota).',
  },
  'workloads.limits-not-kept': {
    message:
      'Podman oder Docker hält auf diesem Computer die Grenze {{limit}} einer Box nicht ein, deshalb wird keine angelegt. Podman ohne root braucht dafür cgroups Version 2.',
  },
  'workloads.open-files': {
    message:
      'Diese Box braucht mehr offene Dateien zugleich, als die Engine dieses Computers geben darf, und wird nicht erzeugt. Die Grenze nofile der Engine anheben, oder andere Vorlagen anbieten.',
  },
  'workloads.lxd-untrusted': {
    message:
      'LXD oder Incus auf {{host}} antwortet, vertraut diesem Benutzer aber nicht. Dort hilft: lxc config trust add client.crt',
  },
  'workloads.firewall-off': {
    message:
      'In Proxmox VE ist die Firewall des Rechenzentrums aus, die Regeln einer Box würden also nicht gelten. Dort einschalten: Rechenzentrum, Firewall, Optionen.',
  },
  'workloads.trial-bash': {
    message:
      'Das Image, mit dem Boxen ausprobiert werden, hat keine bash, also ließ sich nichts ausprobieren. In backends.machines zuerst eines von Debian oder Ubuntu nennen.',
  },
  'workloads.no-node': {
    message:
      'Kein Knoten von Proxmox VE hat sowohl die Vorlage dieser Box als auch Platz für sie. Auf einem mit der Vorlage Arbeitsspeicher oder Platz schaffen, oder die Vorlage auf andere legen.',
  },
  'workloads.no-number': {
    message:
      'Alle Nummern, die Boxen in Proxmox VE haben dürfen, sind vergeben. In backends.boxEngine vmids erweitern.',
  },
  'workloads.proxmox-refused': {
    message:
      'Proxmox VE auf {{host}} lehnt das Token ab. Die Datei token im Ordner aus backends.boxEngine prüfen, und was das Token dort darf.',
  },
  'workloads.namespace-opened': {
    message:
      'Der Namensraum {{namespace}} nimmt nicht mehr nur Pods ohne Rechte, darum wird dort keine Box erzeugt oder gestartet. Ihm wieder die Labels pod-security.kubernetes.io/enforce=restricted und enforce-version=latest geben.',
  },
  'workloads.quota-full': {
    message:
      'Das Kontingent des Namensraums {{namespace}} hat keinen Platz für eine weitere Box. Es in backends.boxEngine erhöhen, oder warten, bis eine Box endet.',
  },
  'workloads.cluster-full': {
    message:
      'Kein Knoten von Kubernetes, der das Image dieser Box hat, hat Platz für sie. Dort Prozessor oder Arbeitsspeicher freigeben, oder das Image neu laden, wenn es mehr Knoten gibt.',
  },
  'workloads.ports-outside': {
    message:
      'Kubernetes gibt Boxen nur Ports aus einem eigenen Bereich, 30000 bis 32767, wenn es nicht anders gestartet wurde. Ports aus diesem Bereich verkaufen, oder in backends.boxEngine LoadBalancer wählen.',
  },
  'workloads.balancer-elsewhere': {
    message:
      'Der Load Balancer gibt einer Box eine andere Adresse als {{address}}, oder gar keine. In backends.boxEngine die nennen, die er gibt, oder NodePort wählen.',
  },
  'workloads.image-unfit': {
    message:
      'Das Image von {{slug}} läuft nicht als Benutzer ohne Rechte mit einem Wurzelverzeichnis, in das sich nicht schreiben lässt, und anderes haben Boxen von Kubernetes nicht. Es wird nicht angeboten; ein Image wählen, das dafür gemacht ist.',
  },
  'workloads.kubernetes-refused': {
    message:
      'Kubernetes auf {{host}} lehnt ab, was im kubeconfig steht. Prüfen, wen es nennt, und ob der Knoten auflisten und Namensräume anlegen darf: kubectl auth can-i create namespaces',
  },
  'workloads.kubeconfig-others': {
    message:
      'Andere können die kubeconfig ändern, und sie kann Programme nennen, die gestartet werden. Mit chmod 600 kann das nur noch ihr Besitzer.',
  },
  'workloads.kubeconfig-plain': {
    message:
      'Der kubeconfig nennt keinen Kontext mit einem Server über HTTPS, dessen Zertifikat geprüft wird. In backends.boxEngine einen Kontext wählen, der das tut.',
  },
  'workloads.lxd-missing': {
    message:
      'Auf diesem Computer antwortet weder LXD noch Incus, oder der Benutzer darf nicht heran. Es starten und den Benutzer in die Gruppe lxd oder incus-admin aufnehmen; oder eine andere Engine für Boxen wählen.',
  },
  'workloads.no-machines': {
    message:
      'Virtuelle Maschinen lassen sich hier nicht erzeugen: {{what}}. Unter Linux die Pakete qemu-system-x86 und qemu-utils installieren.',
  },
  'workloads.no-graphics': {
    message:
      'Diese Box kann keine Grafikkarte bekommen, darum wird sie nicht erzeugt. Virtuelle Maschinen und Proxmox VE geben keine; LXD und Incus nur alle Karten von Nvidia, AMD oder Intel (backends.boxGraphics). Eine solche Box als Container von Podman oder Docker verkaufen, oder den Grafikspeicher aus ihrem Angebot nehmen.',
  },
  'workloads.no-encryption': {
    message:
      'Dieser Computer konnte kein verschlüsseltes Volume erzeugen. „hearth workloads probe“ sagt, warum; es braucht cryptsetup und dm-crypt im Kernel.',
  },
  'workloads.volume-locked': {
    message:
      'Das verschlüsselte Volume der Box {{id}} ist geschlossen, und der Schlüssel dazu war nie aufgehoben. Was darin war, ist hier für alle verloren.',
  },
  'workloads.no-exec': {
    message: 'Die Box {{id}} ist eine virtuelle Maschine, und niemand außer ihrem Kunden führt darin etwas aus.',
  },
  'workloads.machine-sum': {
    message:
      'Das Image von {{name}} hat eine andere SHA-256, als dafür angegeben ist, und wird nicht benutzt. Beide mit dem vergleichen, was sein Hersteller veröffentlicht.',
  },
  'workloads.machine-format': {
    message:
      'Das Image von {{name}} ist keines, das für sich stehen kann: qcow2 ohne Unterlage, oder raw. Ein anderes wählen.',
  },
  'workloads.machine-size': {
    message:
      'Das Image von {{name}} ist größer als 64 GiB, oder als die Images von Boxen vom Datenträger nehmen dürfen. Ein kleineres wählen.',
  },
  'workloads.machine-missing': {
    message: 'Das Image von {{name}} ist nicht dort, wo es angegeben ist. Den Pfad prüfen.',
  },
  'workloads.machine-fetch': {
    message:
      'Das Image von {{name}} ließ sich nicht zu Ende laden. Was da ist, bleibt: Der nächste Versuch geht von dort weiter.',
  },
  'workloads.machine-unsummed': {
    message:
      'Das Image von {{name}} braucht seine SHA-256, an der es erkannt wird, wenn es da ist. Sein Hersteller veröffentlicht sie daneben.',
  },
  'workloads.ports-taken': {
    message: 'Einen der Ports dieser Box hat ein anderes Programm. Andere Ports wählen.',
  },
  'workloads.limits-not-delegated': {
    message:
      'Podman ohne root darf hier nicht begrenzen, was eine Box nimmt, deshalb wird keine angelegt. Podman mit „systemctl --user enable --now podman.socket“ starten, Benutzern von systemd cpu, memory und pids geben lassen (docs/isolation.md) und neu anmelden.',
  },
  'workloads.network-program': {
    message:
      'Podman kann das Netz einer Box nicht herstellen: Ein Programm dafür ist nicht auf diesem Computer. Die Pakete slirp4netns (für Podman 5: passt), netavark und iptables installieren und den Computer neu starten.',
  },
  'workloads.filter-missing': {
    message:
      'Boxen brauchen einen Paketfilter, und {{program}} ist nicht auf diesem Computer. Unter Linux das Paket nftables installieren; anderswo lassen sich noch keine Boxen anbieten.',
  },
  'workloads.filter-failed': {
    message:
      'Der Paketfilter einer Box ließ sich nicht in Kraft setzen, deshalb bekommt sie kein Netz und wird nicht angelegt. Vielleicht fehlt dem Kernel nf_tables.',
  },
  'workloads.unknown-template': {
    message: 'Es gibt keine Vorlage {{slug}}. „hearth workloads images“ zeigt, welche es gibt.',
  },
  'workloads.image-budget': {
    message:
      'Mit dem Image von {{slug}} würden die aller Vorlagen mehr als 40 GiB der Festplatte belegen. Zuerst ein anderes entfernen.',
  },
  'nostr.relay-address': {
    message:
      'Das ist keine Adresse eines Relays. Richtig ist eine mit wss:// am Anfang, ohne Benutzernamen, Abfrage und Fragment; ws:// gibt es nur für Relays im eigenen Netz.',
  },
  'nostr.too-many-relays': {
    message: 'Mehr als {{most}} Relays lassen sich nicht gleichzeitig nutzen. Zuerst eines entfernen.',
  },
  'nostr.no-key': {
    message: 'Noch gibt es keinen Nostr-Schlüssel. Einen neuen anlegen oder den eigenen mitbringen.',
  },
  'nostr.key-exists': {
    message:
      'Es gibt schon einen Nostr-Schlüssel. Wenn er noch gebraucht wird, zuerst sichern, und dann angeben, dass der andere ihn ersetzen soll.',
  },
  'nostr.bad-key': {
    message:
      'Das ist kein geheimer Nostr-Schlüssel. Er beginnt mit nsec1 oder ncryptsec1 oder besteht aus 64 Zeichen von 0 bis 9 und a bis f.',
  },
  'nostr.key-password': {
    message: 'Dieses Passwort öffnet den Schlüssel nicht. Auf Tippfehler und Großschreibung achten.',
  },
  'nostr.key-cost': {
    message:
      'Diesen Schlüssel zu öffnen braucht mehr Speicher, als Hearth dafür hergibt (Stärke {{cost}}). Im Programm öffnen, das ihn versiegelt hat, und den nsec übernehmen.',
  },
  'nostr.outbox-full': {
    message: 'Schon {{most}} Nachrichten warten auf die Relays. Die Relays prüfen: Keines nimmt etwas an.',
  },
  'boxes.off': {
    message:
      'Es ist keinem Netzwerk beigetreten, das Boxen verkauft, darum wurde nach Podman und Docker nicht gesucht.',
    action:
      'Einem solchen Netzwerk beitreten oder auf der Seite „Kapazität“ ausprobieren, ob eine Box hier dichthielte.',
  },
  'boxes.disk-not-said': {
    message: 'Die Engine sagt nicht, wie viel Platte sie hat. Darum wird keine Box verkauft, die etwas darauf ablegt.',
    action:
      'Angeben, wie viel davon Boxen haben dürfen: „Platte höchstens“ unter „Kapazität“, oder diskGiB in backends.boxEngine.',
  },
  'boxes.probing': { message: 'Hearth probiert gerade, ob eine Box auf diesem Computer dichthielte.' },
  'boxes.not-offered': {
    message:
      'Auf diesem Computer lässt sich jetzt keine Box anlegen. Warum, sagen die Seite „Kapazität“ und „hearth workloads probe“.',
  },
  'boxes.unknown': { message: 'Diese Box gibt es nicht mehr.' },
  'boxes.rented': {
    message:
      'Die Box {{id}} ist über {{network}} vermietet, und Hearth läuft nicht, um ihrem Kunden etwas zurückzuzahlen. Hearth starten, dann die Box beenden.',
  },
  'boxes.engine-differs': {
    message:
      'Es antwortet {{engine}}, gewählt ist eine andere Engine. Bleibt es dabei, die Engine auf der Seite „Kapazität“ neu wählen.',
  },
  'boxes.rentals-unknown': {
    message:
      'Hearth weiß nicht, ob die Box {{id}} vermietet ist, darum bleibt sie. Hearth neu starten und es noch einmal versuchen; das Protokoll sagt, welches Netzwerk gescheitert ist.',
  },
  'boxes.pull-under-way': {
    message: 'Es wird schon ein Image heruntergeladen. Warten, bis es da ist, oder es anhalten.',
  },
  'boxes.pull-stopped': { message: 'Das Herunterladen wurde angehalten.' },
  'runners.unknown': {
    message: 'Für {{capability}} gibt es keinen Runner. Unter „Kapazität“ oder in backends.runners einen hinzufügen.',
  },
  'runners.no-image': { message: 'Dieser Runner ist kein Container, also gibt es kein Image herunterzuladen.' },
  'runners.busy': {
    message:
      'Gerade wird ein Runner ausprobiert oder ein Image heruntergeladen. Warten, bis das vorbei ist, oder es anhalten.',
  },
  'runners.stopped': { message: 'Es wurde angehalten, und nichts davon ist übrig.' },
  'runners.held': {
    message:
      'Die Runner kamen mit einem Backup und warten auf ein Ja: Was unter ihren Pfaden oder den Namen ihrer Images liegt, kann hier etwas anderes sein.',
    action:
      'Die Runner unter „Kapazität“ ansehen und dort zustimmen, oder per Befehl: hearth settings set backends.runnersHeld false',
  },
  'wallet.none': { message: 'Noch gibt es keine Geldbörse. Mit „hearth wallet words --new“ eine anlegen.' },
  'wallet.exists': { message: 'Auf diesem Computer gibt es schon eine Geldbörse. Nur ihre Wörter gelten hier.' },
  'wallet.words': {
    message:
      'Das sind nicht die 12 Wörter einer Geldbörse. Bitte nach einem fehlenden, falsch geschriebenen oder vertauschten Wort sehen.',
  },
  'wallet.mint-address': {
    message: 'Das ist nicht die Adresse einer Mint: https:// und danach nichts als Rechner und Pfad.',
  },
  'wallet.mint-unknown': {
    message:
      '{{mint}} gehört nicht zu den eigenen Mints. Wer ihr traut, fügt sie mit „hearth wallet trust {{mint}}“ hinzu.',
  },
  'wallet.mint-cannot-restore': {
    message:
      '{{mint}} kann nichts wiederherstellen: Nach einem Absturz wäre Geld verloren, das dorthin unterwegs ist. Mit „hearth wallet trust {{mint}} --anyway“ darauf bestehen oder eine andere Mint wählen.',
  },
  'wallet.mint-unreachable': {
    message:
      'Die Mint {{mint}} ist nicht zu erreichen. Das Guthaben dort ist sicher und lässt sich erst ausgeben, wenn sie wieder da ist. Hearth versucht es weiter.',
  },
  'wallet.mint-misbehaves': {
    message:
      'Die Mint {{mint}} antwortet nicht, wie eine Mint es sollte ({{what}}). Hearth fragt wieder; bleibt es so, weiß ihr Betreiber mehr.',
  },
  'wallet.keyset-of-another': {
    message: '{{mint}} hat die Schlüssel einer anderen der eigenen Mints. Nur eine der beiden Adressen benutzen.',
  },
  'wallet.mint-refuses': { message: 'Die Mint {{mint}} lehnt ab: {{detail}} ({{number}}). Es wurde nichts bewegt.' },
  'wallet.token': {
    message:
      'Das ist kein ganzer Cashu-Token einer einzigen Mint. Er beginnt mit cashuA oder cashuB; bitte alles davon kopieren.',
  },
  'wallet.token-locked': {
    message:
      'Dieser Token ist an einen Schlüssel gebunden, der nicht der eigene ist. Der Absender muss ihn an den eigenen binden oder an keinen.',
  },
  'wallet.token-spent': {
    message: 'Dieser Token wurde schon eingelöst und ist nichts mehr wert. Bitte um einen anderen bitten.',
  },
  'wallet.unit': { message: 'Die Geldbörse nimmt sat und msat, nicht {{unit}}.' },
  'wallet.not-enough': {
    message: 'Mit Gebühren braucht es {{wanted}} {{unit}}, und bei dieser Mint lassen sich {{held}} {{unit}} ausgeben.',
  },
  'wallet.too-little': { message: 'Der Betrag ist zu klein: Die Gebühr der Mint nimmt ihn ganz.' },
  'wallet.below-price': {
    message:
      'Nach der Gebühr seiner Mint bringt der Token {{brings}} {{unit}}, gebraucht werden {{least}} {{unit}}. Es wurde nichts genommen.',
  },
  'wallet.refund-too-high': {
    message:
      '{{amount}} {{unit}} sollten zurückgehen, von der Zahlung sind noch {{left}} {{unit}} übrig. Es wurde nichts bewegt.',
  },
  'wallet.busy': {
    message: 'Zu viele Zahlungen werden gerade eingelöst. Gleich noch einmal versuchen; es wurde nichts genommen.',
  },
  'wallet.words-not-asked': {
    message:
      'Es wurde nach keinen Wörtern gefragt, oder sie sind schon beantwortet. Neu fragen, welche gewünscht sind.',
  },
  'wallet.other-words': {
    message:
      'Das sind die Wörter einer anderen Geldbörse. Was hier liegt, folgt aus anderen; es wurde nichts geändert.',
  },
  'wallet.proofs-lost': {
    message:
      'Die Mint {{mint}} nennt {{amount}} {{unit}} ausgegeben, die diese Geldbörse nicht ausgegeben hat. Vielleicht war es eine andere mit denselben Wörtern. „hearth wallet restore“ bringt die Bücher in Ordnung.',
  },
  'wallet.invoice': {
    message: 'Das ist keine Lightning-Rechnung mit einem Betrag, oder sie ist abgelaufen. Bitte um eine neue bitten.',
  },
  'wallet.other-amount': {
    message: 'Die Rechnung verlangt {{asked}} msat, gemeint waren {{wanted}} msat. Es wurde nichts bezahlt.',
  },
  'wallet.lightning-address': {
    message: 'An diese Lightning-Adresse lässt sich nicht zahlen: {{what}}. Es wurde nichts bezahlt.',
  },
  'wallet.fee': {
    message:
      'Die Gebühr könnte bis zu {{fee}} {{unit}} betragen, mehr als die erlaubten {{most}} {{unit}}. Es wurde nichts bezahlt.',
  },
  'wallet.payment-failed': {
    message: 'Die Zahlung fand keinen Weg durch Lightning, sagt {{mint}}. Das Geld ist wieder in der Geldbörse.',
  },
  'wallet.quote-expired': {
    message: 'Das Angebot der Mint ist abgelaufen. Es wurde nichts bewegt; bitte noch einmal fragen.',
  },
  'wallet.operation': {
    message: 'Unter dieser Nummer kennt die Geldbörse keine Bewegung. „hearth wallet history“ führt sie auf.',
  },
  'wallet.holds': {
    message:
      'Die Geldbörse enthält {{amount}} sat, die für immer verloren wären. Vorher auszahlen, mit „hearth wallet pay“ oder „hearth wallet token“, oder genau diesen Betrag aufgeben: „--give-up {{amount}}“. Es wurde nichts entfernt.',
  },
};
