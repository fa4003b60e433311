// What the pages say of posemesh, in German.
import type { Rewording, Same } from '../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const posemesh: Same<typeof en.posemesh> = {
  what: 'Räumliche Aufträge, etwa Räume zu kartieren.',
  state: {
    degraded: 'Gestört',
    blocked: 'Kann keine Aufträge nehmen',
  },
  row: {
    idle: 'Wartet auf einen Auftrag',
    running_one: '{{count, number}} Auftrag läuft',
    running_other: '{{count, number}} Aufträge laufen',
  },
  facts: {
    wallet: 'Wallet',
    noWallet: 'noch keine',
    discovery: 'Discovery-Dienst',
    manager: 'Manager',
    mode: 'Registriert sich',
    callback: 'durch Rückruf',
    withWallet: 'mit seiner Wallet',
    never: 'noch nicht',
    token: 'Angemeldet bis',
    noToken: 'nicht angemeldet',
    polled: 'Nach Arbeit gefragt',
    capabilities: 'Arten von Aufträgen',
    none: 'keine: es gibt keinen Runner',
    jobs: 'Aufträge jetzt',
  },
  set: {
    dds: 'Discovery-Dienst',
    dms: 'Manager',
    nodeUrl: 'Öffentliche Adresse für den Rückruf',
    nodeUrlHelp: 'Leer: Dieser Computer registriert sich mit seiner Wallet und braucht keine.',
    noop: 'Übungs-Runner: nimmt Rekonstruktionsaufträge und gibt leere Ergebnisse zurück',
    disk: 'Speicherplatz für einen Auftrag, in MiB',
    secret: 'Registrierungsgeheimnis',
    secretSet: 'Eines ist gesetzt. Es wird verschlüsselt gespeichert und nie wieder angezeigt.',
    secretUnset: 'Aus der Konsole des Netzwerks. Es wird verschlüsselt gespeichert und nie wieder angezeigt.',
    secretSave: 'Geheimnis speichern',
    runners: 'Aufträge erledigen die Runner, die für jede Art von Aufträgen gewählt sind.',
    runnersLater: 'Eigene Runner werden unter „Kapazität“ gewählt, jetzt oder später.',
    toRunners: 'Runner wählen',
  },
  ended: {
    why: 'Warum es so endete',
  },
  job: {
    works: 'Er arbeitet',
    doing: 'Er sagt: {{what}}',
    stage: 'Abschnitt',
    lease: 'Zugeteilt bis',
    leaseLeft: '{{time}}, in {{seconds, number}} s; wird erneuert, solange er läuft',
    inputs: 'Eingaben',
    outputs: 'Ergebnisse',
    ofSize: '{{count, number}}, {{size}}',
    attempts: 'Versuch',
    attemptOf: '{{attempt, number}} von {{most, number}}',
    domain: 'Domain-Server',
    managerJob: 'Auftrag beim Manager',
    estimate: 'Vom Manager geschätzt',
    estimated: '(eine Schätzung, nicht erhalten)',
    debited: 'Abgebucht, sagt der Manager',
    units: 'Abrechnungseinheiten',
    report: 'Meldung',
    owed: 'Der Manager hat noch nicht erfahren, wie er endete.',
  },
  wallet: {
    title: 'Wallet',
    means:
      'Das Konto, mit dem dieser Computer sich registriert und anmeldet. Sein Schlüssel wird verschlüsselt gespeichert, ist in jedem Backup und wird nirgends angezeigt.',
    make: 'Hier eine erzeugen',
    import: 'Schlüssel importieren',
    key: 'Geheimer Schlüssel',
    keyHelp: '64 Hex-Ziffern, mit 0x davor oder ohne (SECP256K1_PRIVHEX).',
    badKey: 'Ein geheimer Schlüssel hat 64 Hex-Ziffern.',
    take: 'Diesen Schlüssel verwenden',
    imported: 'Der Schlüssel ist gespeichert. Mit ihm hat sich die Adresse geändert.',
    replaceTitle: 'Die Wallet dieses Computers ersetzen?',
    replace: 'Wallet ersetzen',
    now: 'Die jetzige',
    after: 'Die an ihrer Stelle',
    replaceMeans:
      'Was das Netzwerk der bisherigen als Einsatz oder Guthaben zurechnet, bleibt bei ihr. Der bisherige Schlüssel ist hier dann weg, wenn ihn kein Backup hat: vorher eines machen.',
  },
  env: {
    title: 'Von einem offiziellen Knoten',
    means:
      'Die .env-Datei eines offiziellen Knotens hier ablegen oder auswählen. Was sie setzen würde, ist zu sehen, bevor etwas gesetzt wird.',
    choose: 'Datei auswählen',
    tooLarge: 'Die Datei ist größer, als eine Datei mit Umgebungsvariablen sein darf. Nichts wurde gelesen.',
    wrong: 'Nichts lässt sich übernehmen, bevor dies in der Datei berichtigt ist:',
    found: 'Was {{file}} setzen würde',
    variable: 'Variable',
    value: 'Wert',
    secret: 'ein Geheimnis, wird nicht gezeigt',
    nothing: 'Nichts in dieser Datei ist hier von Nutzen.',
    take: 'Übernehmen',
    done_one: '{{count, number}} Einstellung wurde übernommen.',
    done_other: '{{count, number}} Einstellungen wurden übernommen.',
  },
  work: {
    local: 'Lokale Verfeinerung',
    global: 'Globale Verfeinerung',
    both: 'Lokale und globale Verfeinerung',
  },
  check: {
    registered: 'Registriert',
    secret: 'Zurückgerufen',
    token: 'Angemeldet',
    manager: 'Manager',
    domain: 'Domain-Server',
    runner: 'Runner',
  },
  rehearsal: {
    registered: 'Der Discovery-Dienst nimmt diesen Computer auf',
    'logged-in': 'Er meldet sich mit seiner Wallet an',
    leased: 'Der Manager teilt ihm einen Auftrag zu',
    loaded: 'Die Eingabe kommt vom Domain-Server',
    reported: 'Der Runner erledigt den Auftrag, und der Manager erfährt davon',
    booked: 'Die Schätzung steht in den Büchern',
    'cleaned-up': 'Nichts bleibt übrig',
  },
  event: {
    registered_one: 'Registriert',
    registered_other: '{{count, number}}-mal registriert',
    'registration-failed_one': 'Das Registrieren ist misslungen',
    'registration-failed_other': 'Das Registrieren ist {{count, number}}-mal misslungen',
    'called-back_one': 'Zurückgerufen',
    'called-back_other': '{{count, number}}-mal zurückgerufen',
    'logged-in_one': 'Angemeldet',
    'logged-in_other': '{{count, number}}-mal angemeldet',
    'log-in-failed_one': 'Das Anmelden ist misslungen',
    'log-in-failed_other': 'Das Anmelden ist {{count, number}}-mal misslungen',
    'manager-failed_one': 'Der Manager war nicht erreichbar',
    'manager-failed_other': 'Der Manager war {{count, number}}-mal nicht erreichbar',
    'lease-lost_one': 'Ein Auftrag ging verloren',
    'lease-lost_other': '{{count, number}} Aufträge gingen verloren',
    'report-failed_one': 'Ein Ergebnis konnte nicht gemeldet werden',
    'report-failed_other': '{{count, number}} Ergebnisse konnten nicht gemeldet werden',
    left: 'Verlassen',
  },
  consent: {
    sends:
      'Aufträge, die ein Manager diesem Computer zuteilt, mit den Daten dazu. Ausgeführt werden sie nur von den hier gewählten Runnern.',
    pays: 'Auki-Credits, so viele, wie ein Auftrag nach Schätzung des Managers wert ist. Hearth sieht nicht, was gutgeschrieben wurde.',
    costs:
      'Strom, Leitung und Platz auf der Platte, soweit sie geliehen werden. Das Netzwerk kann einen eigenen Einsatz verlangen, bevor es einen Knoten nimmt.',
    sees: 'Der Discovery-Dienst {{dds}} erfährt die Adresse der Wallet, welche Arten von Aufträgen genommen werden, und die öffentliche Adresse dieses Computers. Auch der Manager {{dms}} und der Domain-Server jedes Auftrags sehen diese Adresse.',
    runs: 'Wer den Discovery-Dienst {{dds}} und den Manager {{dms}} betreibt, bestimmt, wer welchen Auftrag bekommt und was dafür gutgeschrieben wird.',
  },
  estimate:
    'Auki-Credits von Aufträgen sind, was der Manager als ihren Ertrag nennt: eine Schätzung. Hearth sieht nicht, was gutgeschrieben wurde, und zahlt davon nichts aus.',
  promise: {
    runners: 'Ein Auftrag von Posemesh wählt nie ein Programm aus: Ihn erledigt ein hier gewählter Runner oder keiner.',
    token: 'Womit ein Auftrag laden und speichern darf, bekommt nur der Server dieses Auftrags.',
  },
};

