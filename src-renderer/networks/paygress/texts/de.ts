// What the pages say of Paygress, in German.
import type { Rewording, Same } from '../../../../src-i18n/fill.ts';
import type * as en from './en.ts';

export const paygress: Same<typeof en.paygress> = {
  what: 'Vermietet Container gegen E-Cash.',
  state: {
    degraded: 'Kein Relay',
    blocked: 'Kann nichts verkaufen',
  },
  row: {
    idle: 'Wartet auf Kunden',
    rented_one: '{{count, number}} Maschine ist vermietet',
    rented_other: '{{count, number}} Maschinen sind vermietet',
  },
  facts: {
    name: 'Name',
    key: 'Öffentlicher Schlüssel',
    noKey: 'noch keiner',
    sold: 'Wird jetzt verkauft',
    soldNow: 'ja',
    offers: 'Im Angebot',
    noOffer: 'noch nichts',
    offer: '{{name}}: {{cores}} Kerne, {{memory}}, {{sats}} sat am Tag',
    offerWithCard: '{{name}}: {{cores}} Kerne, {{memory}}, {{card}} Grafikspeicher, {{sats}} sat am Tag',
    free: 'Frei für Kunden',
    size: '{{cores}} Kerne, {{memory}}, {{disk}} Speicherplatz',
    noneFits:
      'Gerade passt keine Maschine hinein. Unter „Kapazität“ mehr verleihen, oder warten, bis andere Arbeit getan ist.',
    told: 'Angebot zuletzt veröffentlicht',
    never: 'noch nicht',
    uptime: 'Eingehaltene Lebenszeichen',
    mints: 'Mints',
    none: 'keine',
    relays: 'Relays',
    refunds: 'Wartende Erstattungen',
    refundsWait_one: '{{count, number}}, {{sats}} sat: die Mint antwortet nicht',
    refundsWait_other: '{{count, number}}, {{sats}} sat: die Mint antwortet nicht',
    refused: 'Abgelehnte Anfragen',
    refusedFor: '{{count, number}}, zuletzt {{when}}:',
    leases: 'Jetzt vermietet',
  },
  lease: {
    customer: 'Kunde',
    unnamed: 'Ohne Namen, über HTTP',
    workload: 'Name beim Kunden',
    state: 'Zustand',
    until: 'Bis',
    paid: 'Bezahlt',
    sats: '{{sats}} sat',
    ports: 'Ports',
    end: 'Beenden',
    endTitle: 'Diese Miete vor ihrer Zeit beenden?',
    endMeans: 'Der Kunde verliert die Maschine mit allem darin und bekommt {{sats}} sat zurück.',
    is: {
      reserved: 'wird erstellt',
      prepared: 'wird bezahlt',
      paid: 'wird gestartet',
      active: 'läuft',
      ending: 'wird aufgeräumt',
      closed: 'vorbei',
    },
  },
  spec: {
    title: 'Maschinen im Angebot',
    first: 'Basis',
    add: 'Maschine hinzufügen',
    remove: 'Aus dem Angebot nehmen',
    name: 'Name',
    cpuMillicores: 'Tausendstel eines Kerns',
    memoryMiB: 'Arbeitsspeicher, MiB',
    diskMiB: 'Speicherplatz, MiB',
    gpuGiB: 'Grafikspeicher, GiB',
    noCard: 'keine Grafikkarte',
    cardMeans:
      'Ein Fremder bekommt die ganze Grafikkarte: Deren Treiber ist Teil des Kernels dieses Computers, und ein Fehler darin kann ein Programm hinauslassen. Gezählt wird nur, was hier steht; nichts hindert ein Programm daran, den ganzen Speicher der Karte zu nehmen oder zu lesen, was ein anderes darin zurückließ.',
    cardNotLent: 'Jetzt nicht im Angebot: Unter „Kapazität“ wird kein Grafikspeicher verliehen.',
    cardNotSeen: 'Jetzt nicht im Angebot: Keine Box bekam hier nachweislich eine Grafikkarte.',
    rateMsat: 'Preis je Sekunde, Tausendstel sat',
    aDay: 'Das sind {{sats}} sat am Tag.',
    others_one: 'Andere bieten {{count, number}} Maschine etwa dieser Größe an, für {{low}} sat am Tag.',
    others_other:
      'Andere bieten {{count, number}} Maschinen etwa dieser Größe an, für {{low}} bis {{high}} sat am Tag, die Hälfte davon für höchstens {{middle}}.',
    noOthers: 'An diesen Relays hat sonst niemand eine Maschine etwa dieser Größe.',
    power: 'Der Strom dafür kostet bis zu {{amount}} {{currency}} am Tag, nach den Angaben zu diesem Computer.',
  },
  ownKey: {
    title: 'Schlüssel',
    means:
      'Kunden kennen diesen Anbieter an seinem Schlüssel; Backups enthalten ihn. Wer die geheime Hälfte hat, kann in seinem Namen sprechen.',
    none: 'Noch gibt es keinen Schlüssel. Er entsteht, wenn Paygress zum ersten Mal läuft.',
    secret: 'Geheimer Schlüssel',
    hold: 'Zum Zeigen des geheimen Schlüssels halten',
    holdHelp: 'Den Knopf, oder auf ihm die Leertaste, zwei Sekunden halten. Danach verbirgt er sich von selbst.',
    hide: 'Verbergen',
    bring: 'Eigenen Schlüssel mitbringen',
    replace: 'Schlüssel ersetzen',
    replaceMeans:
      'Kunden, die den bisherigen Schlüssel kennen, finden diesen Computer nicht mehr; sein Name und sein Ruf zählen nichts mehr. Wird er vielleicht wieder gebraucht, den geheimen Schlüssel vorher sichern. Das geht, solange Paygress verlassen ist und niemandem etwas geschuldet wird.',
    typed: 'Geheimer Schlüssel',
    typedHelp: 'Als nsec1…, ncryptsec1… oder 64 Hex-Ziffern. Er wird auf diesem Computer versiegelt.',
    password: 'Passwort des Schlüssels',
    passwordHelp: 'Nur für einen Schlüssel, der mit ncryptsec1 beginnt.',
    take: 'Diesen Schlüssel nehmen',
    taken: 'Paygress nimmt jetzt den mitgebrachten Schlüssel.',
  },
  set: {
    name: 'Name, den Kunden sehen',
    nameHelp: 'Leer: drei Wörter, die sich aus dem Schlüssel ergeben.',
    location: 'Ort, den Kunden erfahren',
    least: 'Kürzeste Mietzeit, in Sekunden',
    address: 'Adresse, unter der Kunden diesen Computer erreichen',
    addressHelp: 'Ein Name oder eine IP-Adresse. Der Router muss die Ports darunter zu diesem Computer durchlassen.',
    routerPorts: 'Den Router die Ports jeder Maschine öffnen lassen, solange sie vermietet ist',
    portFrom: 'Erster Port für Kunden',
    portTo: 'Letzter Port für Kunden',
    http: 'Auch über HTTP',
    httpMeans:
      'Kunden ohne Nostr fragen nach /offers und /pods/spawn und zahlen in derselben Anfrage. Hearth spricht kein TLS: Über diesen Computer hinaus sind Token und Passwörter mitzulesen, darum gehört ein Proxy davor, der es spricht.',
    httpSwitch: 'Über HTTP verkaufen',
    httpBind: 'Lauschen an',
    httpPort: 'Port für HTTP',
    httpUrl: 'Adresse, die Kunden erfahren',
    httpUrlHelp: 'Etwa https://box.example.org. Leer: Kunden erfahren keine.',
    relays: 'Relays, eines je Zeile',
    relaysSave: 'Diese Relays verwenden',
    relaysHelp: 'Über diese finden Kunden diesen Computer und schreiben ihm.',
    wallet: 'Zahlungen gehen an die Wallet. Bevor etwas verkauft werden kann, braucht die Wallet eine vertraute Mint.',
    toWallet: 'Zur Wallet',
  },
  check: {
    relays: 'Relays',
    offer: 'Angebot zurückgelesen',
    heartbeat: 'Lebenszeichen',
    mint: 'Mint',
    boxes: 'Container halten dicht',
    address: 'Adresse und Ports',
    http: 'HTTP',
  },
  rehearsal: {
    means:
      'Ein eigener Kunde mietet hier für einige Sekunden einen Container, öffnet ihn, zahlt nach und geht, über ein Relay und eine Münzstätte auf diesem Computer. Das dauert ein, zwei Minuten. Echte Sats werden weder bezahlt noch verdient.',
    holds: 'Die Container-Engine dieses Computers antwortet, und ein Container hält',
    offered: 'Der Kunde findet das Angebot bei einem Relay',
    rented: 'Er zahlt mit Ecash und bekommt einen Container',
    used: 'Er öffnet ihn',
    lengthened: 'Er zahlt nach',
    ended: 'Der Container ist fort, als seine Zeit um ist',
    booked: 'Was bezahlt wurde, steht in den Büchern',
    'cleaned-up': 'Nichts bleibt übrig',
  },
  event: {
    offered_one: 'Mit Relays verbunden',
    offered_other: '{{count, number}}-mal mit Relays verbunden',
    'relays-away_one': 'Kein Relay war erreichbar',
    'relays-away_other': '{{count, number}}-mal war kein Relay erreichbar',
    'lease-began_one': 'Eine Maschine wurde gemietet',
    'lease-began_other': '{{count, number}} Maschinen wurden gemietet',
    'lease-ended_one': 'Eine Miete endete',
    'lease-ended_other': '{{count, number}} Mieten endeten',
    'lease-failed_one': 'Eine Miete ließ sich nicht halten und wurde erstattet',
    'lease-failed_other': '{{count, number}} Mieten ließen sich nicht halten und wurden erstattet',
    refunded_one: 'Eine Erstattung wurde ausgestellt',
    refunded_other: '{{count, number}} Erstattungen wurden ausgestellt',
    left: 'Verlassen',
  },
  consent: {
    sends:
      'Anfragen von Fremden, hier eigene Programme laufen zu lassen, jedes in einem Container und so lange, wie bezahlt ist. Was darin läuft, gehört ihnen, und sie erreichen es aus dem Internet.',
    pays: 'E-Cash in Sats, im Voraus, zum selbst gesetzten Preis. Bis zur Auszahlung liegt es hier in einer Geldbörse.',
    costs:
      'Rechenzeit, Arbeitsspeicher und Speicherplatz im Umfang des Angebots, Strom und Leitung. Ein Container teilt sich den Kernel mit diesem Computer: Ein Fehler darin kann ein Programm hinauslassen.',
    sees: 'Relays sehen den öffentlichen Schlüssel, das Angebot und die Zeiten der Anwesenheit. Kunden sehen die Adresse dieses Computers. Der Internetanbieter sieht, was Container über die Leitung tun, als käme es von hier.',
    runs: 'Die Betreiber der Relays reichen Nachrichten weiter, und die der Mints halten das E-Cash, bis es ausgezahlt ist.',
  },
  promise: {
    refund: 'Niemand bezahlt, was er nicht bekommt: Was sich nicht halten lässt, wird als E-Cash erstattet.',
    walls:
      'Ein Container erreicht weder die eigenen Dateien noch das Heimnetz, und vom Computer nicht mehr, als verkauft wurde.',
  },
};

