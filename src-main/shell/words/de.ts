import type { Why } from '../../../src-preload/contract/availability.ts';
import { minutesLeft } from '../../../src-preload/contract/left.ts';
import { plain } from './figures.ts';
import type { SentenceInputs, Words } from './words.ts';

const tasks = (count: number) => (count === 1 ? '1 Aufgabe läuft' : `${count} Aufgaben laufen`);
const about = (left: string | undefined) => (left === undefined ? '' : ` (noch etwa ${left})`);
const left = (count: number) => (count === 1 ? '1 Aufgabe' : `${count} Aufgaben`);

export const de: Words = {
  locale: 'de',
  states: {
    off: 'Aus',
    starting: 'Startet',
    ready: 'Bereit',
    working: 'Arbeitet',
    paused: 'Angehalten',
    finishing: 'Beendet noch',
    limited: 'Eingeschränkt',
    'needs-you': 'Braucht Hilfe',
  },
  sentence: (inputs) => sentence(inputs),
  credits: (one) => (one ? 'Credit' : 'Credits'),
  span: (seconds) => (seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`),
  tray: {
    starting: 'Startet',
    today: (amounts) => `heute ${amounts}`,
    onItsWay: (amounts) => `${amounts} unterwegs`,
    sharing: 'Teilen',
    pauseFor: 'Anhalten für',
    pauses: {
      '30m': '30 Minuten',
      '1h': '1 Stunde',
      '4h': '4 Stunden',
      tomorrow: 'Bis morgen, 08:00 Uhr',
      resumed: 'Bis es weitergehen soll',
    },
    finishThenPause: 'Laufendes beenden, dann anhalten',
    resume: 'Teilen fortsetzen',
    release: 'Computer zurückgeben',
    quiet: 'Ruhiger Betrieb',
    testReachability: 'Erreichbarkeit prüfen',
    diagnostics: 'Diagnose',
    copyAddress: (short) => `Adresse kopieren (${short})`,
    copyReport: 'Bericht kopieren',
    open: 'Hearth öffnen …',
    install: (version) => `Version ${version} ist da …`,
    quit: 'Beenden (teilt nicht weiter)',
  },
  menu: {
    edit: 'Bearbeiten',
    view: 'Ansicht',
    window: 'Fenster',
    help: 'Hilfe',
    about: 'Über Hearth',
    quit: 'Hearth beenden',
    close: 'Fenster schließen',
  },
  close: {
    question: (tray) => ({
      message: 'Im Hintergrund weiter teilen oder beenden?',
      detail: `${
        tray
          ? 'Im Hintergrund teilt Hearth weiter; das Fenster kommt aus dem Infobereich zurück.'
          : 'Im Hintergrund teilt Hearth weiter. Dieser Desktop zeigt keinen Infobereich: Ein neuer Start von Hearth bringt das Fenster zurück.'
      } Die Antwort wird gemerkt und lässt sich in den Einstellungen ändern.`,
    }),
    keep: 'Weiter teilen',
    quit: 'Beenden',
    cancel: 'Abbrechen',
  },
  quit: {
    question: (running, rest) => ({
      message: 'Nicht weiter teilen und beenden?',
      detail: `${tasks(running)}${about(rest)}. Was abgebrochen wird, geht zurück und bringt nichts ein.`,
    }),
    waiting: (running, rest) => ({
      message: 'Hearth wird beendet, sobald die letzte Aufgabe fertig ist.',
      detail: `${tasks(running)}${about(rest)}. Neue werden nicht mehr angenommen.`,
    }),
    finish: 'Fertig werden, dann beenden',
    now: 'Sofort beenden',
    cancel: 'Abbrechen',
    wait: 'Weiter warten',
  },
  notices: {
    again: (text, count) => `${text}. So war es ${count}-mal in der letzten Stunde.`,
    stopped: 'Das Teilen hält an',
    goesOn: 'Das Teilen geht weiter',
    update: (version, byItself) => ({
      title: `Hearth ${version} ist da`,
      body: byItself
        ? 'Die neue Version wird eingerichtet, sobald keine Aufgabe läuft.'
        : 'Nichts wird ungefragt eingerichtet.',
    }),
    loginFailed: {
      title: 'Hearth ist bei der Anmeldung nicht gestartet',
      body: 'So war es gewählt, und es gab eine Anmeldung. Es ist neu eingerichtet; die Einstellungen sagen mehr.',
    },
    released: (models, freed, seconds) => ({
      title: 'Der Computer ist frei',
      body: [
        models === 1 ? '1 Modell aus dem Speicher genommen' : `${models} Modelle aus dem Speicher genommen`,
        ...(freed === undefined ? [] : [`${freed} GB VRAM wieder frei`]),
        `${seconds} s`,
      ].join(', '),
    }),
    notReleased: 'Nicht alles ließ sich zurückgeben',
    copied: { title: 'Kopiert', body: 'Der Bericht liegt in der Zwischenablage, ohne Geheimnisse und Adressen.' },
  },
  passphrase: {
    title: 'Passphrase',
    ask: 'Der Schlüssel zu den Geheimnissen dieses Datenordners liegt unter einer Passphrase. Hearth startet, sobald sie eingegeben ist.',
    label: 'Passphrase',
    askBackup: 'Die Sicherung ist versiegelt. Womit sie versiegelt wurde, öffnet sie.',
    wrong: 'Das ist nicht die Passphrase. Bitte noch einmal.',
    open: 'Öffnen',
    newTitle: 'Neue Passphrase',
    askNew:
      'Der Schlüssel zu den Geheimnissen dieses Datenordners kommt unter diese Passphrase, und jeder Start fragt danach. Niemand kann sie wiederbringen.',
    newLabel: 'Neue Passphrase, mindestens 8 Zeichen',
    againLabel: 'Dieselbe noch einmal',
    differ: 'Die beiden sind nicht gleich. Nichts wurde geändert.',
    tooShort: 'Mindestens 8 Zeichen sind nötig. Nichts wurde geändert.',
    keep: 'Diese Passphrase nehmen',
    cancel: 'Abbrechen',
  },
  mending: {
    question: (folder, copy) => ({
      message: 'Die Datenbank dieses Knotens ist beschädigt',
      detail: `Sie liegt in ${plain(folder, 300)}, und nichts daran wurde geändert. ${
        copy
          ? 'Hearth hat eine eigene Kopie: Was seitdem verdient oder eingestellt wurde, ist nicht darin.'
          : 'Daneben liegt keine eigene Kopie.'
      } Auch eine selbst gemachte Sicherung lässt sich zurückspielen. Das Beschädigte kommt beiseite und wird nicht gelöscht.`,
    }),
    copy: (at) =>
      `Kopie vom ${new Date(at).toLocaleString('de', { dateStyle: 'medium', timeStyle: 'short' })} zurücklegen`,
    file: 'Aus einer Sicherung wiederherstellen …',
    fileTitle: 'Sicherung von Hearth',
  },
  lost: {
    question: (folder) => ({
      message: 'Der Knoten, der hier war, ist weg',
      detail: `Seine Datenbank fehlt in ${plain(folder, 300)}. Ist ein Laufwerk nicht da? Dann beenden, es zurückbringen und neu starten. Ein neuer Knoten hat eine andere Identität; in den Einstellungen lässt sich eine Sicherung zurückspielen.`,
    }),
    anew: 'Als neuer Knoten beginnen',
    quit: 'Beenden',
  },
  trial: {
    question: (from, to) => ({
      message: `Hearth ${to} ist nicht gut gestartet. Zurück zu ${from}?`,
      detail:
        'Seit dem Update wurde keine Aufgabe angenommen, es geht also nichts verloren: Programm und Datenbank werden wieder, wie sie vorher waren.',
    }),
    back: 'Zurück',
    byHand: (to, says) => ({ message: `Hearth ${to} ist nicht gut gestartet.`, detail: says }),
    stay: 'Noch einmal versuchen',
    quit: 'Beenden',
  },
};

/** The pages' own German sentence, from the same slices; a test holds the two against each other. */
function sentence({ node, networks, answer, now }: SentenceInputs): string {
  const enabled = networks.filter((network) => network.enabled);
  switch (node.state) {
    case 'off':
      return 'Wird mit keinem Netzwerk geteilt';
    case 'starting': {
      const joining = enabled.find(({ state }) => state === 'starting');
      return joining ? `Tritt ${plain(joining.title, 40)} bei` : 'Startet';
    }
    case 'ready':
      return 'Bereit, wartet auf Aufgaben';
    case 'working':
      return `Arbeitet an ${node.working} von ${node.slots} Aufgaben`;
    case 'paused':
      if (node.reason?.code === 'node.no-slots') return 'Zurzeit ist keine Kapazität offen';
      return answer ? paused(answer, now) : 'Angehalten';
    case 'finishing':
      return `${node.reason ? 'Beendet noch' : 'Hört auf, noch'} ${left(node.working)}${within(node.endsAt, now)}`;
    case 'limited':
      return enabled[0]?.state === 'blocked'
        ? 'Läuft, ist aber nirgends aufgeführt'
        : 'Läuft, aber das Verzeichnis ist nicht da';
    case 'needs-you':
      if (answer?.bound === 'storage') return 'Nichts lässt sich festhalten';
      return node.reason?.code === 'node.no-models' ? 'Kein Modell ist bereit' : 'Etwas braucht Hilfe';
  }
}

function within(endsAt: number | null, now: number): string {
  const minutes = minutesLeft(endsAt, now);
  if (minutes === undefined) return '';
  return minutes === 0 ? ', keine Minute mehr' : `, ~${minutes} min`;
}

const BY_HAND: ReadonlySet<Why['code'] | null> = new Set(['switched-off', 'paused', 'released']);
const DAY_MS = 86_400_000;

function paused({ bound, why, also, until }: NonNullable<SentenceInputs['answer']>, now: number): string {
  const byHand = BY_HAND.has(bound);
  const because = byHand ? also.find(({ code }) => !BY_HAND.has(code)) : why;
  const end = until === null ? (byHand ? ', bis es weitergehen soll' : '') : ` bis ${timeOf(until, now)}`;
  return `Angehalten${end}${because ? ` (${whyWords(because)})` : ''}`;
}

function timeOf(at: number, now: number): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString('de', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return at - now < DAY_MS ? time : `${then.toLocaleDateString('de', { weekday: 'short' })} ${time}`;
}

function whyWords({ code, args }: Why): string {
  const app = plain(args.app ?? '', 64);
  switch (code) {
    case 'draining':
      return 'Hearth wird beendet';
    case 'storage':
      return 'nichts lässt sich festhalten';
    case 'switched-off':
      return 'das Teilen ist ausgeschaltet';
    case 'released':
      return 'der Computer wird selbst gebraucht';
    case 'paused':
      return 'von Hand angehalten';
    case 'suspended':
      return 'der Computer geht schlafen';
    case 'trial':
      return 'eine neue Version bewährt sich';
    case 'idle':
      return 'der Computer wird benutzt';
    case 'battery':
      return args.percent === undefined ? 'Akkubetrieb' : `Akkubetrieb, ${args.percent} %`;
    case 'metered':
      return 'Verbindung mit begrenztem Volumen';
    case 'fullscreen':
      return args.app === undefined ? 'ein Programm füllt den Bildschirm' : `Vollbild: ${app}`;
    case 'apps':
      return `Programm: ${app}`;
    case 'cpuHeat':
      return `Prozessor bei ${args.celsius ?? 0} °C`;
    case 'gpuHeat':
      return `Grafikkarte bei ${args.celsius ?? 0} °C`;
    case 'dayData':
      return `${gigabytes(args.most)} Daten heute verbraucht`;
    case 'monthData':
      return `${gigabytes(args.most)} Daten diesen Monat verbraucht`;
    case 'grid':
      return args.level === 'off'
        ? 'außerhalb der gewählten Zeiten'
        : 'die gewählten Zeiten lassen jetzt weniger offen';
    case 'quiet':
      return 'ruhiger Betrieb, eine Aufgabe zugleich';
    case 'no-capacity':
      return 'keine Aufgabe darf laufen';
  }
}

function gigabytes(bytes = 0): string {
  const value = bytes / 1e9;
  const options = { style: 'unit', unit: 'gigabyte', maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat('de', options).format(value);
}
