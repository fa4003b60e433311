// What the pages say of IICP.
import type { Same } from '../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const iicp: Same<typeof en.iicp> = {
  state: {
    blocked: 'Nicht aufgeführt',
    online: 'Aufgeführt',
    degraded: 'Verzeichnis fehlt',
  },
  row: {
    reputation: 'Ansehen',
    reputationBy: '{{value}}, laut {{directory}}, {{when}}',
    notRated: 'noch nicht bewertet',
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
    relayUse: 'Eine Zwischenstelle nutzen, wo sonst kein Weg herein führt',
    relayName: 'Zwischenstelle',
    relayNameHelp: 'Als Name:Port; leer wird eine gewählt. Sichtbar wird ihr, wann und wie viel kommt, nicht was.',
    relayServe: 'Zwischenstelle für andere sein',
    relayPort: 'Port für die anderen Knoten',
    relayTickets: 'Nur Knoten mit einer Karte vom Verzeichnis annehmen',
    mesh: 'Nachbarn mit anderen Knoten austauschen',
    metrics: 'Unter /metrics Zähler für Prometheus zeigen, jedem, der hierher kommt',
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
    away_one: 'Als abwesend gemeldet',
    away_other: 'Als abwesend gemeldet, {{count, number}}-mal',
    deregistered: 'Abgemeldet, Platz aufgegeben',
    'deregistration-failed_one': 'Abmelden gelang nicht',
    'deregistration-failed_other': 'Abmelden gelang nicht, {{count, number}}-mal',
  },
  consent: {
    sends:
      'KI-Aufgaben von Fremden: Chat, Ergänzungen, Einbettungen, und Sprache, Bilder oder Moderation, wo ein Modell das kann.',
    costs: 'Keine Gebühr und keine Kaution. Strom und Leitung, so weit es erlaubt ist.',
    sees: 'Das Verzeichnis {{directory}} erfährt die öffentliche Adresse dieses Computers, seine Modelle, wie viel er annimmt und wie Aufgaben ausgingen, nie aber, was in ihnen stand. Wer eine Aufgabe schickt, sieht die Adresse ebenfalls.',
    runs: 'Wer das Verzeichnis {{directory}} betreibt, führt die Computer auf. Aufgaben kommen direkt von denen, die fragen, nicht über das Verzeichnis.',
  },
  promise: {
    prompts: 'Fragen und Antworten werden nie aufbewahrt: nicht auf der Festplatte, nicht im Protokoll.',
    reach: 'Eine Aufgabe erreicht das Modell und sonst nichts: keine Dateien, keine Programme, kein Heimnetz.',
  },
  pays: {
    counts: 'Tokens von Frage und Antwort',
    means:
      'Ein Credit ist die eigene Einheit dieses Netzwerks und steht in den Büchern seines Verzeichnisses. Er ist kein Geld, und Hearth kann ihn nicht in Geld tauschen.',
  },
  price: {
    label: 'Preis, als Vielfaches des üblichen',
    seen_one: '{{count, number}} Preis anderer war zu sehen: {{times}} × üblich.',
    seen_other: 'Mitte aus {{count, number}} gesehenen Preisen: {{times}} × üblich.',
    lowerThanOwn_one: '{{count, number}} von {{of, number}} liegt unter dem eigenen.',
    lowerThanOwn_other: '{{count, number}} von {{of, number}} liegen unter dem eigenen.',
    times: '{{times}} × üblich',
    lower: 'Niedriger, eher gewählt',
    higher: 'Höher, später gewählt',
    free: 'Umsonst',
    freeHelp: 'Aufgaben werden erledigt und gezählt, und nichts wird dafür verlangt.',
    typical: {
      history: 'Eine typische Aufgabe hier, {{tokens}} Tokens',
      guess: 'Eine Aufgabe mit {{tokens}} Tokens, geschätzt',
    },
    perThousand: 'Für 1.000 Tokens',
    most: 'Das Höchste, was es für 1.000 Tokens gibt, was auch verlangt wird',
    cap: 'Der höchste Preis, den das Verzeichnis bei diesen Modellen annimmt',
    models_one:
      '{{count, number}} Modell hat einen eigenen Preis. Dem Verzeichnis wird {{declared}} genannt, der höchste von allen.',
    models_other:
      '{{count, number}} Modelle haben eigene Preise. Dem Verzeichnis wird {{declared}} genannt, der höchste von allen.',
    save: '{{times}} verlangen',
    saveFree: 'Umsonst arbeiten',
    back: 'Wie vorher',
  },
  own: {
    title: 'Preise einzelner Modelle',
    lead: 'Als Vielfaches des üblichen Preises. Leer: der Preis dieses Computers.',
    means: 'wie dieser Computer: {{times}}',
    brings: 'Das Verzeichnis nimmt dafür bis zu {{cap}} an. Eine typische Aufgabe bringt {{amount}}.',
    over: 'Mehr als die {{cap}}, die das Verzeichnis bei diesen Modellen annimmt.',
    gone: 'Wird gerade nicht angeboten; der Preis wartet darauf.',
    remove: '{{model}}: zurück zum Preis dieses Computers',
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
    fromHelp: 'Leer: sofort. Vorher gilt der übliche Preis.',
    until: 'Gilt bis',
    untilHelp: 'Leer: auf Dauer. Danach gilt der übliche Preis.',
    sign: 'Den Preis unterschreiben',
    signHelp: 'Mit dem Schlüssel, den das Verzeichnis gegeben hat, und neu, wenn es einen anderen gibt.',
  },
  lab: {
    title: 'Die letzten 30 Tage noch einmal',
    lead: 'Zum Preis oben, zu anderen Zeiten und auf den Modellen, die angekreuzt sind.',
    hours: 'Zeiten',
    week: {
      all: 'Wann immer Aufgaben kamen',
      painted: 'Die gemalte Woche',
      nights: 'Nachts, 22:00 bis 07:00',
      away: 'Montag bis Freitag, 09:00 bis 17:00',
      weekend: 'Samstag und Sonntag',
    },
    models: 'Modelle, mit ihren Aufgaben',
    what: 'Was',
    was: 'Wie es war',
    would: 'Probe',
    tasks: 'Aufgaben',
    tokens: 'Tokens',
    amount: 'Gebucht',
    credits: 'Credits',
    power: 'Strom',
    left: 'Übrig nach Strom',
    warning:
      'Dieselben Aufgaben noch einmal und nur sie: Bei einem anderen Preis wären andere gekommen oder weggeblieben.',
    cut: 'Das sind die neuesten {{count, number}}.',
  },
  claim: {
    tooOld: 'Das Verzeichnis war eine Woche lang nicht zu fragen.',
    newIdentity: 'Es wurde unter der vorigen Kennung verdient, die aufgegeben ist.',
    selfQuery: 'Dieser Computer hat sich selbst gefragt, das wird nicht bezahlt.',
    notAwarded: 'Das Verzeichnis hat nichts dafür gegeben.',
    wrongKey: 'Das Verzeichnis kennt den Schlüssel der Unterschrift nicht.',
    unclear: 'Eingereicht; wie viel es dafür gab, wird nachgesehen.',
    notListed: 'Das Verzeichnis sagt, dass es gezählt ist; in seinen Büchern steht es nicht.',
    tooHigh: 'Gefordert war mehr, als das Verzeichnis beim Preis dieses Knotens gibt.',
    hourFull: 'Das Verzeichnis gibt in dieser Stunde nichts mehr; in der nächsten wird es wieder eingereicht.',
    clocksDiffer: 'Die Uhren des Verzeichnisses und dieses Computers gehen um Minuten auseinander.',
    booksDisagree:
      'Die eigenen Bücher des Verzeichnisses über diesen Computer widersprechen sich; solange schreibt es nichts gut.',
    unreachable: 'Das Verzeichnis ist nicht zu erreichen.',
  },
  claiming: {
    title: 'Einnahmen einfordern',
    on: 'Das Verzeichnis bekommt für jede erledigte Aufgabe einen unterschriebenen Beleg.',
    off: 'Ausgeschaltet: Es wird nichts eingereicht, und was inzwischen erledigt wird, auch später nicht.',
  },
  relay: {
    use: 'Zwischenstelle nutzen',
    chosen: 'Eine Zwischenstelle wird genutzt, sobald sonst nichts hereinführt.',
    sees: 'Eine Zwischenstelle reicht versiegelte Aufgaben weiter und sieht dabei wann und wie viel, nicht was.',
  },
  why: {
    'low-reputation':
      'Das Ansehen bei {{network}} ist niedrig ({{value}}), darum werden andere zuerst gefragt. Jede gut erledigte Aufgabe bringt 0,01, jede misslungene kostet 0,05.',
    hidden:
      'Das Ansehen bei {{network}} ist auf {{value}} gefallen. Unter 0,1 zeigt das Verzeichnis diesen Computer niemandem, darum kommt keine Aufgabe, und ohne Aufgaben steigt es nicht wieder.',
  },
};

/** What each of its settings is for. */
export const settings: Readonly<Record<string, string>> = {
  'networks.iicp.enabled': 'IICP beitreten: KI-Aufgaben von Fremden beantworten, die über ein Verzeichnis kommen.',
  'networks.iicp.directoryUrl': 'Das Verzeichnis, das diesen Computer aufführt.',
  'networks.iicp.endpoint':
    'Die öffentliche Adresse, unter der andere diesen Computer erreichen. Leer: wird selbst herausgefunden. Eine gesetzte gilt.',
  'networks.iicp.transportMethod':
    'Wie andere diesen Computer erreichen, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
  'networks.iicp.natType':
    'Welche Art von Adressumsetzung vor diesem Computer steht, so wie es dem Verzeichnis gesagt wird; auto: wie es herausgefunden wurde.',
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
};
