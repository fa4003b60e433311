// What the pages say of FIPS, in German.
import type { Rewording, Same } from '../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const fips: Same<typeof en.fips> = {
  what: 'Die eigenen Computer erreichen einander.',
  state: {
    starting: 'Sucht Nachbarn',
    degraded: 'Allein',
  },
  row: {
    alone: 'Noch kein Nachbar',
    up_one: '{{count, number}} Nachbar',
    up_other: '{{count, number}} Nachbarn',
  },
  unmeasured: '–',
  ms: '{{ms}} ms',
  perSecond: '{{bytes}}/s',
  bytesIn: '{{bytes}} ein',
  bytesOut: '{{bytes}} aus',
  direct: 'direkt',
  column: {
    node: 'Knoten',
    rtt: 'Umlaufzeit',
    loss: 'Verloren',
    speed: 'Zuletzt',
    traffic: 'Verkehr',
    others: 'Für andere',
    via: 'Über',
    hops: 'Schritte',
    state: 'Zustand',
  },
  me: {
    title: 'Dieser Computer',
    means: 'Wer diesen Computer erreichen soll, braucht diesen Schlüssel. Die Adresse darunter folgt aus ihm.',
    none: 'Noch gibt es keinen Schlüssel. Er entsteht beim Beitritt.',
    qr: 'Als QR-Code zeigen',
    qrLabel: 'Der Schlüssel dieses Computers als QR-Code',
  },
  facts: {
    transit: 'Router für andere',
    passed: 'Für andere weitergeleitet',
    passedOf_one: '{{bytes}} in {{count, number}} Paket seit dem Start',
    passedOf_other: '{{bytes}} in {{count, number}} Paketen seit dem Start',
    month: 'In diesem Monat',
    monthOf: '{{bytes}} von {{most}}',
    refused: 'Nicht weitergeleitete Pakete',
    listening: 'Lauscht auf',
    nowhere: 'nichts: Er wählt nur selbst',
    control: 'fipsctl bekommt Antwort auf',
  },
  transit: {
    off: 'nein',
    open: 'ja, innerhalb der gesetzten Grenzen',
    closed: 'jetzt nicht: Dieser Computer leiht gerade nichts',
    spent: 'erst nächsten Monat wieder: Das Volumen ist verbraucht',
  },
  neighbours: {
    title: 'Nachbarn',
    none: 'Gerade kein Nachbar. Was versucht wurde, steht darunter; Peers kommen unter „Einstellungen“ hinzu.',
    links: 'Verbindungen zu Nachbarn',
    picture_one:
      '{{count, number}} Nachbar um diesen Computer, je näher, desto schneller; {{beyond, number}} weitere über andere erreicht.',
    picture_other:
      '{{count, number}} Nachbarn um diesen Computer, je näher, desto schneller; {{beyond, number}} weitere über andere erreicht.',
    speed: '{{in}} ein, {{out}} aus; die Linie zeigt die letzten zwei Minuten',
  },
  waiting: {
    title: 'Nicht verbunden',
    tried: 'Was versucht wurde',
    again: 'Nächster Versuch {{time}}',
    now: 'Jetzt versuchen',
    noAddress: 'Keine Adresse ist gesetzt. Er kann diesen Computer trotzdem anwählen.',
    state: {
      up: 'Verbunden.',
      dialling: 'Auf eine Antwort wird gewartet.',
      waiting: 'Bald folgt der nächste Versuch.',
      held: 'Von Hand getrennt. Er wird nicht von selbst angewählt.',
      idle: 'Er wird nicht von selbst angewählt.',
    },
    way: {
      relays: 'Relays',
      hole: 'Durch die Router',
    },
    said: 'Er sagt:',
  },
  finding: {
    title: 'Gefunden werden',
    says: 'Dieser Computer sagt, er ist unter',
    nothing: 'noch keiner Adresse: Keine, die er kennt, bedeutet anderen etwas.',
    unsaid: 'Dieser Computer sagt nicht, wo er ist. Das lässt sich unter „Einstellungen“ wählen.',
    lan: 'Im lokalen Netz wird er auch gefunden.',
    relays: 'Relays',
    known_one: '{{count, number}} anderer Knoten hat gesagt, wo er ist.',
    known_other: '{{count, number}} andere Knoten haben gesagt, wo sie sind.',
    read: 'Lesen wie andere',
    nat: 'hinter einem Router',
    others: 'Wo andere sind, wie sie sagen',
    own: {
      there: 'Andere lesen, Stand {{when}}:',
      unsaid: 'Andere lesen nichts von diesem Computer.',
      missing: 'Kein Relay hat etwas von diesem Computer, das andere brauchen könnten.',
      away: 'Kein Relay hat geantwortet.',
    },
  },
  tree: {
    title: 'Platz im Baum',
    isRoot: 'Dieser Computer ist die Wurzel: Von hier aus zählen alle Wege.',
    depth_one: '{{count, number}} Schritt von der Wurzel.',
    depth_other: '{{count, number}} Schritte von der Wurzel.',
    way: 'Von der Wurzel zu diesem Computer, und wer unter ihm ist',
    root: 'Wurzel',
    you: 'Dieser Computer',
    more_one: 'und {{count, number}} weiterer',
    more_other: 'und {{count, number}} weitere',
  },
  sessions: {
    title: 'Sitzungen',
    state: {
      established: 'Offen',
      opening: 'Wird geöffnet',
    },
  },
  routes: {
    title: 'Wer über wen erreicht wird',
    noWay: 'gerade kein Weg',
  },
  programs: {
    title: 'Programme auf diesem Computer',
  },
  first: {
    peer: 'Ein anderer eigener Computer, mit seinem Schlüssel und einer Adresse, unter der er angewählt werden kann. Das geht auch später.',
  },
  peers: {
    title: 'Peers',
    none: 'Noch keine. Ein Peer wird angewählt, und wieder, sooft er verloren geht.',
    npub: 'Schlüssel des anderen Computers',
    npubHelp: 'Er beginnt mit npub1 und steht auf dessen Seite.',
    address: 'Adresse',
    addressHelp: 'host:port, etwa 192.0.2.7:2121. Leer: Er wählt diesen Computer an.',
    transport: 'Transport',
    alias: 'Eigener Name dafür',
    badAlias: 'Ein Name hat Buchstaben ohne Umlaute, Ziffern und Bindestriche.',
    add: 'Peer hinzufügen',
    remove: '{{name}} entfernen',
  },
  forwards: {
    title: 'Weiterleitungen',
    means:
      'Ein Port hier, der zu einem Port eines anderen Computers führt, oder ein Port dieses Computers für die, die genannt sind. Von selbst gibt es keine, und keine braucht ein Netzwerkgerät.',
    out: 'Port {{port}} hier führt zu Port {{nodePort}} von {{node}}',
    in: 'Port {{port}} im Mesh führt zu Port {{hostPort}} hier, für {{nodes}}',
    remove: 'Entfernen: {{forward}}',
    kind: 'Richtung',
    kinds: {
      out: 'Von hier zu anderen',
      in: 'Von anderen hierher',
    },
    port: {
      out: 'Port hier',
      in: 'Port im Mesh',
    },
    otherPort: {
      out: 'Port dort',
      in: 'Port hier',
    },
    nodes: {
      out: 'Anderer Computer',
      in: 'Wer sie benutzen darf',
    },
    nodesHelp: {
      out: 'Der eigene Name für einen Peer, oder sein Schlüssel.',
      in: 'Namen von Peers, oder Schlüssel, mit Leerzeichen dazwischen. Sonst kommt niemand herein.',
    },
    wrong: {
      port: 'Ein Port ist eine Zahl von 1 bis 65535.',
      otherPort: 'Ein Port ist eine Zahl von 1 bis 65535.',
      nodes: 'Das ist weder der Name eines Peers noch ein Schlüssel.',
      taken: 'Es gibt schon eine Weiterleitung mit diesem Port. Erst jene entfernen.',
    },
    add: 'Weiterleitung hinzufügen',
    socks: 'SOCKS5-Port',
    socksHelp: 'Programme, die SOCKS5 kennen, erreichen dadurch das ganze Mesh, unter Namen auf .fips.',
    noSocks: 'keiner',
  },
  console: {
    title: 'Hearth auf anderen Computern',
    means:
      'Diese Seiten lassen sich durch das Mesh von einem anderen eigenen Computer öffnen: dort „hearth fips console“ und den Schlüssel dieses Computers eingeben. Wer hier genannt ist, kann alles, was man selbst kann.',
    who: 'Wer diese Seiten öffnen darf',
    whoHelp: 'Namen von Peers oder Schlüssel, mit Leerzeichen dazwischen. Leer: niemand.',
  },
  set: {
    tun: 'Alle Programme das Mesh über IPv6 erreichen lassen, durch ein Netzwerkgerät',
    dns: 'Für Namen auf .fips antworten, nur diesem Computer',
    finding: 'Einander finden',
    relays: 'Nostr-Relays',
    relaysHelp:
      'Dort werden Peers nach ihrem Schlüssel gesucht. Mehrere mit Leerzeichen dazwischen. Leer: Keine werden gefragt.',
    stun: 'STUN-Server',
    stunHelp: 'host:port. Mit ihnen und einem Relay geht es durch Löcher in Routern. Leer: keine.',
    advertise: 'Bei den Relays sagen, wo dieser Computer ist, für alle lesbar',
    openDiscovery: 'Auch Knoten anwählen, die nicht genannt wurden',
    lan: 'Knoten im lokalen Netzwerk finden und dort zu finden sein',
    router: 'Router für andere',
    transit: 'Weiterleiten, was andere Knoten einander schicken',
    transitMeans:
      'Versiegelte Pakete, die hier niemand lesen kann, und nur, solange dieser Computer etwas leiht: in seinen Stunden, nicht in einer Pause, nicht wo eine Regel Halt sagt. Es zählt zum Datenverbrauch. Auch ohne das funktioniert das Mesh für diesen Computer.',
    rate: 'Höchstens, in KiB pro Sekunde (0: keine Grenze)',
    month: 'Höchstens, in MiB im Monat (0: keine Grenze)',
    listening: 'Lauschen',
    udp: 'UDP',
    udpHelp: 'Adresse und Port. Leer: kein UDP.',
    tcp: 'TCP',
    tcpHelp: 'Adresse und Port. Leer: Er wählt über TCP nur selbst.',
    tor: 'Tor',
    torHelp:
      'Wo Tor Verbindungen annimmt, etwa 127.0.0.1:9050, um Onion-Dienste anzuwählen. Leer: nichts geht durch Tor. Zu einem eigenen Onion-Dienst: hearth settings get networks.fips.torPort.',
    accept: 'Nachbarn hereinlassen, die dieser Computer nicht angewählt hat',
    control: 'fipsctl antworten, dem Befehl offizieller Knoten',
  },
  check: {
    key: 'Schlüssel',
    transports: 'Lauschen',
    neighbours: 'Nachbarn',
    tree: 'Platz im Baum',
    transit: 'Router für andere',
    control: 'fipsctl',
    relays: 'Relays',
    advert: 'Eigene Angabe',
    stun: 'STUN-Server',
  },
  event: {
    started_one: 'Gestartet',
    started_other: '{{count, number}}-mal gestartet',
    'transport-failed_one': 'Ein Transport ließ sich nicht starten',
    'transport-failed_other': 'Ein Transport ließ sich {{count, number}}-mal nicht starten',
    'console-visited_one': 'Diese Seiten wurden durch das Mesh geöffnet',
    'console-visited_other': 'Diese Seiten wurden {{count, number}}-mal durch das Mesh geöffnet',
    'peer-up_one': 'Ein Nachbar kam',
    'peer-up_other': '{{count, number}}-mal kam ein Nachbar',
    'peer-down_one': 'Ein Nachbar ging',
    'peer-down_other': '{{count, number}}-mal ging ein Nachbar',
    'transit-spent_one': 'Das Volumen für andere ist verbraucht',
    'transit-spent_other': 'Das Volumen für andere war {{count, number}}-mal verbraucht',
    'control-failed_one': 'fipsctl kann keine Antwort bekommen',
    'control-failed_other': 'fipsctl konnte {{count, number}}-mal keine Antwort bekommen',
    woke_one: 'Der Computer war weg',
    woke_other: 'Der Computer war {{count, number}}-mal weg',
    moved_one: 'Der Computer ist in einem anderen Netz',
    moved_other: 'Der Computer kam {{count, number}}-mal in ein anderes Netz',
    left: 'Verlassen',
  },
  consent: {
    sends:
      'Was eigene Programme an andere Knoten schicken, versiegelt von Ende zu Ende. Verkehr anderer nur, wenn dieser Computer Router für sie sein soll, innerhalb der gesetzten Grenzen.',
    pays: 'Nichts, niemandem. Es verbindet die eigenen Computer.',
    costs: 'Die eigene Leitung und ein wenig Strom.',
    sees: 'Jeder Nachbar erfährt den Schlüssel dieses Computers, seine Adresse im Internet und wie viel zwischen beiden läuft. Router unterwegs erfahren die Adressen beider Enden im Mesh, und nicht, was gesagt wird. Nostr-Relays, die hier eingetragen werden, erfahren die Adresse dieses Computers, seinen Schlüssel und welche Schlüssel er sucht, STUN-Server seine Adresse; was er bei Relays darüber sagt, wo er ist, können alle lesen.',
    runs: 'Niemand: Ein Mesh hat keinen Betreiber. Wer eine Adresse dieses Computers kennt, kann sein Nachbar werden wollen, es sei denn, die erlaubten sind genannt.',
  },
  promise: {
    sealed: 'Was durch das Mesh geht, ist von Ende zu Ende versiegelt: Nachbarn und Router können es nicht lesen.',
    router: 'Für andere wird nichts weitergeleitet, was nicht gewählt wurde, und nie über die Grenzen hinaus.',
    money: 'FIPS bringt nichts ein und kostet nichts als die Leitung.',
  },
};

