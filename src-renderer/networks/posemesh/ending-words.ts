// Why a job ended otherwise than done, and what helps: its code is all that the books keep, so what a server or a runner said is not in it.
// Loaded with a job's page, and not with each language: no other page shows any of it.
import type { LanguageCode } from '../../i18n/index.ts';

const en = {
  domainUnreachable:
    'The job’s domain server couldn’t be reached, even after several tries. Check the Internet connection; the manager gives the job out again.',
  domainRefused:
    'The job’s domain server refused its data or a result. If only jobs of this domain end so, nothing is wrong here.',
  domainGarbled:
    'The job’s domain server gave an answer that can’t be used. If only jobs of this domain end so, nothing is wrong here.',
  leaseLost:
    'The manager gave the job to another node, or no longer answered for it. If that happens often, check the Internet connection.',
  cancelled: 'The manager cancelled the job. There is nothing to do.',
  reportUnknown:
    'The job was done, but the manager did not answer when it was told. Check in the network’s console whether it counts.',
  crashed: 'Hearth ended before the job did. The manager is told at the next start.',
  handedBack: 'The job was handed back to the manager, as was asked for here. There is nothing to do.',
  stopped: 'Posemesh was stopped on this computer before the job was done. Turn it on to take jobs again.',
  broken: 'Hearth made a mistake in this job. Send a diagnostic bundle with a report of it.',
  runnerFailed: 'The runner failed. Try it under Capacity; what it logged says more.',
  noRunner: 'There is no runner here for this kind of job. Add one under Capacity.',
  firstHeartbeat:
    'The manager did not take the first heartbeat of the job. If that happens often, let Network check the connection.',
  noDomain: 'The job names no domain server that has its data. Only the manager can change that.',
  diskFull: 'The disk was full. What the job took was freed. Make room, or lend less disk under Capacity.',
  diskLimit:
    'Its files were larger than what a job may take of the disk. Let jobs take more in the network’s settings if there is room.',
  inputAddress: 'The job names an input by something that is no address. Only the manager can change that.',
  inputForeign:
    'The job names an input that another server or another domain has. The network’s settings can allow such inputs.',
  tooManyResults: 'The runner left more files than can be taken. It has to clear up after itself, or pack its results.',
  resultUnsafe:
    'Among the results was something that is no plain file with a plain name. The runner has to leave plain files.',
  resultChanged: 'A result changed while it was stored. The runner must not write to it once it has ended.',
  progressTooLarge: 'The runner reported more progress at once than a manager takes. It has to report less.',
  programMissing:
    'The program of the runner is not there or may not be run. Check its path and its rights under Capacity.',
  runnersHeld: 'The runners came with a backup and wait for a yes. Look at them under Capacity.',
  timeOver: 'The runner took longer than it may and was ended. Give it more time under Capacity if it needs more.',
  memoryOver: 'The runner needed more memory than it may have. Give it more under Capacity if there is room.',
  runnerDisk: 'The runner wrote more to the disk than it may. Let it write more under Capacity if there is room.',
  engine:
    'Podman or Docker did not run the container to its end. Check that it runs, then try the runner under Capacity.',
  imageMissing: 'The image of the runner is not on this computer. Pull it under Capacity.',
  limitsNotKept:
    'Podman or Docker does not keep a limit of the runner here, so the container was not started. Podman without root needs cgroups version 2.',
} as const;

export type Ending = keyof typeof en;

