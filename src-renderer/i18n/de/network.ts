import type * as en from '../en/network.ts';
import type { Same } from '../keys.ts';

export const network: Same<typeof en.network> = {
  check: {
    run: 'Prüfen, wie andere es sehen',
    busy: 'Von außen wird nachgesehen',
    at: 'geprüft {{when}}',
    lines: 'Was angesehen wurde',
    state: { ok: 'ja', warning: 'unsicher', failed: 'nein', skipped: 'nicht gefragt' },
  },
  none: 'Noch ist kein Netzwerk eingerichtet.',
  off: 'Dieses Netzwerk ist ausgeschaltet: Von dort kommen keine Aufgaben.',
  join: 'Bei {{network}} mitmachen',
  settings: 'Einstellungen dieses Netzwerks',
  hand: {
    title: 'Der Weg herein, von Hand',
    open: 'Von Hand einstellen',
    found:
      'Alles wird von selbst herausgefunden. Was hier steht, oder als öffentliche Adresse in den Einstellungen eines Netzwerks, geht vor.',
    wins: 'In den Einstellungen eines Netzwerks steht eine öffentliche Adresse, und die geht vor: Kein Router wird gefragt, andere erfahren diese, und jemand von außen versucht, ob sie stimmt.',
    ask: 'Den Router bitten, einen Port zu öffnen',
    tunnels: 'Einen Tunnel nutzen, der hier läuft',
    renew: 'Den Router wieder fragen nach, in Minuten',
    renewHelp: 'Von 1 bis 30. Früher, wo er den Port kürzer öffnet.',
    stun: 'STUN-Server',
    stunHelp:
      'Als Rechner:Port, mit Kommas dazwischen, höchstens acht; von ihnen kommt, unter welcher Adresse dieser Computer gesehen wird. Leer: Keiner wird gefragt.',
    witness: 'Ein zweites eigenes Hearth',
    witnessHelp: 'An einem anderen Ort, als http://host:port. Es versucht von außen, ob dieses zu erreichen ist.',
    witnessForOthers: 'Für andere Knoten versuchen, ob sie zu erreichen sind',
  },
  history: 'Was mit {{network}} war',
  filter: 'Gezeigt',
  filterAction: 'Verlauf filtern',
  filterAll: 'Alles',
  filterFailures: 'Fehlschläge',
  noHistory: 'Noch ist nichts geschehen.',
  noFailures: 'Unter dem Gezeigten ist kein Fehlschlag.',
  more: 'Ältere zeigen',
  event: 'Was',
  when: 'Wann',
  took: 'Dauer',
  span: '{{from}} bis {{until}}',
  ms: '{{ms, number}} ms',
};
