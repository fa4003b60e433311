// What the settings of posemesh are for, in German.
export const settings: Readonly<Record<string, string>> = {
  'networks.posemesh.enabled':
    'Posemesh beitreten: Aufträge von einem Manager nehmen und mit Runnern auf diesem Computer erledigen.',
  'networks.posemesh.ddsBaseUrl':
    'Der Discovery-Dienst, bei dem dieser Knoten sich registriert und anmeldet (DDS_BASE_URL).',
  'networks.posemesh.dmsBaseUrl': 'Der Manager, der Aufträge zuteilt (DMS_BASE_URL).',
  'networks.posemesh.regSecret':
    'Das Registrierungsgeheimnis dieses Knotens aus der Konsole des Netzwerks (REG_SECRET).',
  'networks.posemesh.privateKey':
    'Ein eigener Wallet-Schlüssel, 64 Hex-Ziffern (SECP256K1_PRIVHEX). Leer: der, den Hearth erzeugt hat.',
  'networks.posemesh.registrationMode':
    'Wie dieser Knoten sich registriert: callback braucht eine öffentliche Adresse und wird dort zurückgerufen, wallet braucht keine; auto: callback, wo eine öffentliche Adresse gesetzt ist (DDS_REGISTRATION_MODE).',
  'networks.posemesh.nodeUrl':
    'Die öffentliche Adresse, unter der der Discovery-Dienst diesen Knoten zurückruft. Leer: wird bei callback herausgefunden (NODE_URL).',
  'networks.posemesh.httpHost': 'Die lokale Adresse, auf der der Rückruf erwartet wird; :: sind alle (HTTP_HOST).',
  'networks.posemesh.httpPort': 'Der Port, auf dem der Rückruf erwartet wird; 0 nimmt einen freien (HTTP_PORT).',
  'networks.posemesh.nodeVersion':
    'Die Version, mit der dieser Knoten sich registriert. Leer: die von Hearth (NODE_VERSION).',
  'networks.posemesh.clientId':
    'Wie dieser Knoten sich bei Domain-Servern nennt. Leer: ein zufälliger Name (CLIENT_ID).',
  'networks.posemesh.dmsWire':
    'In welcher Form Lebenszeichen und Ergebnisse gemeldet werden; legacy für Manager von 2025 (DMS_WIRE).',
  'networks.posemesh.requestTimeoutSecs':
    'Wie lange eine Antwort des Discovery-Dienstes oder des Managers dauern darf, in Sekunden (REQUEST_TIMEOUT_SECS).',
  'networks.posemesh.registerIntervalSecs':
    'Wie oft dieser Knoten sich neu registriert, wenn vom Discovery-Dienst nichts zu hören war, in Sekunden (REGISTER_INTERVAL_SECS).',
  'networks.posemesh.registerMaxRetry':
    'Nach so vielen misslungenen Registrierungen folgt eine Pause von einem Intervall; -1: nie (REGISTER_MAX_RETRY).',
  'networks.posemesh.siweGate':
    'Wann dieser Knoten sich anmeldet: secret nach dem Rückruf, either sobald er registriert ist; auto je nach Art der Registrierung (SIWE_GATE).',
  'networks.posemesh.siweStrict':
    'Nur Anmeldungen unterschreiben, die den Discovery-Dienst selbst und die jetzige Minute nennen (SIWE_STRICT).',
  'networks.posemesh.tokenSafetyRatio':
    'Nach welchem Teil ihrer Dauer eine Anmeldung erneuert wird (TOKEN_SAFETY_RATIO).',
  'networks.posemesh.tokenReauthMaxRetries':
    'Wie oft eine misslungene Anmeldung sofort wiederholt wird (TOKEN_REAUTH_MAX_RETRIES).',
  'networks.posemesh.tokenReauthJitterMs':
    'Die längste zufällige Pause zwischen solchen Versuchen, in Millisekunden (TOKEN_REAUTH_JITTER_MS).',
  'networks.posemesh.pollBackoffMsMin':
    'Die kürzeste Pause, bevor der Manager wieder nach Arbeit gefragt wird, in Millisekunden (POLL_BACKOFF_MS_MIN).',
  'networks.posemesh.pollBackoffMsMax': 'Die längste solche Pause, in Millisekunden (POLL_BACKOFF_MS_MAX).',
  'networks.posemesh.leaseFilter':
    'Ob die Frage nach Arbeit eine Art von Aufträgen nennt; none überlässt das dem Manager (DMS_LEASE_FILTER).',
  'networks.posemesh.maxConcurrency':
    'Aufträge zugleich. Manager teilen einem Knoten, soweit bekannt, immer nur einen zu (MAX_CONCURRENCY).',
  'networks.posemesh.heartbeatMinRatio':
    'Das früheste Lebenszeichen, als Teil dessen, was von der Zuteilung übrig ist (HEARTBEAT_MIN_RATIO).',
  'networks.posemesh.heartbeatMaxRatio':
    'Das späteste Lebenszeichen, als Teil dessen, was von der Zuteilung übrig ist (HEARTBEAT_MAX_RATIO).',
  'networks.posemesh.heartbeatJitterMs':
    'Wie lange Fortschritt gesammelt wird, bevor er in der Form legacy gemeldet wird, in Millisekunden (HEARTBEAT_JITTER_MS).',
  'networks.posemesh.heartbeatRetry':
    'Ein misslungenes Lebenszeichen wiederholen, solange ein Viertel der Zuteilung übrig ist, statt den Auftrag aufzugeben (HEARTBEAT_RETRY).',
  'networks.posemesh.receiptRetries':
    'Wie oft ein Ergebnis, das nicht gemeldet werden konnte, noch einmal gemeldet wird, solange die Zuteilung gilt (RECEIPT_RETRIES).',
  'networks.posemesh.multipartMinBytes':
    'Ergebnisse ab dieser Größe werden in Teilen hochgeladen, in Bytes (POSEMESH_MULTIPART_MIN_BYTES).',
  'networks.posemesh.downloadStyle':
    'Wie nach Eingaben gefragt wird: uri nach ihrer Adresse, wie sie ist, ids nach ihren Nummern; auto versucht beides (DOWNLOAD_STYLE).',
  'networks.posemesh.allowForeignCids':
    'Eingaben auch von anderen Servern als dem des Auftrags laden, ohne dessen Kennwort (ALLOW_FOREIGN_CIDS).',
  'networks.posemesh.noop':
    'Den Übungs-Runner anbieten, der Rekonstruktionsaufträge nimmt und leere Ergebnisse zurückgibt (ENABLE_NOOP).',
  'networks.posemesh.noopSleepSecs':
    'Wie lange der Übungs-Runner so tut, als arbeite er, in Sekunden (NOOP_SLEEP_SECS).',
  'networks.posemesh.jobCpuMillicores': 'Rechenzeit, die ein Auftrag belegt, in Tausendsteln eines Kerns.',
  'networks.posemesh.jobMemoryMiB': 'Arbeitsspeicher, den ein Auftrag belegt, in MiB.',
  'networks.posemesh.jobDiskMiB':
    'Speicherplatz, den die Dateien eines Auftrags belegen dürfen, in MiB; ein Auftrag, der mehr braucht, scheitert.',
  'networks.posemesh.jobGpuMiB': 'Grafikspeicher, den ein Auftrag belegt, in MiB.',
};
