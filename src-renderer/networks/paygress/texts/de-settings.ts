// What the settings of Paygress are for, in German.
export const settings: Readonly<Record<string, string>> = {
  'networks.paygress.enabled':
    'Paygress beitreten: Container auf diesem Computer sekundenweise gegen E-Cash vermieten.',
  'networks.paygress.relays': 'Die Nostr-Relays, über die Kunden diesen Computer finden und ihm schreiben.',
  'networks.paygress.name': 'Der Name, den Kunden sehen. Leer: drei Wörter, die sich aus dem Schlüssel ergeben.',
  'networks.paygress.location': 'Wo dieser Computer steht, soweit Kunden es erfahren sollen. Leer: gar nicht.',
  'networks.paygress.specs':
    'Die Maschinen im Angebot, mit dem Preis je Sekunde in Tausendstel Sat. Mit gpuMiB bekommt eine die Grafikkarten, sonst keine.',
  'networks.paygress.http':
    'Auch über HTTP verkaufen: /offers, /pods/spawn und /pods/topup. TLS wird nicht gesprochen, darum gehört ein Proxy davor, der es spricht.',
  'networks.paygress.httpBind':
    'Die Adresse, an der auf HTTP gelauscht wird. Über diesen Computer hinaus sind Token und Passwörter mitzulesen.',
  'networks.paygress.httpPort': 'Der Port, an dem auf HTTP gelauscht wird.',
  'networks.paygress.httpUrl':
    'Die Adresse, unter der Kunden es über HTTP erreichen, wie das Angebot sie nennt. Leer: Kunden erfahren keine.',
  'networks.paygress.leastSeconds': 'Die kürzeste Mietzeit, in Sekunden.',
  'networks.paygress.address':
    'Name oder Adresse, unter der Kunden diesen Computer von außen erreichen. Leer: Es wird nichts verkauft.',
  'networks.paygress.portFrom':
    'Der erste Port, den Kunden bekommen können. Der Router muss sie alle zu diesem Computer durchlassen.',
  'networks.paygress.portTo': 'Der letzte Port, den Kunden bekommen können.',
  'networks.paygress.routerPorts':
    'Den Router die Ports einer Maschine öffnen lassen, solange sie vermietet ist, für das ganze Internet. Öffnet er sie nicht, wird die Maschine nicht verkauft.',
};