/** What it says by code. */
export const reasons: Readonly<Record<string, Rewording>> = {
  'fips.key-invalid': {
    message:
      'Der Schlüssel ist kein geheimer Schlüssel: ein nsec oder 64 Hex-Ziffern. Er lässt sich unter networks.fips.key neu eingeben.',
  },
  'fips.port-taken': {
    message:
      'Ein anderes Programm benutzt {{where}}. Jenes Programm beenden, oder unter {{setting}} einen anderen Port wählen.',
  },
  'fips.port-refused': {
    message: 'Hearth kann auf {{where}} nicht lauschen. Zu prüfen ist {{setting}}; der Port sollte über 1023 liegen.',
  },
  'fips.not-running': {
    message: 'Dieser Computer ist FIPS nicht beigetreten. Es lässt sich unter „Netzwerk“ einschalten.',
  },
  'fips.peer-npub': {
    message:
      'Das ist kein npub: npub1 und 58 Buchstaben und Ziffern, mit einer Summe, die Fehler verrät. Am besten vom anderen Computer noch einmal kopieren.',
  },
  'fips.peer-address': {
    message: 'Das ist keine Adresse der Form host:port, etwa 192.0.2.7:2121. Am besten noch einmal eingeben.',
  },
  'fips.peer-self': {
    message: 'Das ist der Schlüssel dieses Computers. Gebraucht wird der des anderen.',
  },
  'fips.peer-no-address': {
    message:
      'Für diesen Knoten ist keine Adresse bekannt. Eine angeben, etwa 192.0.2.7:2121, oder sie bei den Peers hinzufügen.',
  },
  'fips.peer-not-neighbour': {
    message: 'Dieser Knoten ist kein Nachbar und keiner der Peers. hearth fips peers zeigt, wer es ist.',
  },
  'fips.control-taken': {
    message:
      'Auf dem Socket für fipsctl antwortet ein anderer Knoten. Jenen beenden, oder unter networks.fips.controlSocket einen anderen Pfad setzen.',
  },
  'fips.control-too-long': {
    message:
      'Der Pfad des Sockets für fipsctl ist länger, als das System erlaubt. Ein kürzerer lässt sich unter networks.fips.controlSocket setzen.',
  },
  'fips.control-refused': {
    message:
      'Der Socket für fipsctl lässt sich dort nicht anlegen. Ein anderer Pfad lässt sich unter networks.fips.controlSocket setzen.',
  },
  'fips.control-no-folder': {
    message:
      'Dieses System hat keinen Ordner für Sockets dieses Kontos. Ein Pfad lässt sich unter networks.fips.controlSocket setzen.',
  },
  'fips.control-unsupported': {
    message:
      'Unter Windows könnte jedes Konto den Port benutzen, den fipsctl fragt, darum öffnet Hearth ihn nicht. Dafür gibt es hearth fips.',
  },
  'fips.tun-needs-setup': {
    message:
      'Programme auf diesem Computer erreichen das Mesh noch nicht über IPv6, denn das Netzwerkgerät {{name}} ist nicht eingerichtet. Ein Schritt als Administrator legt es an, bis zum nächsten Neustart des Computers; Weiterleitungen gehen auch ohne.',
  },
  'fips.dns-refused': {
    message:
      'Für Namen auf .fips wird nicht geantwortet: Port {{port}} ist nicht frei. Ein anderer lässt sich unter networks.fips.dnsPort setzen.',
  },
  'fips.tun-gone': {
    message:
      'Das Netzwerkgerät {{name}} wurde entfernt, oder ein anderes Programm benutzt es. Hearth versucht alle zehn Sekunden, es wieder zu bekommen.',
  },
  'fips.tun-unsupported': {
    message:
      'Auf diesem System ({{system}}) hat Hearth kein Netzwerkgerät für das Mesh. Weiterleitungen brauchen keines.',
  },
  'fips.tun-needs-administrator': {
    message:
      'Dieses System gibt ein Netzwerkgerät nur Programmen eines Administrators. Hearth als solcher starten, oder Weiterleitungen benutzen, die keines brauchen.',
  },
  'fips.tun-needs-driver': {
    message:
      'Windows hat von sich aus kein Netzwerkgerät für das Mesh. wintun.dll von wintun.net neben das Programm von Hearth legen und es als Administrator starten, oder Weiterleitungen benutzen, die beides nicht brauchen.',
  },
  'fips.forward-port-taken': {
    message:
      'Port {{port}} wird von einem anderen Programm oder einer anderen Weiterleitung benutzt, oder ist für Programme dieses Kontos nicht frei. Bitte einen anderen wählen.',
  },
  'fips.forward-node-unknown': {
    message:
      '{{name}} ist kein npub und kein Name eines Knotens. Seinen npub angeben, oder ihm zuerst einen Namen geben.',
  },
  'fips.forward-port': {
    message: 'Eine Weiterleitung braucht einen Port von 1 bis 65535.',
  },
  'fips.forward-target': {
    message: 'Eine Weiterleitung für andere führt nur zu einem Port dieses Computers: 127.0.0.1 oder ::1.',
  },
  'fips.forward-allow': {
    message:
      'Eine Weiterleitung für andere braucht mindestens einen npub eines Knotens, der sie benutzen darf, und höchstens 1000.',
  },
  'fips.forward-too-many': {
    message: 'Es gibt so viele Weiterleitungen, wie es geben darf. Bitte zuerst eine entfernen.',
  },
  'fips.console-refused': {
    message:
      'Auf jenem Computer läuft kein Hearth, das diesen Computer seine Seiten öffnen lässt. Dort unter networks.fips.consoleFor den npub dieses Computers hinzufügen.',
  },
  'fips.console-unreachable': {
    message:
      'Gerade führt durch das Mesh kein Weg zu jenem Computer. Sind beide verbunden? hearth fips peers zeigt, was versucht wurde.',
  },
  'fips.console-silent': {
    message:
      'Dort antwortet nichts. Entweder ist jener Computer gerade nicht im Mesh, oder sein Hearth lässt niemanden seine Seiten öffnen: dort unter networks.fips.consoleFor den npub dieses Computers hinzufügen.',
  },
  'fips.console-no-answer': {
    message:
      'Was dort antwortet, ist kein Hearth oder keines dieser Version. Hearth auf beiden Computern aktualisieren und noch einmal versuchen.',
  },
  'command.no-pages': {
    message: 'Dieser Knoten läuft ohne Seiten. Mit „hearth serve --console“ gestartet, hat er welche.',
  },
  'fips.no-peers': {
    message: 'Kein Peer ist gesetzt, und keiner kam von selbst.',
    action: 'Schlüssel und Adresse eines anderen Computers unter „Netzwerk“, „FIPS“, „Einstellungen“ hinzufügen.',
  },
  'fips.no-neighbour': {
    message: 'Gerade ist keiner der Peers zu erreichen.',
    action: 'Hearth versucht es weiter. Was versucht wurde, steht unter „Netzwerk“, „FIPS“.',
  },
  'fips.tried-dialling': { message: 'Noch keine Antwort.' },
  'fips.tried-asking': { message: 'Relays werden gefragt, wo er ist.' },
  'fips.tried-punching': { message: 'Beide Seiten versuchen, durch ihre Router zu kommen.' },
  'fips.tried-connected': { message: 'Erreicht.' },
  'fips.tried-advert': { message: 'Relays wissen, wo er ist.' },
  'fips.tried-advert-nat': {
    message: 'Relays kennen ihn. Er steht hinter einem Router, durch den erst ein Weg zu öffnen ist.',
  },
  'fips.tried-hole': { message: 'Der Weg durch beide Router ist offen.' },
  'fips.tried-unanswered': {
    message: 'Keine Antwort.',
    action: 'Nachsehen, ob der andere Computer an ist und sein Router diesen Port hereinlässt.',
  },
  'fips.tried-unknown-name': {
    message: 'Der Name in dieser Adresse ist nicht bekannt.',
    action: 'Die Adresse auf Fehler prüfen, oder eine IP-Adresse setzen.',
  },
  'fips.tried-closed': {
    message: 'An diesem Port nimmt niemand an.',
    action: 'FIPS auf dem anderen Computer starten, oder den Port berichtigen.',
  },
  'fips.tried-no-route': {
    message: 'Aus diesem Netz führt kein Weg zu dieser Adresse.',
    action: 'Die Verbindung zum Internet prüfen. Eine IPv6-Adresse braucht IPv6 auf beiden Seiten.',
  },
  'fips.tried-unreachable': {
    message: 'Es kam keine Verbindung zustande.',
    action: 'Hearth versucht es von selbst wieder.',
  },
  'fips.tried-no-transport': {
    message: 'Auf diesem Computer ist kein solcher Transport eingeschaltet.',
    action: 'Einschalten unter „Netzwerk“, FIPS, „Einstellungen“, „Lauschen“.',
  },
  'fips.tried-tor-away': {
    message: 'Tor antwortet nicht, wo es sein soll.',
    action: 'Tor starten, oder networks.fips.torSocks berichtigen.',
  },
  'fips.tried-tor-failed': {
    message: 'Tor fand keinen Weg zu diesem Onion-Dienst.',
    action: 'Nachsehen, ob der andere Computer und sein Tor an sind.',
  },
  'fips.tried-full': {
    message: 'Dieser Computer hat so viele Nachbarn, wie er haben darf.',
    action: 'Einen trennen, der entbehrlich ist.',
  },
  'fips.tried-denied': {
    message: 'Die eigenen Listen lassen ihn nicht herein.',
    action: 'networks.fips.allow oder networks.fips.deny ändern.',
  },
  'fips.tried-no-advert': {
    message: 'Kein Relay weiß, wo er ist.',
    action: 'Den anderen Computer sagen lassen, wo er ist, an Relays, die dieser auch hat.',
  },
  'fips.tried-relays-away': {
    message: 'Kein Relay hat geantwortet.',
    action: 'Die Verbindung zum Internet prüfen, und die Relays unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.tried-advert-useless': {
    message: 'Wo er laut den Relays ist, lässt sich von hier aus nicht erreichen.',
    action:
      'Nachsehen, ob es den anderen Computer dort noch gibt. Seine Angabe an den Relays wird binnen einer halben Stunde erneuert.',
  },
  'fips.tried-no-shared-relay': {
    message: 'Was seinen Router betrifft, liest er an Relays, die dieser Computer nicht hat.',
    action: 'Beiden Computern ein gemeinsames Relay geben, unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.tried-hole-no-answer': {
    message: 'Auf die Bitte, seinen Router zu öffnen, hat er nicht geantwortet.',
    action: 'Nachsehen, ob der andere Computer an ist und seine Relays erreicht.',
  },
  'fips.tried-hole-refused': {
    message: 'Er will seinen Router für diesen Computer nicht öffnen.',
    action: 'Nachsehen, ob der andere Computer diesen hereinlässt und Platz für einen Nachbarn hat.',
  },
  'fips.tried-hole-invalid-answer': {
    message: 'Seine Antwort zu seinem Router ergibt keinen Sinn.',
    action: 'Den anderen Computer aktualisieren, und die Uhren beider stellen.',
  },
  'fips.tried-hole-no-addresses': {
    message: 'Kein STUN-Server nannte diesem Computer die eigene Adresse, oder die andere Seite hat keine.',
    action: 'Die STUN-Server prüfen, unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.tried-hole-closed': {
    message: 'Beide Seiten haben es versucht, und nichts kam durch ihre Router.',
    action: 'An einem der beiden Router einen Port weiterleiten, oder einen dritten Computer vermitteln lassen.',
  },
  'fips.tried-hole-no-way': {
    message: 'Es gab keinen Weg, ihn zu bitten, seinen Router zu öffnen.',
    action: 'Beiden Computern ein gemeinsames Relay geben, unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.tried-hole-failed': {
    message: 'Dieser Computer konnte keinen Weg durch die Router öffnen.',
    action: 'Hearth versucht es von selbst wieder.',
  },
  'fips.down-left': { message: 'Er hat sich verabschiedet.' },
  'fips.down-silent': { message: 'Eine halbe Minute lang war nichts von ihm zu hören.' },
  'fips.down-unreachable': { message: 'Dieser Computer hatte keinen Weg zu ihm.' },
  'fips.down-forged': { message: 'Was von ihm kam, ließ sich nicht öffnen.' },
  'fips.down-restarted': { message: 'Er wurde neu gestartet.' },
  'fips.down-closed': { message: 'Die Verbindung ist zu Ende.' },
  'fips.down-removed': { message: 'Dieser Computer hat ihn gehen lassen.' },
  'fips.transit-spent': {
    message: 'Was dieser Computer in einem Monat für andere weiterleitet, ist verbraucht.',
    action: 'Nächsten Monat geht es weiter. Die Grenze ist networks.fips.transitMonthMiB.',
  },
  'fips.check-skipped': { message: 'Nicht gefragt: Dieser Computer ist FIPS nicht beigetreten.' },
  'fips.check-key': { message: 'Dieser Computer hat einen Schlüssel, und so Namen und Adresse im Mesh.' },
  'fips.check-no-key': { message: 'Noch gibt es keinen Schlüssel: Er entsteht beim Beitritt zu FIPS.' },
  'fips.check-listening': {
    message: 'Nachbarn können kommen, wo dieser Computer lauscht, wenn sein Router sie lässt.',
  },
  'fips.check-dials-only': {
    message: 'Dieser Computer wählt selbst und lauscht nirgends.',
    action: 'Das genügt, um andere zu erreichen. Mit networks.fips.udpBind ist er auch selbst erreichbar.',
  },
  'fips.check-no-neighbour': {
    message: 'Es gibt keinen Nachbarn.',
    action: 'Was versucht wurde, steht unter „Netzwerk“, „FIPS“, und in hearth fips peers.',
  },
  'fips.check-unmeasured': {
    message: 'Noch ist keine Umlaufzeit zu einem Nachbarn bekannt.',
    action: 'In einer Minute noch einmal fragen.',
  },
  'fips.check-neighbours': { message: 'Nachbarn antworten.' },
  'fips.check-no-tree': { message: 'Nicht gefragt: Es gibt keinen Nachbarn.' },
  'fips.check-tree-silent': {
    message: 'Noch kein Nachbar hat gesagt, wo er steht, darum sind nur Nachbarn selbst erreichbar.',
    action: 'In einer Minute noch einmal fragen.',
  },
  'fips.check-tree': { message: 'Dieser Computer hat seinen Platz im Baum, und andere können ihn finden.' },
  'fips.check-transit-off': { message: 'Dieser Computer leitet nichts für andere weiter: Das wurde nicht gewählt.' },
  'fips.check-transit-closed': {
    message: 'Für andere wird nichts weitergeleitet, solange dieser Computer nichts leiht.',
  },
  'fips.check-transit-open': { message: 'Dieser Computer leitet für andere weiter, innerhalb seiner Grenzen.' },
  'fips.check-control': { message: 'fipsctl bekommt Antwort.' },
  'fips.check-no-relays': { message: 'Kein Relay wird gefragt: Keines ist gesetzt.' },
  'fips.check-relays-away': {
    message: 'Keines der Relays ist zu erreichen.',
    action: 'Die Verbindung zum Internet prüfen, und die Relays unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.check-relays-some': {
    message: 'Einige der Relays sind nicht zu erreichen.',
    action: 'Die anderen schon. Ersetzen, was wegbleibt.',
  },
  'fips.check-relays': { message: 'Alle Relays sind verbunden.' },
  'fips.check-unsaid': { message: 'Dieser Computer sagt nicht, wo er ist: Das wurde nicht gewählt.' },
  'fips.check-advert': { message: 'Andere können an einem Relay lesen, wo dieser Computer ist.' },
  'fips.check-advert-away': {
    message: 'Kein Relay hat geantwortet.',
    action: 'In einer Minute noch einmal fragen, oder andere Relays wählen.',
  },
  'fips.check-nothing-to-say': {
    message: 'Noch gibt es keine Adresse, unter der andere diesen Computer erreichen könnten, darum sagt er keine.',
    action: 'STUN-Server setzen, oder die Adresse dieses Computers unter networks.fips.udpExternal nennen.',
  },
  'fips.check-advert-missing': {
    message: 'Kein Relay hat die Angabe dieses Computers.',
    action: 'In einer Minute noch einmal fragen, oder andere Relays wählen.',
  },
  'fips.check-no-stun': { message: 'Kein STUN-Server wird gefragt: Keiner ist gesetzt, oder kein Relay.' },
  'fips.check-stun': { message: 'Ein STUN-Server sieht diesen Computer, so lassen sich Wege durch Router öffnen.' },
  'fips.check-stun-away': {
    message: 'Kein STUN-Server hat geantwortet.',
    action: 'Die Verbindung zum Internet prüfen, und die STUN-Server unter „Netzwerk“, FIPS, „Einstellungen“.',
  },
  'fips.check-no-control': { message: 'fipsctl bekommt keine Antwort: Das wurde nicht gewählt.' },
};