export const reasons: Readonly<Record<string, Rewording>> = {
  'paygress.no-wallet': {
    message: 'Es gibt noch keine Wallet, an die Zahlungen gehen könnten.',
    action: 'Unter „Einnahmen“ eine anlegen, oder per Befehl: hearth wallet words --new',
  },
  'paygress.no-mint': {
    message: 'Noch wird keiner Mint vertraut, darum könnte kein Token genommen werden.',
    action: 'Unter „Einnahmen“ eine hinzufügen, oder per Befehl: hearth wallet trust https://…',
  },
  'paygress.no-specs': {
    message: 'Es ist noch keine Maschine im Angebot.',
    action: 'Unter „Netzwerk“, „Paygress“, „Einstellungen“ eine hinzufügen.',
  },
  'paygress.no-card': {
    message: 'Diese Maschine ist nicht im Angebot: Keine Box bekam hier nachweislich eine Grafikkarte.',
    action:
      'Unter „Kapazität“ Speicher der Grafikkarte verleihen und dort, oder mit „hearth workloads probe“, nachsehen, was versucht wurde.',
  },
  'paygress.no-template': {
    message: 'Auf diesem Computer liegt keine Vorlage, darum könnte in einer Maschine nichts laufen.',
    action: 'Unter „Kapazität“ eine laden, oder per Befehl: hearth workloads images --pull VORLAGE',
  },
  'paygress.no-address': {
    message: 'Kunden erfahren keine Adresse, unter der sie diesen Computer erreichen.',
    action:
      'Den Router die Ports für Kunden zu diesem Computer durchlassen lassen und networks.paygress.address auf dessen öffentlichen Namen oder Adresse setzen; oder ihn fragen lassen, mit networks.paygress.routerPorts.',
  },
  'paygress.left': {
    message:
      'Paygress ist hier ausgeschaltet. Was vermietet war, wird beendet, und der Rest jeder Zahlung geht zurück.',
  },
  'paygress.no-router-port': {
    message: 'Der Router öffnet keine Ports für Kunden, darum könnte niemand erreichen, was er mietet.',
    action:
      'Den Router Ports von selbst öffnen lassen (UPnP, NAT-PMP oder PCP), oder sie von Hand öffnen und networks.paygress.routerPorts auf false setzen.',
  },
  'paygress.router-asked': {
    message: 'Der Router wird gerade gefragt, ob er Ports für Kunden öffnet. Bis er antwortet, wird nichts verkauft.',
  },
  'paygress.http-taken': {
    message: 'Über HTTP wird nichts verkauft: Ein anderes Programm benutzt den Port.',
    action: 'Mit networks.paygress.httpPort einen anderen Port wählen, oder jenes Programm beenden.',
  },
  'paygress.http-refused': {
    message:
      'Über HTTP wird nichts verkauft: Dieser Computer lässt Hearth an dieser Adresse und diesem Port nicht lauschen.',
    action: 'networks.paygress.httpBind und networks.paygress.httpPort prüfen.',
  },
  'paygress.check-http': { message: 'Kunden werden auch über HTTP bedient.' },
  'paygress.check-http-off': { message: 'Über HTTP wird nichts verkauft.' },
  'paygress.check-router-port': { message: 'Der Router öffnet Ports für Kunden.' },
  'paygress.not-now': { message: 'Jetzt wird nichts verkauft: Pause, außerhalb der Zeiten oder durch eine Regel.' },
  'paygress.relays-away': {
    message: 'Keines der Relays ist erreichbar, darum findet niemand diesen Computer. Vermietetes läuft weiter.',
    action: 'Die Verbindung prüfen, oder unter „Netzwerk“, „Paygress“, „Einstellungen“ andere Relays wählen.',
  },
  'paygress.no-lease': {
    message: 'Es gibt keine laufende Miete mit dieser Nummer. „hearth paygress leases“ zählt sie auf.',
  },
  'paygress.key-in-use': {
    message: 'Der Schlüssel ist in Gebrauch: erst Paygress verlassen, dann den anderen einsetzen.',
  },
  'paygress.key-held': {
    message:
      'Kunden dieses Schlüssels haben noch eine Maschine oder warten auf eine Erstattung. Erst Paygress verlassen und warten, bis alles davon zu Ende ist, dann den Schlüssel ersetzen.',
  },
  'paygress.not-running': {
    message: 'Paygress läuft auf diesem Computer nicht, darum geht das jetzt nicht. Erst beitreten oder neu starten.',
  },
  'paygress.evicted': { message: 'Die Miete wurde vor ihrer Zeit beendet, der Rest der Zahlung erstattet.' },
  'paygress.backend-error': { message: 'Die Maschine ließ sich nicht erstellen oder nicht am Laufen halten.' },
  'paygress.token-already-spent': { message: 'Das Token des Kunden war schon ausgegeben.' },
  'paygress.token-pending': { message: 'Das Token des Kunden wurde gerade woanders ausgegeben.' },
  'paygress.mint-error': { message: 'Die Mint des Tokens hat es abgelehnt.' },
  'paygress.mint-network-error': { message: 'Die Mint des Tokens war nicht erreichbar.' },
  'paygress.check-skipped': { message: 'Nicht gefragt: Dieser Computer verkauft jetzt nichts auf Paygress.' },
  'paygress.check-relays': { message: 'Alle Relays sind verbunden.' },
  'paygress.check-relays-some': { message: 'Einige der Relays sind nicht erreichbar, die anderen schon.' },
  'paygress.check-offer': { message: 'Das Angebot ist an einem Relay zu lesen.' },
  'paygress.check-no-offer': {
    message: 'Kein Relay hat das Angebot.',
    action: 'In einer Minute noch einmal fragen, oder andere Relays wählen.',
  },
  'paygress.check-heartbeat': { message: 'Das letzte Lebenszeichen ist frisch.' },
  'paygress.check-no-heartbeat': {
    message: 'In den letzten zwei Minuten ging kein Lebenszeichen hinaus.',
    action: 'Die Relays prüfen.',
  },
  'paygress.check-mint': { message: 'Jede Mint, der vertraut wird, antwortet.' },
  'paygress.check-mint-away': {
    message: 'Eine Mint, der vertraut wird, antwortet nicht.',
    action: 'Bis sie antwortet, werden ihre Token nicht genommen. Mehr dazu unter „Einnahmen“.',
  },
  'paygress.check-boxes': { message: 'Container halten hier dicht, und es gibt etwas, das darin laufen kann.' },
  'paygress.check-address-untried': {
    message: 'Kunden erfahren eine Adresse; ob ihre Ports zu diesem Computer führen, wurde nicht ausprobiert.',
    action: 'Einmal von außen selbst eine Maschine mieten und einen ihrer Ports öffnen.',
  },
  'paygress.check-unknown': {
    message: 'Es dauerte zu lange, das herauszufinden.',
    action: 'In einer Minute noch einmal fragen.',
  },
};