/** What it says by code. */
export const reasons: Readonly<Record<string, Rewording>> = {
  'posemesh.key-invalid': {
    message:
      'Der Wallet-Schlüssel ist kein geheimer Schlüssel der Kurve secp256k1: 64 Hex-Ziffern. Er lässt sich unter networks.posemesh.privateKey neu eingeben.',
  },
  'posemesh.dds-unreachable': {
    message:
      'Der Discovery-Dienst antwortet nicht, oder nicht rechtzeitig. Vielleicht fehlt die Internetverbindung; Hearth versucht es weiter.',
  },
  'posemesh.dms-unreachable': {
    message:
      'Der Manager antwortet nicht, oder nicht rechtzeitig. Vielleicht fehlt die Internetverbindung; Hearth versucht es weiter.',
  },
  'posemesh.domain-unreachable': {
    message:
      'Der Domain-Server antwortet nicht, oder nicht rechtzeitig. Vielleicht fehlt die Internetverbindung; Hearth versucht es weiter.',
  },
  'posemesh.dds-refused': {
    message: 'Der Discovery-Dienst lehnt ab (Status {{status}}). Hearth versucht es später wieder.',
  },
  'posemesh.dms-refused': { message: 'Der Manager lehnt ab (Status {{status}}). Hearth versucht es später wieder.' },
  'posemesh.domain-refused': {
    message: 'Der Domain-Server lehnt ab (Status {{status}}). Hearth versucht es später wieder.',
  },
  'posemesh.dds-garbled': {
    message:
      'Mit einer Antwort des Discovery-Dienstes ist nichts anzufangen: {{what}}. Hearth versucht es später wieder.',
  },
  'posemesh.dms-garbled': {
    message: 'Mit einer Antwort des Managers ist nichts anzufangen: {{what}}. Hearth versucht es später wieder.',
  },
  'posemesh.domain-garbled': {
    message: 'Mit einer Antwort des Domain-Servers ist nichts anzufangen: {{what}}. Hearth versucht es später wieder.',
  },
  'posemesh.token-over': {
    message:
      'Die Anmeldung beim Discovery-Dienst ist nach der Uhr dieses Computers schon abgelaufen. Die Uhr muss richtig gehen; Hearth versucht es wieder.',
  },
  'posemesh.stopped': { message: 'Posemesh wurde auf diesem Computer angehalten.' },
  'posemesh.disk-full': {
    message:
      'Die Platte ist voll, darum ging der Auftrag nicht weiter. Was er belegt hatte, ist wieder frei. Mehr Platz hilft, oder weniger zu leihen.',
  },
  'posemesh.disk-limit': {
    message:
      'Die Dateien des Auftrags sind größer, als ein Auftrag belegen darf. Wo Platz ist, kann networks.posemesh.jobDiskMiB größer sein.',
  },
  'posemesh.input-address': { message: 'Der Auftrag nennt eine Eingabe mit etwas, das keine Adresse ist.' },
  'posemesh.input-foreign-origin': {
    message:
      'Der Auftrag nennt eine Eingabe auf einem anderen Server. networks.posemesh.allowForeignCids lässt solche ohne Kennwort laden.',
  },
  'posemesh.input-foreign-domain': {
    message:
      'Der Auftrag nennt eine Eingabe einer anderen Domain. networks.posemesh.allowForeignCids lässt solche ohne Kennwort laden.',
  },
  'posemesh.result-too-many': {
    message: 'Der Runner hinterlässt mehr Ergebnisse, als ein Auftrag haben darf. Es liegt am Runner.',
  },
  'posemesh.result-no-file': {
    message: 'Der Runner nennt ein Ergebnis, das keine einfache Datei ist. Es liegt am Runner.',
  },
  'posemesh.result-changed': {
    message: 'Ein Ergebnis hat sich geändert, während es gespeichert wurde. Es liegt am Runner.',
  },
  'posemesh.result-over': {
    message: 'In ein fertiges oder aufgegebenes Ergebnis kann nicht mehr geschrieben werden. Es liegt am Runner.',
  },
  'posemesh.name-unusable': {
    message:
      'Der Name oder die Art eines Ergebnisses enthält ein Anführungszeichen, einen Rückstrich oder ein Steuerzeichen. Ohne diese wird es gespeichert.',
  },
  'posemesh.progress-too-large': {
    message: 'Der Runner meldet auf einmal mehr Fortschritt, als ein Manager nimmt: höchstens 64 KiB JSON.',
  },
  'posemesh.port-taken': {
    message:
      'Port {{port}} auf {{host}} wird von einem anderen Programm benutzt. Unter networks.posemesh.httpPort lässt sich ein anderer wählen, oder jenes Programm beenden.',
  },
  'posemesh.port-refused': {
    message:
      'Hearth kann auf {{host}}, Port {{port}}, nicht lauschen. Zu prüfen ist networks.posemesh.httpHost; der Port sollte über 1023 liegen.',
  },
  'posemesh.file-too-large': {
    message: 'Die Datei ist größer, als eine Datei mit Umgebungsvariablen sein darf. Nichts wurde geändert.',
  },
  'posemesh.file-empty': {
    message: 'In der Datei steht keine Zeile wie DDS_BASE_URL=https://dds.example.com. Nichts wurde geändert.',
  },
  'posemesh.env-required': { message: 'Eine nötige Umgebungsvariable fehlt: {{name}}.' },
  'posemesh.env-required-siwe': { message: '{{name}} fehlt: ohne sie gibt es keine Anmeldung beim Discovery-Dienst.' },
  'posemesh.env-url': { message: 'In {{name}} steht keine Adresse mit http oder https.' },
  'posemesh.env-integer': { message: 'In {{name}} steht keine ganze Zahl.' },
  'posemesh.env-float': { message: 'In {{name}} steht keine Zahl.' },
  'posemesh.env-bool': { message: 'In {{name}} steht weder true noch false, klein geschrieben.' },
  'posemesh.env-choice': { message: 'In {{name}} steht nichts davon: {{list}}.' },
  'posemesh.env-retry': { message: '{{name}} muss -1 oder nicht negativ sein und ist {{value}}.' },
  'posemesh.env-range': { message: 'Der Wert von {{name}} liegt außerhalb dessen, was Hearth nimmt.' },
  'posemesh.env-key': { message: '{{name}} ist kein geheimer Schlüssel der Kurve secp256k1: 64 Hex-Ziffern.' },
  'posemesh.env-unused': { message: '{{name}} wird nicht gebraucht: Hearth hat eigene Protokolle.' },
  'posemesh.env-one-job': {
    message:
      '{{name}} wird nicht übernommen: Offizielle Knoten erledigen immer einen Job nach dem anderen. Wie viele dieser zugleich erledigt, sagt networks.posemesh.maxConcurrency.',
  },
  'posemesh.env-most': { message: '{{name}} ist mehr, als Hearth annimmt, und zählt als {{largest}}.' },
  'posemesh.env-one': { message: '{{name}} ist 0 und zählt als 1.' },
  'posemesh.no-secret': {
    message: 'Das Registrierungsgeheimnis dieses Knotens (REG_SECRET) ist nicht gesetzt.',
    action:
      'Es steht in der Konsole des Netzwerks und lässt sich unter „Netzwerk“, „Einstellungen“ setzen, oder per Befehl: hearth settings set networks.posemesh.regSecret',
  },
  'posemesh.no-runner': {
    message: 'Es gibt keinen Runner, darum könnte kein Auftrag erledigt werden.',
    action:
      'Unter „Kapazität“ einen für eine Art von Aufträgen hinzufügen, oder das Netzwerk mit dem Übungs-Runner ausprobieren: hearth settings set networks.posemesh.noop true',
  },
  'posemesh.no-address': {
    message: 'Der Discovery-Dienst hat keine Adresse, unter der er diesen Knoten zurückrufen könnte.',
    action:
      'networks.posemesh.nodeUrl setzen, oder mit der Wallet registrieren: hearth settings set networks.posemesh.registrationMode wallet',
  },
  'posemesh.too-little-lent': {
    message: 'Ein Auftrag würde mehr von diesem Computer belegen, als Aufträgen geliehen ist.',
    action:
      'Unter „Kapazität“ mehr leihen, oder einen Auftrag weniger belegen lassen: hearth settings get networks.posemesh.jobDiskMiB',
  },
  'posemesh.node-crashed': { message: 'Hearth brach ab, der Auftrag geht an den Manager zurück.' },
  'posemesh.handed-back': { message: 'Der Auftrag ging an den Manager zurück, wie gewünscht.' },
  'posemesh.lease-lost': {
    message: 'Der Manager hat den Auftrag einem anderen Knoten gegeben oder antwortet nicht mehr für ihn.',
  },
  'posemesh.job-cancelled': { message: 'Der Manager hat den Auftrag abgebrochen.' },
  'posemesh.report-unknown': {
    message: 'Der Auftrag war erledigt, doch ob der Manager das erfahren hat, ist nicht bekannt.',
  },
  'posemesh.runner-failed': { message: 'Der Runner ist gescheitert. Das Protokoll sagt, woran.' },
  'posemesh.job-broken': { message: 'Der Auftrag scheiterte an einem Fehler von Hearth. Das Protokoll sagt, woran.' },
  'posemesh.setup-start-session': { message: 'Für diese Art von Aufträgen gibt es hier keinen Runner.' },
  'posemesh.setup-initial-heartbeat': { message: 'Der Manager nahm das erste Lebenszeichen des Auftrags nicht an.' },
  'posemesh.setup-build-ports': { message: 'Der Auftrag nennt keinen Domain-Server, bei dem seine Daten liegen.' },
  'posemesh.check-skipped': { message: 'Nicht gefragt: Dieser Computer ist Posemesh nicht beigetreten.' },
  'posemesh.check-registered': { message: 'Der Discovery-Dienst kennt diesen Computer.' },
  'posemesh.check-registering': {
    message: 'Dieser Computer registriert sich gerade.',
    action: 'In einer Minute noch einmal fragen.',
  },
  'posemesh.check-no-callback': { message: 'Nicht nötig: Dieser Computer registriert sich mit seiner Wallet.' },
  'posemesh.check-called-back': { message: 'Der Discovery-Dienst hat diesen Computer zurückgerufen.' },
  'posemesh.check-not-called-back': {
    message: 'Der Discovery-Dienst hat diesen Computer noch nicht zurückgerufen.',
    action: 'Führt networks.posemesh.nodeUrl von außen zu diesem Computer?',
  },
  'posemesh.check-no-log-in': { message: 'Nicht gefragt: Dieser Computer muss sich erst registrieren.' },
  'posemesh.check-logged-in': { message: 'Dieser Computer ist angemeldet.' },
  'posemesh.check-manager': { message: 'Der Manager antwortet.' },
  'posemesh.check-no-domain': { message: 'Nicht gefragt: Noch kein Auftrag hat einen Domain-Server genannt.' },
  'posemesh.check-domain': { message: 'Der Domain-Server des letzten Auftrags antwortet.' },
  'posemesh.check-runner': { message: 'Jeder Runner könnte anfangen.' },
  'posemesh.check-unknown': {
    message: 'Es dauerte zu lange, das herauszufinden.',
    action: 'In einer Minute noch einmal fragen.',
  },
};
