// What the engine says with values in it, in German. Same codes and values as in English.
import type { sayings as english } from '../en/sayings.ts';

const exposed =
  'Dieser Modellserver antwortet unter {{addresses}} auch im eigenen Netz: Wenn keine Firewall davor steht, können andere ihn ohne Hearth und ohne Bezahlung nutzen.';

export const sayings: Readonly<Record<keyof typeof english, string>> = {
  'backends.two-on-one-port': 'Port {{port}} führt zu verschiedenen Servern: {{servers}}.',
  'backends.two-on-one-port.action':
    'Den nicht gemeinten beenden, oder den gemeinten in den Einstellungen nennen: Dann wird nur dieser benutzt.',
  'backends.exposed-ollama': exposed,
  'backends.exposed-ollama.action':
    'Ihn nur auf 127.0.0.1 lauschen lassen: mit OLLAMA_HOST, oder „Expose Ollama to the network“ in seinen Einstellungen ausschalten.',
  'backends.exposed-lmstudio': exposed,
  'backends.exposed-lmstudio.action':
    '„Serve on Local Network“ in den Einstellungen des Servers von LM Studio ausschalten.',
  'backends.exposed-llamacpp': exposed,
  'backends.exposed-llamacpp.action': 'llama-server mit --host 127.0.0.1 oder mit --api-key starten.',
  'backends.exposed-vllm': exposed,
  'backends.exposed-vllm.action': 'vLLM mit --host 127.0.0.1 oder mit --api-key starten.',
  'backends.exposed-meshllm': exposed,
  'backends.exposed-meshllm.action': 'mesh-llm ohne --listen-all starten.',
  'backends.exposed-anthropic': exposed,
  'backends.exposed-anthropic.action': 'Ihn nur auf 127.0.0.1 lauschen lassen.',
  'backends.exposed-openai': exposed,
  'backends.exposed-openai.action': 'Ihn nur auf 127.0.0.1 lauschen lassen, oder ihm einen Schlüssel geben.',

  'boxes.does-not-hold': 'Eine Box für Fremde würde auf diesem Computer nicht dichthalten. Gescheitert: {{checks}}.',
  'boxes.does-not-hold.action':
    'Auf der Seite „Kapazität“ oder mit „hearth workloads probe“ nachsehen, was beobachtet wurde; docs/isolation.md sagt, was jede Probe braucht.',
  'boxes.changing':
    'Für Boxen wurde eine andere Engine gewählt. Nichts Neues wird verkauft, bis die beendet sind, die auf {{engine}} weiterlaufen: {{count, number}}.',
  'boxes.changing.action':
    'Warten, bis die bezahlte Zeit vorbei ist, sie selbst beenden oder wieder die bisherige Engine wählen (backends.boxEngine).',

  'removal.images':
    'Woraus Boxen gemacht wurden, auf {{engine}}: {{names}}. Es war in Gebrauch oder ließ sich nicht entfernen, also dort entfernen.',
  'removal.unreached':
    'Auf {{engine}}, wo früher Boxen gemacht wurden: Es kam keine Antwort, also dort entfernen, was mit „hearth-“ beginnt.',

  'probe.bad-address': 'Das ist keine Adresse eines Servers.',
  'probe.loading': 'Er sagt, dass sein Modell noch lädt, so wie es der Server von llama.cpp tut.',
  'probe.meshllm': 'Die Liste seiner Modelle ist die von MeshLLM.',
  'probe.other-make': 'Laut der Liste seiner Modelle ist es {{make}}. Er wird als OpenAI-kompatibler Server benutzt.',
  'probe.lmstudio': 'Er hat die Liste der Modelle, die nur LM Studio hat.',
  'probe.vllm': 'Die Liste seiner Modelle und seine Version sind die von vLLM.',
  'probe.llamacpp': 'Er nennt seine Einstellungen so, wie es der Server von llama.cpp tut.',
  'probe.llamacpp-key':
    'Die Liste seiner Modelle ist die des Servers von llama.cpp. Für alles andere verlangt er einen Schlüssel.',
  'probe.ollama':
    'Seine Version und die Liste seiner Modelle sind die von Ollama, und Zeichen anderer Fabrikate fehlen.',
  'probe.openai': 'Er nennt seine Modelle, wie OpenAI es tut, und hat keine Zeichen eines bestimmten Fabrikats.',
  'probe.unproven-make': 'Er nennt ein Fabrikat, dessen Zeichen er nicht hat.',
  'probe.key-wanted': 'Er verlangt einen Schlüssel.',
  'probe.key-wanted.action': 'Um ihn zu benutzen, seine Adresse mit Fabrikat und Schlüssel hinzufügen.',
  'probe.key-refused': 'Er verlangt einen Schlüssel und nimmt den aus den Einstellungen nicht an.',
  'probe.refused': 'Dort lauscht nichts.',
  'probe.silent': 'Dort lauscht etwas, hat aber nicht rechtzeitig geantwortet.',
  'probe.hangs-up': 'Er legt auf, ohne zu antworten.',
  'probe.not-http': 'Was dort lauscht, spricht kein HTTP.',
  'probe.busy': 'Er sagt, dass er jetzt nicht antworten kann. Ist es ein Modellserver, so startet er vielleicht noch.',
  'probe.no-model-server': 'Er antwortet, aber nicht als Modellserver.',
  'probe.imitates-ollama': 'Er antwortet auch wie Ollama, ahmt es aber nur nach.',
  'probe.headers': 'Seine Kopfzeilen sind solche, wie {{make}} sie schickt, andere aber auch.',
  'probe.same': 'Derselbe Server antwortet auch unter {{url}}.',
  'probe.set-otherwise': 'Laut den Einstellungen ist es {{make}}.',
  'probe.wsl':
    'In WSL wird auch Windows gefragt: Ein Server dort ist erreichbar, wenn er auf allen Adressen lauscht oder das Netz gespiegelt ist.',
  'probe.elsewhere':
    'OLLAMA_HOST zeigt auf einen anderen Computer. Andere Computer werden nur angesehen, wenn die Einstellungen sie nennen.',

  'answer.vllm-version': 'eine Version, wie vLLM sie nennt',
  'answer.ollama-version': 'eine Version, wie Ollama sie nennt',
  'answer.openai-list_one': '{{count, number}} Modell, wie OpenAI es nennt',
  'answer.openai-list_other': '{{count, number}} Modelle, wie OpenAI sie nennt',
  'answer.ollama-list_one': '{{count, number}} Modell, wie Ollama es nennt',
  'answer.ollama-list_other': '{{count, number}} Modelle, wie Ollama sie nennt',
  'answer.lmstudio-list_one': '{{count, number}} Modell, wie nur LM Studio es nennt',
  'answer.lmstudio-list_other': '{{count, number}} Modelle, wie nur LM Studio sie nennt',
  'answer.llamacpp-settings': 'die Einstellungen des Servers von llama.cpp',
  'answer.llamacpp-loading': 'dass ein Modell lädt, wie es der Server von llama.cpp sagt',
  'answer.denied': 'dass er einen Schlüssel verlangt',
  'answer.busy': 'dass er beschäftigt ist oder noch startet',
  'answer.nothing-of-the-kind': 'nichts, was ein Modellserver sagt',
  'answer.refused': 'nichts lauscht',
  'answer.late': 'keine Antwort in der Zeit',
  'answer.lost': 'die Verbindung brach ab',
  'answer.not-http': 'kein HTTP',

  'check.not-reached': 'So weit kam es nicht.',
  'restore.opened': 'Die Passphrase passt, und die Datei ist ganz: {{bytes, bytes}}.',
  'restore.not-opened': 'Die Datei ließ sich nicht öffnen.',
  'restore.sound': 'Die Datenbank ist heil.',
  'restore.damaged': 'Die Datenbank ist beschädigt.',
  'restore.tasks_one': '{{count, number}} Aufgabe kam zurück.',
  'restore.tasks_other': '{{count, number}} Aufgaben kamen zurück.',
  'restore.tasks-differ_one': '{{count, number}} Aufgabe kam zurück, gesichert waren {{saved, number}}.',
  'restore.tasks-differ_other': '{{count, number}} Aufgaben kamen zurück, gesichert waren {{saved, number}}.',
  'restore.identity-lost': 'Die Identität für {{network}} kam nicht heraus.',
  'restore.other-node': 'Für {{network}} ist es ein anderer Knoten als der hiesige: {{node}}.',
  'restore.no-network': 'Der Knoten gehörte noch keinem Netzwerk an.',
  'restore.nothing-to-compare': 'Hier gibt es keine Identität zum Vergleichen.',
  'restore.same-node': 'Derselbe Knoten: {{nodes}}, mit denselben Schlüsseln.',
  'restore.secrets-differ': 'Von {{saved, number}} versiegelten Werten lassen sich {{open, number}} öffnen.',
  'restore.no-secrets': 'Zu versiegeln war nichts.',
  'restore.secrets_one': 'Der eine versiegelte Wert lässt sich öffnen.',
  'restore.secrets_other': 'Alle {{count, number}} versiegelten Werte lassen sich öffnen.',
  'restore.sums-not-saved': 'Die Summen im Kassenbuch sind nicht die gesicherten.',
  'restore.sums-not-here': 'Die Summen im Kassenbuch sind nicht die derselben Einträge hier.',
  'restore.ledger_one': 'Insgesamt {{count, number}} Eintrag, mit den gesicherten Summen.',
  'restore.ledger_other': 'Insgesamt {{count, number}} Einträge, mit den gesicherten Summen.',
  'restore.ledger-ahead_one':
    'Insgesamt {{count, number}} Eintrag, mit den gesicherten Summen; {{more, number}} mehr als hier.',
  'restore.ledger-ahead_other':
    'Insgesamt {{count, number}} Einträge, mit den gesicherten Summen; {{more, number}} mehr als hier.',
  'restore.ledger-same_one': 'Insgesamt {{count, number}} Eintrag, mit denselben Summen wie hier.',
  'restore.ledger-same_other': 'Insgesamt {{count, number}} Einträge, mit denselben Summen wie hier.',
  'restore.ledger-since_one':
    'Insgesamt {{count, number}} Eintrag, mit denselben Summen wie hier. Seitdem verdient: {{since, number}}.',
  'restore.ledger-since_other':
    'Insgesamt {{count, number}} Einträge, mit denselben Summen wie hier. Seitdem verdient: {{since, number}}.',
  'restore.settings-differ_one': '{{count, number}} Einstellung kam zurück, gesichert waren {{saved, number}}.',
  'restore.settings-differ_other': '{{count, number}} Einstellungen kamen zurück, gesichert waren {{saved, number}}.',
  'restore.settings_one': '{{count, number}} Einstellung kam zurück.',
  'restore.settings_other': '{{count, number}} Einstellungen kamen zurück.',
  'restore.settings-since_one': '{{count, number}} Einstellung kam zurück. Hier seitdem geändert: {{changed, number}}.',
  'restore.settings-since_other':
    '{{count, number}} Einstellungen kamen zurück. Hier seitdem geändert: {{changed, number}}.',
  'restore.cleaned-up': 'Von der Probe ist auf diesem Computer nichts übrig.',

  'rehearsal.found': '{{model}} unter {{url}} lässt sich fragen.',
  'rehearsal.found-several':
    '{{model}} unter {{url}} lässt sich fragen. Insgesamt antworten {{servers, number}} Modellserver.',
  'rehearsal.no-server': 'Auf diesem Computer antwortet kein Modellserver.',
  'rehearsal.no-server.action':
    'Ollama, LM Studio oder einen anderen starten. „hearth detect“ zeigt, wo Hearth gesucht hat.',
  'rehearsal.no-such-model': 'Nach {{model}} lässt sich jetzt kein Modellserver fragen.',
  'rehearsal.no-such-model.action': '„hearth models“ zeigt, welche Modelle es gibt.',
  'rehearsal.no-words': 'Kein Modell, das mit Worten arbeitet, lässt sich jetzt fragen.',
  'rehearsal.no-words.action': '„hearth models“ zeigt, welche Modelle es gibt.',
  'rehearsal.registered': 'Ein Verzeichnis auf diesem Computer führt den Knoten auf und hat ihn zurückgerufen.',
  'rehearsal.not-listed': 'Das Verzeichnis hat den Knoten nicht rechtzeitig aufgeführt.',
  'rehearsal.no-key': 'Das Verzeichnis führt den Knoten auf, aber ohne Schlüssel zum Versiegeln.',
  'rehearsal.no-reply': 'Der Knoten hat auf die Aufgabe gar nicht geantwortet.',
  'rehearsal.rejected': 'Der Knoten hat die Aufgabe abgelehnt ({{status}} {{why}}).',
  'rehearsal.admitted': 'Die Aufgabe bekam einen Platz.',
  'rehearsal.no-answer': 'Der Modellserver gab keine brauchbare Antwort: {{why}}.',
  'rehearsal.no-answer.action': 'Das Protokoll des Modellservers sagt vielleicht mehr.',
  'rehearsal.sealed': 'Die Frage kam versiegelt; die Antwort ging versiegelt zurück und ließ sich öffnen.',
  'rehearsal.not-sealed': 'Die Aufgabe war nicht in beide Richtungen versiegelt.',
  'rehearsal.answered': 'Die erste Antwort dauerte {{seconds, number}} s.',
  'rehearsal.later-lost': 'Die erste Aufgabe wurde beantwortet, eine spätere aber nicht.',
  'rehearsal.later-lost.action': 'Das Protokoll des Modellservers sagt vielleicht mehr.',
  'rehearsal.later-rejected': 'Die erste Aufgabe wurde beantwortet, eine spätere aber abgelehnt ({{status}} {{why}}).',
  'rehearsal.later-rejected.action': 'Das Protokoll des Modellservers sagt vielleicht mehr.',
  'rehearsal.replay-refused': 'Dieselbe Anfrage kam zweimal und wurde abgelehnt.',
  'rehearsal.replay-accepted': 'Dieselbe Anfrage kam zweimal und wurde nicht abgelehnt, wie es sein müsste.',
  'rehearsal.tampering-refused': 'Eine versiegelte Aufgabe wurde unterwegs verändert und abgelehnt.',
  'rehearsal.tampering-accepted':
    'Eine versiegelte Aufgabe wurde unterwegs verändert und nicht abgelehnt, wie es sein müsste.',
  'rehearsal.no-count': 'Der Modellserver zählt keine Tokens, darum ließe sich mit ihm nichts verdienen.',
  'rehearsal.no-count.action': 'Ihn aktualisieren, oder seine Angaben zur Nutzung einschalten.',
  'rehearsal.miscounted':
    'Der Server hat {{counted, number}} Tokens gezählt, der Knoten {{charged, number}} berechnet und {{recorded, number}} festgehalten.',
  'rehearsal.metered': '{{tokens, number}} Tokens wurden vom Server gezählt, ebenso berechnet und festgehalten.',
  'rehearsal.booked': 'Im Kassenbuch der Probe stehen {{tasks, number}} Aufgaben, und ihre Summe stimmt.',
  'rehearsal.misbooked':
    'Im Kassenbuch der Probe stehen {{booked, number}} Millionstel eines Credits statt {{expected, number}}.',
  'rehearsal.step-late': 'Das geschah nicht innerhalb von {{seconds, number}} s.',
  'rehearsal.job-failed': 'Der Auftrag wurde als gescheitert gemeldet: {{why}}',
  'rehearsal.not-sold': 'Dem Kunden wurde gesagt: {{why}}',
  'rehearsal.cleaned-up': 'Davon ist auf diesem Computer nichts übrig.',
  'rehearsal.left-behind': 'Der Ordner der Probe oder ein Container von ihr ließ sich nicht entfernen.',
  'rehearsal.left-behind.action':
    'Im Ordner für Temporäres nach hearth-rehearsal und in der Container-Engine nach Containern mit hearth- am Anfang suchen und sie entfernen.',

  'audit.not-rehearsed': 'Eine Probe war nicht verlangt.',
  'audit.rehearsed':
    '{{model}} wurde mit einem Kennzeichen in der Frage befragt, über einen Knoten, der alles mitschrieb, was er konnte.',
  'audit.rehearsal-failed': 'Die Probe ließ sich nicht durchführen.',
  'audit.not-searched': 'Der Ordner dazu ließ sich nicht durchsuchen.',

  'update.back-from-here': 'Startet diese Version nicht gut, bietet Hearth an, zu {{version}} zurückzugehen.',
  'update.back-by-program':
    'Die Version davor, {{version}}, liegt noch als {{file}} bereit. Jene öffnet nur ihre eigene Datenbank.',
  'update.back-by-installer':
    'Zum Zurückgehen {{version}} über diese Version einrichten. Jene öffnet nur ihre eigene Datenbank.',
  'update.back-database': 'Die Datenbank von vor der Aktualisierung ist {{file}}.',

  'wallet.waiting-mint-away':
    'Die Mint {{mint}} ist nicht zu erreichen. Nichts ist verloren; Hearth fragt sie von selbst wieder.',
  'wallet.waiting-inputs-pending':
    'Die Mint {{mint}} ist mit diesem Geld noch beschäftigt. Hearth fragt sie von selbst wieder.',
  'wallet.waiting-payment-pending':
    'Die Zahlung ist durch Lightning unterwegs. {{mint}} sagt, wenn sie angekommen oder gescheitert ist.',
  'wallet.waiting-unpaid': 'Wartet, bis die Rechnung von {{mint}} bezahlt ist.',
  'wallet.waiting-mint-inconsistent':
    'Was die Mint {{mint}} sagt, passt nicht zusammen. Hearth fragt sie wieder; nichts wird doppelt ausgegeben.',

  'wallet.alert-mint-away':
    'Die Mint {{mint}} ist nicht zu erreichen. Was dort liegt, lässt sich derweil nicht ausgeben.',
  'wallet.alert-mint-away.action':
    'Hearth fragt sie von selbst wieder. Bleibt sie weg, wissen die mehr, die sie betreiben.',
  'wallet.alert-missing':
    'Bei {{mint}} fehlen {{amount, number}} {{unit}}: Die Mint nennt sie ausgegeben, diese Geldbörse war es nicht.',
  'wallet.alert-missing.action':
    '„hearth wallet restore“ sucht noch einmal nach allem und bringt die Bücher in Ordnung.',
  'wallet.alert-too-much': 'Bei {{mint}} liegen {{amount, number}} {{unit}} mehr, als im Kassenbuch stehen.',
  'wallet.alert-too-much.action': '„hearth wallet restore“ bringt die Bücher in Ordnung.',
  'wallet.alert-keyset-expires':
    '{{amount, number}} {{unit}} bei {{mint}} gehören zu einem Schlüsselsatz, der bald endet.',
  'wallet.alert-keyset-expires.action':
    'Hearth tauscht sie, sobald die Mint einen hat, der länger gilt. Bis dahin ist Auszahlen der sichere Weg.',
  'wallet.alert-keyset-expired':
    '{{amount, number}} {{unit}} bei {{mint}} gehören zu einem Schlüsselsatz, der nicht mehr gilt.',
  'wallet.alert-keyset-expired.action': 'Die fragen, die die Mint betreiben, ob sie sie noch annehmen.',
  'wallet.alert-no-backup': 'Hier liegen {{amount, number}} sat, und nur dieser Computer weiß, wie man an sie kommt.',
  'wallet.alert-no-backup.action': 'Die 12 Wörter aufschreiben oder eine Sicherung anlegen.',
  'wallet.alert-mint-since-backup': 'Die letzte Sicherung kennt die Mint {{mint}} nicht, bei der Geld liegt.',
  'wallet.alert-mint-since-backup.action': 'Eine neue anlegen oder ihre Adresse neben den 12 Wörtern notieren.',
  'wallet.alert-backup-old': 'Hier liegen {{amount, number}} sat, und die letzte Sicherung ist {{days}} Tage alt.',
  'wallet.alert-backup-old.action': 'Eine neue anlegen oder sie durch eine Probe der Wiederherstellung bestätigen.',

  'wallet.rate-away': '{{source}} antwortet nicht.',
  'wallet.rate-away.action':
    'Hearth fragt in fünf Minuten wieder, solange die Seite offen ist. Ein Kurs lässt sich auch eintragen.',
  'wallet.rate-none': '{{source}} nennt keinen Preis in {{currency}}.',
  'wallet.rate-none.action': 'Eine andere Quelle wählen oder einen Kurs eintragen.',

  'wallet.restore-test-same':
    'Die Wörter finden {{amount, number}} {{unit}} bei {{mint}}: alles, was diese Geldbörse dort hat.',
  'wallet.restore-test-missing':
    'Die Wörter finden {{amount, number}} {{unit}} nicht, die diese Geldbörse bei {{mint}} hat.',
  'wallet.restore-test-missing.action': 'Sicherheitshalber auszahlen: Die Mint kann sie nicht wiederherstellen.',
  'wallet.restore-test-more':
    'Die Wörter finden bei {{mint}} {{amount, number}} {{unit}} mehr, als diese Geldbörse kennt.',
  'wallet.restore-test-more.action': '„hearth wallet restore“ nimmt sie auf.',
};
