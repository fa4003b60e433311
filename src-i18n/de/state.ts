// What state the node is in, and why, in German.

import type * as en from '../en/state.ts';
import type { Same } from '../fill.ts';

export const state: Same<typeof en.state> = {
  node: {
    off: 'Aus',
    starting: 'Startet',
    ready: 'Bereit',
    working: 'Arbeitet',
    paused: 'Angehalten',
    finishing: 'Beendet noch',
    limited: 'Eingeschränkt',
    'needs-you': 'Braucht Hilfe',
  },
  sentence: {
    off: 'Teilt mit keinem Netzwerk',
    starting: 'Startet',
    joining: 'Tritt {{network}} bei',
    ready: 'Bereit, wartet auf Aufgaben',
    working: 'Arbeitet an {{working, number}} von {{slots, number}} Aufgaben',
    paused: 'Angehalten',
    'paused-until': 'Angehalten bis {{time}}',
    'until-resumed': 'Angehalten, bis es weitergehen soll',
    because: '{{sentence}} ({{why}})',
    'no-slots': 'Zurzeit ist keine Kapazität offen',
    finishing_one: 'Beendet noch {{count, number}} Aufgabe',
    finishing_other: 'Beendet noch {{count, number}} Aufgaben',
    stopping_one: 'Hört auf, noch {{count, number}} Aufgabe',
    stopping_other: 'Hört auf, noch {{count, number}} Aufgaben',
    left: '{{sentence}}, ~{{minutes, number}} min',
    soon: '{{sentence}}, keine Minute mehr',
    'network-blocked': '{{network}} wird aufgehalten',
    'network-degraded': 'Störung bei {{network}}, neuer Versuch folgt',
    'no-models': 'Kein Modell ist bereit',
    'no-record': 'Nichts lässt sich festhalten',
    'needs-you': 'Etwas braucht Hilfe',
  },
  byRule: 'Eine eigene Regel hält an: {{why}}.',
  byRuleAction: 'Es geht von selbst weiter; die Regeln stehen unter „Zeiten“.',
};

/** What binds, as it stands inside a sentence. */
export const why: Same<typeof en.why> = {
  draining: 'Hearth wird beendet',
  storage: 'nichts lässt sich festhalten',
  'switched-off': 'das Teilen ist ausgeschaltet',
  released: 'der Computer wird selbst gebraucht',
  paused: 'von Hand angehalten',
  suspended: 'der Computer geht schlafen',
  trial: 'eine neue Version bewährt sich',
  idle: 'der Computer wird benutzt',
  battery: 'Akkubetrieb',
  batteryAt: 'Akkubetrieb, {{percent, number}} %',
  metered: 'Verbindung mit begrenztem Volumen',
  fullscreen: 'ein Programm füllt den Bildschirm',
  fullscreenApp: 'Vollbild: {{app}}',
  apps: 'Programm: {{app}}',
  cpuHeat: 'Prozessor bei {{celsius, number}} °C',
  gpuHeat: 'Grafikkarte bei {{celsius, number}} °C',
  dayData: '{{most}} Daten heute verbraucht',
  monthData: '{{most}} Daten diesen Monat verbraucht',
  gridOff: 'außerhalb der gewählten Zeiten',
  gridLess: 'die gewählten Zeiten lassen jetzt weniger offen',
  quiet: 'ruhiger Betrieb, eine Aufgabe zugleich',
  'no-capacity': 'keine Aufgabe darf laufen',
};
