// What the engine says in sentences of its own: what was seen of addresses when model servers were looked for, which a test holds
// against what it can say, and what drills and searches found.
import type { Phrases } from '../phrases.ts';

export const phrases: Phrases = {
  "It says that its model is still being loaded, as llama.cpp's server does.":
    'Er sagt, dass sein Modell noch lädt, so wie es der Server von llama.cpp tut.',
  "Its list of models is MeshLLM's.": 'Die Liste seiner Modelle ist die von MeshLLM.',
  'It is *, by its list of models, and is used as an OpenAI-compatible server.':
    'Laut der Liste seiner Modelle ist es *; er wird als OpenAI-kompatibler Server benutzt.',
  'It has the list of models that only LM Studio has.': 'Er hat die Liste der Modelle, die nur LM Studio hat.',
  "Its list of models and its version are vLLM's.": 'Die Liste seiner Modelle und seine Version sind die von vLLM.',
  "It tells its settings as llama.cpp's server does.":
    'Er nennt seine Einstellungen so, wie es der Server von llama.cpp tut.',
  "Its list of models is that of llama.cpp's server.": 'Die Liste seiner Modelle ist die des Servers von llama.cpp.',
  'For all else it wants a key.': 'Für alles andere verlangt er einen Schlüssel.',
  "Its version and its list of models are Ollama's, and it has no other make's signs.":
    'Seine Version und die Liste seiner Modelle sind die von Ollama, und von keinem anderen Fabrikat gibt es Zeichen.',
  "It lists its models as OpenAI does, and has no make's own signs.":
    'Er nennt seine Modelle, wie OpenAI es tut, und hat keine Zeichen eines bestimmten Fabrikats.',
  'It names a make, but lacks its signs.': 'Er nennt ein Fabrikat, dessen Zeichen er nicht hat.',
  'It wants a key.': 'Er verlangt einen Schlüssel.',
  'Name its address with its kind and key in the settings to use it.':
    'Um ihn zu benutzen, seine Adresse mit Fabrikat und Schlüssel hinzufügen.',
  'Nobody listens there.': 'Dort lauscht niemand.',
  'Somebody listens there, but did not answer in time.': 'Dort lauscht jemand, hat aber nicht rechtzeitig geantwortet.',
  'It hangs up without an answer.': 'Er legt auf, ohne zu antworten.',
  'What listens there does not speak HTTP.': 'Was dort lauscht, spricht kein HTTP.',
  'It says that it can not answer now.': 'Er sagt, dass er jetzt nicht antworten kann.',
  'If it is a model server, it may still be starting.': 'Ist es ein Modellserver, so startet er vielleicht noch.',
  'It answers, but not as a model server.': 'Er antwortet, aber nicht als Modellserver.',
  'That it answers as Ollama too is imitation.': 'Dass er auch wie Ollama antwortet, ist nachgeahmt.',
  'Its headers are ones that * sends, which others send too.':
    'Seine Kopfzeilen sind solche, wie * sie schickt, andere aber auch.',
  'This is no address of a server.': 'Das ist keine Adresse eines Servers.',
  'The same server answers at *.': 'Derselbe Server antwortet auch unter *.',
  'The settings say that it is *.': 'Laut den Einstellungen ist es *.',
  'It wants a key, and does not accept the one in the settings.':
    'Er verlangt einen Schlüssel und nimmt den aus den Einstellungen nicht an.',
  'In WSL, Windows is asked too: a server there is reached once it listens on all of its addresses, or with mirrored networking.':
    'In WSL wird auch Windows gefragt: Ein Server dort ist erreichbar, wenn er auf allen Adressen lauscht oder das Netz gespiegelt ist.',
  'OLLAMA_HOST points to another computer.': 'OLLAMA_HOST zeigt auf einen anderen Computer.',
  'Such a one is looked at only when the settings name it.':
    'Ein solcher wird nur angesehen, wenn die Einstellungen ihn nennen.',
  'a version, as vLLM tells it': 'eine Version, wie vLLM sie nennt',
  'a version, as Ollama tells it': 'eine Version, wie Ollama sie nennt',
  '1 model, as OpenAI lists them': '1 Modell, wie OpenAI es nennt',
  '* models, as OpenAI lists them': '* Modelle, wie OpenAI sie nennt',
  '1 model, as Ollama lists them': '1 Modell, wie Ollama es nennt',
  '* models, as Ollama lists them': '* Modelle, wie Ollama sie nennt',
  '1 model, as only LM Studio lists them': '1 Modell, wie nur LM Studio es nennt',
  '* models, as only LM Studio lists them': '* Modelle, wie nur LM Studio sie nennt',
  "the settings of llama.cpp's server": 'die Einstellungen des Servers von llama.cpp',
  "that a model is being loaded, as llama.cpp's server says it":
    'dass ein Modell lädt, wie es der Server von llama.cpp sagt',
  'that it wants a key': 'dass er einen Schlüssel verlangt',
  'that it is busy or still starting': 'dass er beschäftigt ist oder noch startet',
  'nothing of the kind': 'nichts dergleichen',
  'nobody listens': 'niemand lauscht',
  'no answer in time': 'keine Antwort in der Zeit',
  'the connection was lost': 'die Verbindung brach ab',
  'not HTTP': 'kein HTTP',
  // What a restore drill found.
  'The database is sound.': 'Die Datenbank ist heil.',
  'The database is damaged.': 'Die Datenbank ist beschädigt.',
  '1 task came back.': '1 Aufgabe kam zurück.',
  '* tasks came back.': '* Aufgaben kamen zurück.',
  'The node had joined no network yet.': 'Der Knoten gehörte noch keinem Netzwerk an.',
  'There is no identity here to compare with.': 'Hier gibt es keine Identität zum Vergleichen.',
  'The same node: *, with the same keys.': 'Derselbe Knoten: *, mit denselben Schlüsseln.',
  'There were none to seal.': 'Zu versiegeln war nichts.',
  'All of 1 sealed value open.': 'Der eine versiegelte Wert lässt sich öffnen.',
  'All of * sealed values open.': 'Alle * versiegelten Werte lassen sich öffnen.',
  '1 entry in all, with the same sums as here.': 'Insgesamt 1 Eintrag, mit denselben Summen wie hier.',
  '* entries in all, with the same sums as here.': 'Insgesamt * Einträge, mit denselben Summen wie hier.',
  '1 entry in all, with the sums that were saved.': 'Insgesamt 1 Eintrag, mit den gesicherten Summen.',
  '* entries in all, with the sums that were saved.': 'Insgesamt * Einträge, mit den gesicherten Summen.',
  'Earned since: *.': 'Seitdem verdient: *.',
  'The sums of the ledger are not those that were saved.': 'Die Summen im Kassenbuch sind nicht die gesicherten.',
  'The sums of the ledger are not those of the same entries here.':
    'Die Summen im Kassenbuch sind nicht die derselben Einträge hier.',
  '1 setting came back.': '1 Einstellung kam zurück.',
  '* settings came back.': '* Einstellungen kamen zurück.',
  'Changed here since: *.': 'Hier seitdem geändert: *.',
  '1 task came back where * were saved.': '1 Aufgabe kam zurück, gesichert waren *.',
  '* tasks came back where * were saved.': '* Aufgaben kamen zurück, gesichert waren *.',
  '1 setting came back where * were saved.': '1 Einstellung kam zurück, gesichert waren *.',
  '* settings came back where * were saved.': '* Einstellungen kamen zurück, gesichert waren *.',
  'The identity for * did not come out of it.': 'Die Identität für * kam nicht heraus.',
  'It is another node for * than the one here: *.': 'Für * ist es ein anderer Knoten als der hiesige: *.',
  'Of * sealed values * open.': 'Von * versiegelten Werten lassen sich * öffnen.',
  '1 entry in all, with the sums that were saved; * more than there are here.':
    'Insgesamt 1 Eintrag, mit den gesicherten Summen; * mehr als hier.',
  '* entries in all, with the sums that were saved; * more than there are here.':
    'Insgesamt * Einträge, mit den gesicherten Summen; * mehr als hier.',
  'Nothing of the drill is left on this computer.': 'Von der Probe ist auf diesem Computer nichts übrig.',
  'The passphrase fits and the file is whole: *.': 'Die Passphrase passt, und die Datei ist ganz: *.',
  'Not reached.': 'So weit kam es nicht.',
  'That is not the passphrase of this backup.': 'Das ist nicht die Passphrase dieser Sicherung.',
  'Nothing was changed.': 'Geändert wurde nichts.',
  // What went wrong in a rehearsal, and what to do.
  "The model server's own log may tell more.": 'Das Protokoll des Modellservers sagt vielleicht mehr.',
  'No model server answers on this computer.': 'Auf diesem Computer antwortet kein Modellserver.',
  'Start Ollama, LM Studio or another one. "hearth detect" shows where it was looked for.':
    'Ollama, LM Studio oder einen anderen starten. „hearth detect“ zeigt, wo gesucht wurde.',
  'No model server can be asked for * now.': 'Nach * lässt sich jetzt kein Modellserver fragen.',
  'No model that works with words can be asked now.': 'Kein Modell, das mit Worten arbeitet, lässt sich jetzt fragen.',
  '"hearth models" lists what there is.': '„hearth models“ zeigt, was da ist.',
  'The node did not answer the task at all.': 'Der Knoten hat auf die Aufgabe gar nicht geantwortet.',
  'The node refused the task (* *).': 'Der Knoten hat die Aufgabe abgelehnt (* *).',
  'The model server gave no usable answer: *.': 'Der Modellserver gab keine brauchbare Antwort: *.',
  'The task was not sealed both ways.': 'Die Aufgabe war nicht in beide Richtungen versiegelt.',
  'The first task was answered, but a later one got no answer.':
    'Die erste Aufgabe wurde beantwortet, eine spätere aber nicht.',
  'The first task was answered, but a later one was refused (* *).':
    'Die erste Aufgabe wurde beantwortet, eine spätere aber abgelehnt (* *).',
  'The same request sent twice was not refused as it should be.':
    'Dieselbe Anfrage kam zweimal und wurde nicht abgelehnt, wie es sein müsste.',
  'A sealed task that was changed on the way was not refused as it should be.':
    'Eine versiegelte Aufgabe wurde unterwegs verändert und nicht abgelehnt, wie es sein müsste.',
  'The model server does not count tokens, so nothing could be earned with it.':
    'Der Modellserver zählt keine Tokens, darum ließe sich mit ihm nichts verdienen.',
  'Update it, or switch its usage reports on.': 'Ihn aktualisieren, oder seine Angaben zur Nutzung einschalten.',
  'The server counted * tokens, the node charged * and recorded *.':
    'Der Server hat * Tokens gezählt, der Knoten * berechnet und * festgehalten.',
  "The rehearsal's ledger holds * millionths of a credit instead of *.":
    'Im Kassenbuch der Probe stehen * Millionstel eines Credits statt *.',
  'Its temporary folder could not be removed.': 'Der Ordner der Probe ließ sich nicht entfernen.',
  'Look for hearth-rehearsal in the temporary folder.': 'Im Ordner für Temporäres nach hearth-rehearsal suchen.',
  'The directory did not list the node in time.': 'Das Verzeichnis hat den Knoten nicht rechtzeitig aufgeführt.',
  'The directory lists the node, but not with a key for sealing.':
    'Das Verzeichnis führt den Knoten auf, aber ohne Schlüssel zum Versiegeln.',
  // What the search of the disk did before.
  'No rehearsal was asked for.': 'Eine Probe war nicht verlangt.',
  '* was asked with a marker in the prompt, through a node that wrote down all it could.':
    '* wurde mit einem Kennzeichen in der Frage befragt, über einen Knoten, der alles mitschrieb, was er konnte.',
  'The rehearsal could not be run.': 'Die Probe ließ sich nicht durchführen.',
  'Its folder could not be searched.': 'Der Ordner dazu ließ sich nicht durchsuchen.',
  // The way back from a new version.
  'If this version does not start well, Hearth offers to go back to *.':
    'Startet diese Version nicht gut, bietet Hearth an, zu * zurückzugehen.',
  'The version before, *, is kept as *.': 'Die Version davor, *, liegt noch als * bereit.',
  'To go back, install * over this version.': 'Zum Zurückgehen * über diese Version einrichten.',
  'It opens only its own database.': 'Geöffnet wird damit nur die eigene Datenbank.',
};
