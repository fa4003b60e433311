// What the pages say of IICP.
import type { Rewording, Same } from '../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const iicp: Same<typeof en.iicp> = {
  state: {
    blocked: 'Nicht aufgeführt',
    degraded: 'Verzeichnis fehlt',
  },
  facts: {
    registered: 'Angemeldet',
    notYet: 'noch nicht',
    since: 'seit {{time}}',
    directory: 'Verzeichnis',
    listening: 'Lauscht auf',
    notListening: 'nichts',
    heartbeats: 'Lebenszeichen',
    accepted_one: '{{count, number}} angenommen',
    accepted_other: '{{count, number}} angenommen',
    next: 'das nächste {{when}}',
    nextTry: 'Nächster Versuch {{when}}.',
    reputation: 'Ansehen',
    notRated: 'noch nicht bewertet',
    byDirectory: '{{value}}, laut Verzeichnis',
    relayed: 'Reicht Aufgaben weiter an',
    relayedNodes_one: '{{count, number}} Knoten',
    relayedNodes_other: '{{count, number}} Knoten',
    peers: 'Nachbarn',
    noPeers: 'noch hat keiner geantwortet',
    answered_one: '{{count, number}} hat geantwortet',
    answered_other: '{{count, number}} haben geantwortet',
    heardOf_one: 'von {{count, number}} weiteren war die Rede',
    heardOf_other: 'von {{count, number}} weiteren war die Rede',
    peerAnswered: 'Antwort {{when}}',
  },
  check: {
    registered: 'Angemeldet',
    healthy: 'Gesund',
    reachable: 'Erreichbar',
    discoverable: 'Auffindbar',
  },
  fresh: {
    begin: 'Mit neuer Kennung beginnen',
    ask: 'Diese Kennung aufgeben und mit einer neuen beginnen?',
    lost: 'Das Ansehen, das sich dieser Computer hier erworben hat, ist endgültig verloren, ebenso alles, was verdient und noch nicht erhalten wurde. Die alte Kennung bleibt im Datenordner und in dessen Sicherungen; danach eine neue Sicherung anlegen.',
    waitForAddress:
      'Zuerst abwarten: Das Verzeichnis lässt die alte Kennung vielleicht wieder zu, sobald ihre alte Adresse nicht mehr antwortet.',
    waitForPay:
      'Zuerst abwarten, bis das Verdiente eingegangen ist, und beheben, was misslang: Auch eine neue Kennung kann fallen.',
    done: 'Dieser Computer hat eine neue Kennung.',
  },
  advertised: {
    auto: 'Wie herausgefunden',
    help: 'Was das Verzeichnis erfährt; am Weg selbst ändert es nichts.',
    method: {
      title: 'Wie andere hereinkommen',
      direct: 'Direkt',
      mapped: 'Durch einen Port, den der Router geöffnet hat',
      punched: 'Durch eine Lücke in den Routern',
      relay: 'Über eine Zwischenstelle',
      tunnel: 'Durch einen Tunnel',
    },
    nat: {
      title: 'Adressübersetzung davor',
      full: 'Offen für alle',
      restricted: 'Offen für Adressen, die angerufen wurden',
      port: 'Offen für Adressen und Ports, die angerufen wurden',
      symmetric: 'Für jede Verbindung ein anderer Port',
      unknown: 'Unbekannt',
    },
  },
  set: {
    directory: 'Adresse des Verzeichnisses',
    endpoint: 'Öffentliche Adresse dieses Computers',
    endpointHelp: 'Leer: wird gefunden, siehe unten. Was hier steht, gilt vor allem anderen.',
    bind: 'Lauscht auf',
    port: 'Port',
    portHelp: '0 nimmt einen freien.',
    body: 'Größte Aufgabe in MiB',
    intent: 'In erster Linie angeboten für',
    atStop: 'Beim Beenden von Hearth',
    atStopHelp:
      'Wird der Platz aufgegeben, sind Ansehen und Zähler gelöscht, und das offizielle Verzeichnis hat Knoten, die wiederkamen, nichts mehr gutgeschrieben. Neustart, Aktualisierung und Ruhezustand behalten ihn immer; IICP auszuschalten gibt ihn immer auf.',
    atStopAuto: 'Den Platz aufgeben, außer dort liegt Guthaben',
    atStopStay: 'Den Platz im Verzeichnis behalten',
    atStopLeave: 'Den Platz aufgeben',
    redirects: 'Rechner, auf die das Verzeichnis verweisen darf',
    redirectsHelp: 'Mit Kommas dazwischen; das Kennwort des Knotens geht auch an solche.',
    key: 'Eigener Schlüssel zum Unterschreiben',
    keySet: 'Einer ist gesetzt und wird nie gezeigt.',
    keyUnset: 'Keiner: Der vom Verzeichnis gilt.',
    keySave: 'Schlüssel speichern',
    keyRemove: 'Schlüssel entfernen',
    cors: 'Webseiten Aufgaben aus dem Browser schicken lassen',
    idempotency: 'Eine Aufgabe ablehnen, deren Nummer eben schon kam',
    sealKey: 'Der Schlüssel, mit dem Absender Aufgaben versiegeln',
    keyReplace: 'Schlüssel ersetzen',
    keyReplaceAsk: 'Den Schlüssel ersetzen, mit dem Absender Aufgaben versiegeln?',
    keyReplaceHelp:
      'Das Verzeichnis erfährt den neuen. Mit dem alten Versiegeltes wird noch 90 Tage geöffnet. Eine Sicherung von vorher enthält nur den alten Schlüssel: danach eine neue machen.',
    keyReplaced: 'Der Schlüssel ist ersetzt.',
    operator: 'Dem Verzeichnis sagen, wessen Knoten das ist',
    operatorName: 'Name des Betreibers',
    operatorHelp: 'Alle können ihn lesen. Leer: keiner.',
    requireToken: 'Aufgaben nur mit einem Kennwort vom Verzeichnis nehmen',
    cooperation: 'Regeln auf Teile von Arbeit anwenden, die andere Knoten aufgeteilt haben',
    cooperationWorker: 'Solche Teile nehmen',
    cooperationAtOnce: 'Teile zugleich',
    cooperationSeconds: 'Längste Dauer eines Teils in Sekunden',
    relayUse: 'Eine Zwischenstelle nutzen, wo sonst kein Weg hereinführt',
    relayName: 'Zwischenstelle',
    relayNameHelp: 'Als Name:Port; leer wird eine gewählt. Sichtbar wird ihr, wann und wie viel kommt, nicht was.',
    relayServe: 'Zwischenstelle für andere sein',
    relayPort: 'Port für die anderen Knoten',
    relayTickets: 'Nur Knoten mit einer Karte vom Verzeichnis annehmen',
    mesh: 'Nachbarn mit anderen Knoten austauschen',
    metrics: 'Unter /metrics Zähler für Prometheus zeigen, allen, die diesen Computer erreichen',
  },
  event: {
    registered: 'Angemeldet',
    're-registered': 'Neu angemeldet',
    'registration-failed_one': 'Nicht angemeldet',
    'registration-failed_other': 'Nicht angemeldet, {{count, number}}-mal',
    beat_one: 'Lebenszeichen',
    beat_other: '{{count, number}} Lebenszeichen',
    'beat-failed_one': 'Lebenszeichen nicht angekommen',
    'beat-failed_other': '{{count, number}} Lebenszeichen nicht angekommen',
    unreachable_one: 'Verzeichnis nicht erreicht',
    unreachable_other: 'Verzeichnis {{count, number}}-mal nicht erreicht',
    away_one: 'Als abwesend gemeldet',
    away_other: 'Als abwesend gemeldet, {{count, number}}-mal',
    deregistered: 'Abgemeldet, Platz aufgegeben',
    'deregistration-failed_one': 'Abmelden gelang nicht',
    'deregistration-failed_other': 'Abmelden gelang nicht, {{count, number}}-mal',
  },
  what: 'Programme schicken KI-Aufgaben an Computer wie diesen.',
  consent: {
    sends: 'KI-Aufgaben von Fremden: Chat, Einbettungen, Sprache, Bilder, was die Modelle eben können.',
    pays: 'Credits für jedes Token. Geld sind sie nicht, gelten nur in diesem Netzwerk, und Hearth kann sie nicht tauschen.',
    costs: 'Strom und Internetanschluss. Keine Gebühr, keine Kaution.',
    sees: 'Das Verzeichnis {{directory}} erfährt die öffentliche Adresse, Modelle, Kapazität und wie Aufgaben ausgingen, nie deren Inhalt. Absender sehen die Adresse ebenfalls.',
    runs: 'Wer dieses Verzeichnis betreibt. Aufgaben kommen direkt von denen, die fragen.',
  },
  promise: {
    prompts: 'Fragen und Antworten werden nie gespeichert.',
    reach: 'Eine Aufgabe erreicht das Modell und sonst nichts: keine Dateien, kein Heimnetz.',
  },
  pays: {
    counts: 'Tokens von Frage und Antwort',
  },
  price: {
    label: 'Preis, verglichen mit dem üblichen',
    seen_one: '{{count, number}} anderer Preis gesehen: {{times}} × üblich.',
    seen_other: 'Mitte aus {{count, number}} anderen Preisen: {{times}} × üblich.',
    lowerThanOwn_one: '{{count, number}} von {{of, number}} liegt unter dem eigenen.',
    lowerThanOwn_other: '{{count, number}} von {{of, number}} liegen unter dem eigenen.',
    times: '{{times}} × üblich',
    lower: 'Niedriger, eher gewählt',
    higher: 'Höher, später gewählt',
    free: 'Umsonst arbeiten',
    freeHelp: 'Aufgaben werden erledigt und gezählt und kosten nichts.',
    typical: {
      history: 'Eine typische Aufgabe hier, {{tokens}} Tokens',
      guess: 'Eine Aufgabe mit {{tokens}} Tokens, zum Beispiel',
    },
    perThousand: 'Je {{1000}} Tokens',
    most: 'Höchstens bezahlt je {{1000}} Tokens',
    models_one:
      '{{count, number}} Modell hat einen eigenen Preis. Dem Verzeichnis wird {{declared}} genannt, der höchste von allen.',
    models_other:
      '{{count, number}} Modelle haben eigene Preise. Dem Verzeichnis wird {{declared}} genannt, der höchste von allen.',
    save: '{{times}} verlangen',
    saveFree: 'Umsonst arbeiten',
    back: 'Zurücknehmen',
    end: 'Endet bei {{times}}: Darüber wird man später gewählt und nicht besser bezahlt.',
  },
  own: {
    title: 'Preise je Modell',
    lead: 'Verglichen mit dem üblichen Preis. Leer: wie der Preis dieses Computers.',
    means: 'wie dieser Computer: {{times}}',
    brings: 'Das Verzeichnis nimmt bis zu {{cap}} an. Eine typische Aufgabe bringt {{amount}}.',
    over: 'Mehr als die {{cap}}, die das Verzeichnis bei diesen Modellen annimmt.',
    gone: 'Wird gerade nicht angeboten.',
    remove: '{{model}}: Preis dieses Computers verwenden',
    removed: '{{model}} hat wieder den Preis dieses Computers.',
    none: 'Gerade wird kein Modell angeboten.',
  },
  terms: {
    title: 'Mehr zum Preis',
    kind: 'Der Preis gilt für',
    per_token: 'jedes Token',
    per_request: 'jede Anfrage',
    flat: 'jede Aufgabe, für alle gleich',
    from: 'Gilt ab',
    fromTime: 'Gilt ab, Uhrzeit',
    fromHelp: 'Leer: sofort. Vorher gilt der übliche Preis.',
    until: 'Gilt bis',
    untilTime: 'Gilt bis, Uhrzeit',
    noTime: 'Keine Uhrzeit. Uhrzeiten schreibt man so: {{example}}.',
    untilHelp: 'Leer: auf Dauer. Danach gilt der übliche Preis.',
    sign: 'Den Preis unterschreiben',
    signHelp: 'Mit dem Schlüssel, den das Verzeichnis gegeben hat, und neu, wenn es einen anderen gibt.',
  },
  lab: {
    title: 'Was wäre, wenn?',
    lead: 'Die letzten 30 Tage noch einmal, zum Preis oben, zu anderen Zeiten, auf den angekreuzten Modellen.',
    hours: 'Zeiten',
    week: {
      all: 'Wann immer Aufgaben kamen',
      painted: 'Die eingestellte Woche',
      nights: 'Nachts, {{22:00}} bis {{07:00}}',
      away: 'Montag bis Freitag, {{09:00}} bis {{17:00}}',
      weekend: 'Samstag und Sonntag',
    },
    models: 'Modelle, mit ihren Aufgaben',
    what: 'Was',
    was: 'Tatsächlich',
    would: 'Was wäre',
    tasks: 'Aufgaben',
    tokens: 'Tokens',
    amount: 'Gebucht',
    credits: 'Credits',
    power: 'Strom',
    left: 'Übrig nach Strom',
    warning: 'Nur dieselben Aufgaben. Zu einem anderen Preis wären andere gekommen oder weggeblieben.',
    cut: 'Das sind die neuesten {{count, number}}.',
  },
  claim: {
    tooOld: 'Das Verzeichnis war eine Woche lang nicht zu erreichen.',
    newIdentity: 'Es wurde unter der vorigen Kennung verdient, die aufgegeben ist.',
    selfQuery: 'Dieser Computer hat sich selbst gefragt, das wird nicht bezahlt.',
    notAwarded: 'Das Verzeichnis hat nichts dafür gezahlt.',
    wrongKey: 'Das Verzeichnis kennt den Schlüssel der Unterschrift nicht.',
    unclear: 'Eingereicht. Wie viel gezahlt wurde, wird nachgesehen.',
    notListed: 'Das Verzeichnis sagt, dass es gezählt ist; in seinen Büchern steht es nicht.',
    tooHigh: 'Gefordert war mehr, als das Verzeichnis beim Preis dieses Knotens gibt.',
    hourFull: 'Das Verzeichnis gibt in dieser Stunde nichts mehr; in der nächsten wird es wieder eingereicht.',
    clocksDiffer: 'Die Uhren des Verzeichnisses und dieses Computers gehen um Minuten auseinander.',
    booksDisagree:
      'Die eigenen Bücher des Verzeichnisses über diesen Computer widersprechen sich; solange schreibt es nichts gut.',
    unreachable: 'Das Verzeichnis ist nicht zu erreichen.',
  },
  claiming: {
    title: 'Verdientes einreichen',
    on: 'Das Verzeichnis bekommt für jede erledigte Aufgabe einen unterschriebenen Beleg.',
    off: 'Einreichen ist aus. Was inzwischen erledigt wird, wird nicht nachgereicht.',
  },
  relay: {
    use: 'Zwischenstelle nutzen',
    chosen: 'Relay als Ausweichweg an',
    sees: 'Eine Zwischenstelle reicht versiegelte Aufgaben weiter und sieht dabei wann und wie viel, nicht was.',
  },
  why: {
    'low-reputation':
      'Das Ansehen bei {{network}} ist niedrig ({{value}}), darum werden andere zuerst gefragt. Jede gut erledigte Aufgabe bringt 0,01, jede misslungene kostet 0,05.',
    hidden:
      'Das Ansehen bei {{network}} ist auf {{value}} gefallen. Unter 0,1 zeigt das Verzeichnis diesen Computer niemandem, darum kommt keine Aufgabe, und ohne Aufgaben steigt es nicht wieder.',
  },
  notMoney: 'Credits sind kein Geld. Auszahlen lassen sie sich nicht.',
};

