// What the settings of FIPS are for, in German.
export const settings: Readonly<Record<string, string>> = {
  'networks.fips.enabled':
    'FIPS beitreten: andere Computer über ihre Schlüssel erreichen und über den eigenen erreichbar sein.',
  'networks.fips.key': 'Ein eigener Schlüssel, als nsec oder 64 Hex-Ziffern. Leer: der, den Hearth erzeugt hat.',
  'networks.fips.peers': 'Die Knoten, die Nachbarn sein sollen, mit den Adressen, unter denen sie angewählt werden.',
  'networks.fips.udpBind': 'Die lokale Adresse und der Port für Nachbarn über UDP. Leer: kein UDP.',
  'networks.fips.tcpBind':
    'Die lokale Adresse und der Port für Nachbarn über TCP. Leer: Dieser Knoten wählt über TCP und wird nicht angewählt.',
  'networks.fips.torSocks':
    'Wo Tor Verbindungen annimmt, etwa 127.0.0.1:9050: Peers, deren Adresse ein Onion-Dienst ist, werden dann darüber angewählt. Leer: Nichts geht durch Tor.',
  'networks.fips.torPort':
    'Der Port auf diesem Computer, zu dem der eigene Onion-Dienst führt, damit Knoten durch Tor hereinkommen. 0: Dieser Knoten wählt nur selbst durch Tor.',
  'networks.fips.torHostnameFile':
    'Die Datei namens hostname im Ordner des eigenen Onion-Dienstes; aus ihr erfährt dieser Knoten, wie andere ihn nennen. Leer: Niemandem wird er genannt.',
  'networks.fips.torServicePort':
    'Der Port des eigenen Onion-Dienstes, die erste Zahl von HiddenServicePort in den Einstellungen von Tor.',
  'networks.fips.accept': 'Knoten über UDP hereinlassen, die dieser nicht angewählt hat.',
  'networks.fips.allow': 'Wer Nachbar sein darf, was immer sonst gilt: npubs, Namen von Peers, oder ALL.',
  'networks.fips.deny': 'Wer kein Nachbar sein darf, außer er ist erlaubt: npubs, Namen von Peers, oder ALL.',
  'networks.fips.accessFolder':
    'Ein Ordner, dessen Dateien peers.allow und peers.deny auch gelten, wie bei offiziellen Knoten unter /etc/fips. Leer: keiner.',
  'networks.fips.relays':
    'Nostr-Relays, bei denen Knoten nach ihrem Schlüssel gesucht und Löcher durch Router verabredet werden. Leer: Keine werden gefragt.',
  'networks.fips.stunServers':
    'Server, die sagen, unter welcher Adresse dieser Knoten zu sehen ist, als host:port, für Löcher durch Router. Leer: keine Löcher.',
  'networks.fips.advertise':
    'Bei den Relays sagen, wo dieser Knoten anzuwählen ist. Alle können es lesen, einen Onion-Dienst neben den anderen Adressen.',
  'networks.fips.udpExternal':
    'Was UDP von außen ist, wo kein Router davorsteht: eine IP-Adresse oder host:port. Leer: nicht bekannt.',
  'networks.fips.openDiscovery':
    'Auch Knoten anwählen, die niemand genannt hat, wo sie bei den Relays sagen, dass sie sind.',
  'networks.fips.lan':
    'Knoten im lokalen Netzwerk finden und dort zu finden sein. Alle darin können den Schlüssel dieses Knotens sehen.',
  'networks.fips.tun':
    'Alle Programme dieses Computers das Mesh über IPv6 erreichen lassen, durch ein Netzwerkgerät namens fips0. Unter Linux wird es nach jedem Start des Computers einmal eingerichtet; unter macOS und Windows, wo es nie erprobt wurde, muss Hearth als Administrator laufen.',
  'networks.fips.dns': 'Für Namen antworten, die auf .fips enden, nur diesem Computer.',
  'networks.fips.dnsPort': 'Der Port auf Loopback, an dem für Namen auf .fips geantwortet wird.',
  'networks.fips.socksPort':
    'Der Port auf Loopback, an dem Programme das Mesh über SOCKS5 erreichen, ohne Netzwerkgerät. 0: keiner.',
  'networks.fips.forwards':
    'Ports dieses Computers, die zu Knoten führen, und Ports dieses Knotens im Mesh, die für genannte Knoten zu diesem Computer führen.',
  'networks.fips.consoleFor':
    'Wer die Seiten dieses Hearth durch das Mesh öffnen darf, als npubs: Alle darauf können dort, was man selbst kann. Leer: niemand.',
  'networks.fips.transit':
    'Router sein: weiterleiten, was andere Knoten einander schicken, solange dieser Computer überhaupt etwas leiht.',
  'networks.fips.transitKiBps': 'Was höchstens für andere weitergeleitet wird, in KiB pro Sekunde; 0 ist keine Grenze.',
  'networks.fips.transitMonthMiB':
    'Was höchstens in einem Kalendermonat für andere weitergeleitet wird, in MiB; 0 ist keine Grenze.',
  'networks.fips.control':
    'fipsctl antworten, dem Befehl offizieller Knoten, auf einem Socket, den nur das eigene Konto öffnen kann.',
  'networks.fips.controlSocket':
    'Der Pfad dieses Sockets. Leer: fips/control.sock in dem Ordner, den das System für Sockets des eigenen Kontos hat.',
};