const de: Readonly<Record<Ending, string>> = {
  domainUnreachable:
    'Der Domain-Server des Auftrags war auch nach mehreren Versuchen nicht erreichbar. Die Internetverbindung prüfen; der Manager vergibt den Auftrag neu.',
  domainRefused:
    'Der Domain-Server des Auftrags hat seine Daten oder ein Ergebnis abgelehnt. Enden nur Aufträge dieser Domain so, liegt es nicht an diesem Computer.',
  domainGarbled:
    'Mit einer Antwort des Domain-Servers war nichts anzufangen. Enden nur Aufträge dieser Domain so, liegt es nicht an diesem Computer.',
  leaseLost:
    'Der Manager hat den Auftrag einem anderen Knoten gegeben oder nicht mehr für ihn geantwortet. Kommt das oft vor, die Internetverbindung prüfen.',
  cancelled: 'Der Manager hat den Auftrag abgebrochen. Es ist nichts zu tun.',
  reportUnknown:
    'Der Auftrag war erledigt, doch der Manager hat auf die Meldung nicht geantwortet. In der Konsole des Netzwerks nachsehen, ob er zählt.',
  crashed: 'Hearth endete vor dem Auftrag. Der Manager erfährt es beim nächsten Start.',
  handedBack: 'Der Auftrag ging an den Manager zurück, wie hier gewünscht. Es ist nichts zu tun.',
  stopped:
    'Posemesh wurde auf diesem Computer angehalten, bevor der Auftrag erledigt war. Eingeschaltet nimmt es wieder Aufträge.',
  broken: 'Der Auftrag scheiterte an einem Fehler von Hearth. Ihn mit einem Diagnosepaket melden.',
  runnerFailed: 'Der Runner ist gescheitert. Unter „Kapazität“ lässt er sich ausprobieren; sein Protokoll sagt mehr.',
  noRunner: 'Für diese Art von Aufträgen gibt es hier keinen Runner. Unter „Kapazität“ einen hinzufügen.',
  firstHeartbeat:
    'Der Manager nahm das erste Lebenszeichen des Auftrags nicht an. Kommt das oft vor, unter „Netzwerk“ die Verbindung prüfen.',
  noDomain: 'Der Auftrag nennt keinen Domain-Server, bei dem seine Daten liegen. Das kann nur der Manager ändern.',
  diskFull:
    'Die Platte war voll. Was der Auftrag belegt hatte, ist wieder frei. Platz schaffen, oder unter „Kapazität“ weniger leihen.',
  diskLimit:
    'Seine Dateien waren größer, als ein Auftrag belegen darf. Wo Platz ist, in den Einstellungen des Netzwerks mehr erlauben.',
  inputAddress: 'Der Auftrag nennt eine Eingabe mit etwas, das keine Adresse ist. Das kann nur der Manager ändern.',
  inputForeign:
    'Der Auftrag nennt eine Eingabe eines anderen Servers oder einer anderen Domain. Die Einstellungen des Netzwerks können solche erlauben.',
  tooManyResults:
    'Der Runner hinterließ mehr Dateien, als genommen werden. Er muss aufräumen oder seine Ergebnisse packen.',
  resultUnsafe:
    'Unter den Ergebnissen war etwas, das keine einfache Datei mit einfachem Namen ist. Der Runner muss einfache Dateien hinterlassen.',
  resultChanged:
    'Ein Ergebnis änderte sich, während es gespeichert wurde. Der Runner darf nach seinem Ende nicht mehr daran schreiben.',
  progressTooLarge: 'Der Runner meldete auf einmal mehr Fortschritt, als ein Manager nimmt. Er muss weniger melden.',
  programMissing:
    'Das Programm des Runners ist nicht da oder darf nicht ausgeführt werden. Unter „Kapazität“ seinen Pfad und seine Rechte prüfen.',
  runnersHeld: 'Die Runner kamen mit einer Sicherung und warten auf ein Ja; gegeben wird es unter „Kapazität“.',
  timeOver:
    'Der Runner brauchte länger, als er darf, und wurde beendet. Unter „Kapazität“ lässt sich ihm mehr Zeit geben.',
  memoryOver:
    'Der Runner brauchte mehr Arbeitsspeicher, als er haben darf. Wo Platz ist, unter „Kapazität“ mehr geben.',
  runnerDisk: 'Der Runner schrieb mehr auf die Platte, als er darf. Wo Platz ist, unter „Kapazität“ mehr erlauben.',
  engine:
    'Podman oder Docker hat den Container nicht zu Ende geführt. Prüfen, ob es läuft, und den Runner unter „Kapazität“ ausprobieren.',
  imageMissing: 'Das Image des Runners ist nicht auf diesem Computer. Es lässt sich unter „Kapazität“ laden.',
  limitsNotKept:
    'Podman oder Docker hält hier eine Grenze des Runners nicht ein, darum startete der Container nicht. Podman ohne root braucht cgroups Version 2.',
};

export const endingWords: Readonly<Record<LanguageCode, Readonly<Record<Ending, string>>>> = { en, de };