/** What it says by code, its own and those of the directory's answers. */
export const reasons: Readonly<Record<string, Rewording>> = {
  'iicp.not-registered': {
    message: 'Das Verzeichnis kennt diesen Knoten noch nicht und führt deshalb keine Bücher über ihn.',
  },
  'iicp.no-endpoint': {
    message: 'Dieser Computer lauscht, von außen erreicht ihn aber noch niemand.',
    action: 'Unter „Netzwerk“ steht, was im Weg ist.',
  },
  'iicp.looking-for-inbound-address': {
    message: 'Es wird herausgefunden, wie dieser Computer von außen zu erreichen ist.',
  },
  'iicp.rotation-not-registered': {
    message: 'Einen anderen Schlüssel nimmt ein Verzeichnis nur von einem Computer, der dort angemeldet ist.',
    action: 'Warten, bis dieser online ist, dann erneut versuchen.',
  },
  'iicp.rotation-too-often': {
    message: 'Der Schlüssel wurde in 90 Tagen achtmal ersetzt, und jeder davon kann noch in Gebrauch sein.',
    action: 'Erneut versuchen, wenn der älteste abgelaufen ist.',
  },
  'iicp.no-relay': {
    message: 'Dieser Computer sucht eine Zwischenstelle, die ihm Aufgaben weiterreicht; noch hat ihn keine angenommen.',
    action: 'Es wird weiter gesucht. Unter „Netzwerk“ lässt sich auch eine nennen.',
  },
  'iicp.relay-asked': {
    message: 'Dieser Computer fragt die genannte Zwischenstelle; noch hat sie ihn nicht angenommen.',
    action: 'Es wird weiter gefragt.',
  },
  'iicp.relay-none-found': {
    message: 'Weder das Verzeichnis noch ein anderer Knoten nennt zurzeit eine Zwischenstelle.',
    action: 'Es wird weiter gefragt. Eine bekannte lässt sich unter „Netzwerk“ nennen.',
  },
  'iicp.relay-ticket-wanted': {
    message:
      'Die Zwischenstelle nimmt nur Knoten mit einer Karte an, die das Verzeichnis unterschrieben hat, und dieser hat keine.',
    action:
      'Vor jedem Versuch wird das Verzeichnis um eine Karte gebeten; es gibt sie Knoten, die es schon führt. Bis dahin hilft nur eine Zwischenstelle, die keine verlangt: unter „Netzwerk“ eine suchen lassen oder eine andere nennen.',
  },
  'iicp.relay-ticket-refused': {
    message: 'Die Zwischenstelle hat die Karte nicht anerkannt, die das Verzeichnis unterschrieben hat.',
    action:
      'Zu jedem Versuch wird eine neue mitgebracht. Bleibt es dabei, gehört die Zwischenstelle zu einem anderen Verzeichnis: eine andere verwenden.',
  },
  'iicp.relay-taken': {
    message: 'Die Zwischenstelle hält noch eine frühere Verbindung dieses Knotens.',
    action:
      'Es wird weiter gefragt: Eine tote Verbindung gibt sie binnen zwei Minuten auf. Bleibt es dabei, läuft Hearth mit derselben Kennung noch auf einem anderen Computer: dort beenden.',
  },
  'iicp.relay-full': {
    message: 'Die Zwischenstelle hat zurzeit keinen Platz für einen weiteren Knoten.',
    action: 'Es wird weiter gefragt. Eine andere hat vielleicht Platz.',
  },
  'iicp.relay-too-often': {
    message: 'Die Zwischenstelle nimmt von dieser Adresse für eine Minute keine Knoten mehr an.',
    action: 'Nach einer Pause wird erneut gefragt.',
  },
  'iicp.relay-refused': {
    message: 'Die Zwischenstelle hat diesen Computer nicht angenommen; was sie dazu sagt, steht im Protokoll.',
    action: 'Es wird weiter gefragt. Eine andere nimmt ihn vielleicht an.',
  },
  'iicp.relay-silent': {
    message: 'Die Zwischenstelle wurde erreicht, gab aber keine Antwort.',
    action: 'Es wird weiter gefragt. Bleibt es dabei, antwortet dort keine Zwischenstelle: Adresse und Port ansehen.',
  },
  'iicp.relay-unreachable': {
    message: 'Die Zwischenstelle ist nicht zu erreichen.',
    action:
      'Es wird weiter gefragt. Bleibt es dabei, ist sie ausgeschaltet oder nimmt Knoten an einem anderen Port an (meist 9485).',
  },
  'iicp.private-endpoint': {
    message:
      '{{url}} ist aus dem Internet nicht erreichbar, ein öffentliches Verzeichnis führt diese Adresse nicht auf.',
    action: 'Unter „Netzwerk“ eine öffentliche setzen.',
  },
  'iicp.books-disagree': {
    message:
      'Dieses Verzeichnis schreibt diesem Computer nichts gut: Was es für ihn verbucht hat und der Kontostand, den es für ihn führt, widersprechen sich. Das ist ein Fehler des Verzeichnisses; er zeigt sich, wenn ein Computer es verlassen hat und wiederkommt.',
    action:
      'Beheben kann es der Betreiber des Verzeichnisses: ihm die Nummer dieses Computers nennen, sie steht unter „Netzwerk“. Sonst würde nur unter einer neuen Kennung wieder etwas gutgeschrieben (der Befehl new-identity von Hearth); sie kostet das Ansehen und was noch nicht eingegangen ist.',
  },
  'iicp.books-differ': {
    message: 'Das Verzeichnis sagt selbst, dass seine Bücher über diesen Computer nicht aufgehen.',
    action: 'Hier ist nichts zu tun. Schreibt es nichts mehr gut, kann sein Betreiber es beheben.',
  },
  'iicp.check-off': { message: 'IICP ist ausgeschaltet.', action: 'Unter „Netzwerk“ beitreten.' },
  'iicp.check-skipped': { message: 'Nicht gefragt: Dieser Computer ist nicht angemeldet.' },
  'iicp.check-unknown': {
    message: 'Es dauerte zu lange, das herauszufinden.',
    action: 'In einer Minute noch einmal fragen.',
  },
  'iicp.check-registering': {
    message: 'Dieser Computer meldet sich gerade an.',
    action: 'In einer Minute noch einmal fragen.',
  },
  'iicp.check-registered': { message: 'Das Verzeichnis führt diesen Computer auf.' },
  'iicp.check-not-listed': {
    message: 'Das Verzeichnis nimmt die Meldungen an, führt diesen Computer aber nicht öffentlich auf.',
    action: 'Eine Minute warten und noch einmal fragen; bleibt es so, IICP aus- und einschalten.',
  },
  'iicp.check-not-routable': {
    message: 'Das Verzeichnis führt diesen Computer auf, schickt ihm jetzt aber keine Aufgaben.',
    action: 'Nachsehen, ob geteilt wird und ein Modellserver antwortet.',
  },
  'iicp.check-silent': {
    message: 'Dieser Computer antwortet auf seinem eigenen Port nicht.',
    action: 'Nachsehen, ob ein anderes Programm oder eine Firewall den Port hält, dann Hearth neu starten.',
  },
  'iicp.check-health-shape': {
    message: 'Was auf dem Port antwortet, ist nicht dieser Knoten oder sagt zu wenig von sich.',
    action: 'Nachsehen, ob ein anderes Programm den Port hat.',
  },
  'iicp.check-no-models': {
    message: 'Diesem Computer geht es gut, er hat aber kein Modell anzubieten.',
    action: 'Einen Modellserver starten oder unter „Kapazität“ suchen lassen.',
  },
  'iicp.check-healthy': { message: 'Dieser Computer antwortet und sagt alles, was das Netzwerk wissen muss.' },
  'iicp.check-reachable': { message: 'Das Verzeichnis hat diesen Computer eben von außen erreicht.' },
  'iicp.check-reached': { message: 'Jemand außerhalb hat diesen Computer erreicht.' },
  'iicp.check-unreachable': {
    message: 'Das Verzeichnis konnte diesen Computer von außen nicht erreichen.',
    action: 'Unter „Netzwerk“ steht, was im Weg ist.',
  },
  'iicp.check-untried': {
    message: 'Gerade konnte niemand von außen probieren, diesen Computer zu erreichen.',
    action:
      'Aus einem anderen Netz nachsehen, etwa vom Telefon ohne WLAN: seine Adresse mit /iicp/health dahinter öffnen.',
  },
  'iicp.check-discoverable': { message: 'Wer diese Art von Arbeit sucht, findet diesen Computer.' },
  'iicp.check-no-key': {
    message: 'Das Verzeichnis bietet diesen Computer ohne seinen Schlüssel an, heutige Programme übergehen ihn.',
    action: 'IICP aus- und einschalten, damit er sich neu anmeldet.',
  },
  'iicp.check-crowded': { message: 'So viele bieten das an, dass dieser Computer nicht unter den ersten 50 ist.' },
  'iicp.hidden': {
    message:
      'Das Verzeichnis bewertet diesen Computer mit {{rating}}. Einen unter {{least}} zeigt es keinem Programm, darum kommt keine Aufgabe.',
    action:
      'Unter „Aufgaben“ nachsehen, was misslang, und das beheben. Ohne Aufgaben steigt die Bewertung nicht, also danach mit neuer Kennung beginnen.',
  },
  'iicp.low-reputation': {
    message:
      'Programme, die diese Art von Arbeit suchen, finden diesen Computer, doch andere werden zuerst gefragt: Das Verzeichnis bewertet ihn mit {{rating}}.',
    action:
      'Unter „Aufgaben“ nachsehen, was misslang: Jede gut erledigte Aufgabe bringt 0,01, jede misslungene kostet 0,05.',
  },
  'iicp.check-not-found': {
    message: 'Wer diese Art von Arbeit sucht, findet diesen Computer nicht.',
    action:
      'Nachsehen, ob geteilt wird und ein Modell angeboten ist. Gleich nach dem Start kann es eine Minute dauern.',
  },
  'iicp.port-taken': {
    message: 'Port {{port}} auf {{bind}} wird von einem anderen Programm benutzt.',
    action: 'Einen anderen wählen oder jenes Programm beenden.',
  },
  'iicp.port-taken-by': {
    message: 'Port {{port}} auf {{bind}} wird von {{by}} benutzt.',
    action: 'Einen anderen wählen oder jenes Programm beenden.',
  },
  'iicp.port-reserved': {
    message:
      'Auf {{bind}}, Port {{port}} lässt das System kein Programm lauschen. Unter Windows halten Hyper-V, WSL und Docker ganze Bereiche frei.',
    action: 'Einen Port außerhalb davon wählen; „netsh interface ipv4 show excludedportrange protocol=tcp“ nennt sie.',
  },
  'iicp.bind-refused': {
    message: 'Auf {{bind}}, Port {{port}} kann Hearth nicht lauschen.',
    action: 'Adresse prüfen und einen Port über 1023 nehmen.',
  },
  'iicp.offline': {
    message:
      'Es besteht keine Verbindung zum Internet: Weder das Verzeichnis noch sonst jemand erreicht diesen Computer.',
    action: 'Den Anschluss des Routers prüfen. Sobald er wieder geht, geht es von selbst weiter.',
  },
  'iicp.directory-unreachable': {
    message: 'Das Verzeichnis ist nicht erreichbar.',
    action: 'Es wird weiter versucht; die Internetverbindung prüfen.',
  },
  'iicp.directory-redirects': {
    message: 'Das Verzeichnis verweist auf einen anderen Rechner oder Port.',
    action:
      'Wenn es das darf, das unter networks.iicp.redirectHosts eintragen, etwa example.net oder example.net:8443.',
  },
  'iicp.directory-garbled': {
    message: 'Die Antwort des Verzeichnisses war nicht zu verstehen. Es wird weiter versucht.',
  },
  'IICP-E034': { message: 'Das Verzeichnis bittet um langsamere Anfragen. Es wird später wieder versucht.' },
  'IICP-E035': {
    message: 'Laut Verzeichnis ist die Adresse keine öffentliche.',
    action: 'Die Adresse unter „Netzwerk“ prüfen.',
  },
  'IICP-E036': {
    message: 'Das Verzeichnis konnte diesen Computer unter seiner Adresse nicht erreichen. Es wird weiter versucht.',
    action: 'Die Adresse und die Portfreigabe im Router prüfen.',
  },
  'IICP-E049': {
    message: 'Das Verzeichnis hält diese Kennung für jemand anderen fest. Es wird weiter versucht.',
  },
  'IICP-E050': {
    message: 'Das Verzeichnis hält diese Kennung für jemand anderen fest. Es wird weiter versucht.',
  },
  'IICP-*': { message: 'Das Verzeichnis hat abgelehnt. Es wird weiter versucht.' },
};
