// What the engine says with values in it, by code; `.action` is what to do about it. Every other language has the same codes with
// the same values (src-i18n/de/sayings.ts): one that is missing does not compile.
const exposed =
  'Others in your network can use this model server at {{addresses}} without Hearth, and without paying, unless a firewall stops them.';
const seeLog = "The model server's own log may say more.";

export const sayings = {
  // What is wrong with a model server that answers.
  'backends.two-on-one-port': 'Port {{port}} leads to different servers: {{servers}}.',
  'backends.two-on-one-port.action':
    'Stop the one that you do not mean, or name the one that you mean in the settings: then only that one is used.',
  'backends.exposed-ollama': exposed,
  'backends.exposed-ollama.action':
    'Let it listen on 127.0.0.1 only: by OLLAMA_HOST, or by switching off "Expose Ollama to the network" in its settings.',
  'backends.exposed-lmstudio': exposed,
  'backends.exposed-lmstudio.action': 'Switch off "Serve on Local Network" in the settings of LM Studio\'s server.',
  'backends.exposed-llamacpp': exposed,
  'backends.exposed-llamacpp.action': 'Start llama-server with --host 127.0.0.1, or with --api-key.',
  'backends.exposed-vllm': exposed,
  'backends.exposed-vllm.action': 'Start vLLM with --host 127.0.0.1, or with --api-key.',
  'backends.exposed-meshllm': exposed,
  'backends.exposed-meshllm.action': 'Start mesh-llm without --listen-all.',
  'backends.exposed-anthropic': exposed,
  'backends.exposed-anthropic.action': 'Let it listen on 127.0.0.1 only.',
  'backends.exposed-openai': exposed,
  'backends.exposed-openai.action': 'Let it listen on 127.0.0.1 only, or give it a key.',

  // Whether boxes for strangers hold here.
  'boxes.does-not-hold': 'A box for strangers would not hold on this computer. What failed: {{checks}}.',
  'boxes.does-not-hold.action':
    'See on the page Capacity, or by "hearth workloads probe", what was seen; docs/isolation.md says what each try needs.',

  'boxes.changing':
    'Another engine was chosen for boxes. Nothing new is sold until those that go on at {{engine}} have ended: {{count, number}}.',
  'boxes.changing.action':
    'Wait until what they are paid for is over, end them yourself, or choose the engine in use again (backends.boxEngine).',

  // What is left of Hearth once it was removed.
  'removal.images':
    'What boxes were made of, at {{engine}}: {{names}}. It was in use or refused to go, so remove it there.',
  'removal.unreached':
    'At {{engine}}, where boxes were made before: it did not answer, so remove there what begins with “hearth-”.',

  // What was seen of an address where a model server was looked for.
  'probe.bad-address': 'This is not an address of a server.',
  'probe.loading': "It says that its model is still loading, as llama.cpp's server does.",
  'probe.meshllm': "Its list of models is MeshLLM's.",
  'probe.other-make': 'By its list of models it is {{make}}. It is used as an OpenAI-compatible server.',
  'probe.lmstudio': 'It has the list of models that only LM Studio has.',
  'probe.vllm': "Its list of models and its version are vLLM's.",
  'probe.llamacpp': "It gives its settings as llama.cpp's server does.",
  'probe.llamacpp-key': "Its list of models is that of llama.cpp's server. For everything else it wants a key.",
  'probe.ollama': "Its version and its list of models are Ollama's, and it has no signs of another make.",
  'probe.openai': 'It lists its models as OpenAI does, and has no signs of a particular make.',
  'probe.unproven-make': 'It names a make whose signs it lacks.',
  'probe.key-wanted': 'It wants a key.',
  'probe.key-wanted.action': 'To use it, add its address with its kind and key to the settings.',
  'probe.key-refused': 'It wants a key, and does not accept the one in the settings.',
  'probe.refused': 'Nothing listens there.',
  'probe.silent': 'Something listens there, but did not answer in time.',
  'probe.hangs-up': 'It hangs up without an answer.',
  'probe.not-http': 'What listens there does not speak HTTP.',
  'probe.busy': "It says that it can't answer now. If it is a model server, it may still be starting.",
  'probe.no-model-server': 'It answers, but not as a model server.',
  'probe.imitates-ollama': 'It also answers as Ollama does, but only imitates it.',
  'probe.headers': 'Its headers are ones that {{make}} sends, and others send too.',
  'probe.same': 'The same server answers at {{url}}.',
  'probe.set-otherwise': 'The settings say that it is {{make}}.',
  'probe.wsl':
    'In WSL, Windows is asked too: a server there can be reached once it listens on all of its addresses, or with mirrored networking.',
  'probe.elsewhere':
    'OLLAMA_HOST points to another computer. Other computers are looked at only when the settings name them.',

  // What was recognised in one answer; each stands inside a sentence.
  'answer.vllm-version': 'a version in the form that vLLM uses',
  'answer.ollama-version': 'a version in the form that Ollama uses',
  'answer.openai-list_one': '{{count, number}} model, listed as OpenAI does',
  'answer.openai-list_other': '{{count, number}} models, listed as OpenAI does',
  'answer.ollama-list_one': '{{count, number}} model, listed as Ollama does',
  'answer.ollama-list_other': '{{count, number}} models, listed as Ollama does',
  'answer.lmstudio-list_one': '{{count, number}} model, listed as only LM Studio does',
  'answer.lmstudio-list_other': '{{count, number}} models, listed as only LM Studio does',
  'answer.llamacpp-settings': "the settings of llama.cpp's server",
  'answer.llamacpp-loading': "that a model is loading, in the form that llama.cpp's server uses",
  'answer.denied': 'that it wants a key',
  'answer.busy': 'that it is busy or still starting',
  'answer.nothing-of-the-kind': 'nothing that a model server says',
  'answer.refused': 'nothing listens',
  'answer.late': 'no answer in time',
  'answer.lost': 'the connection was lost',
  'answer.not-http': 'not HTTP',

  // What a restore test found.
  'check.not-reached': 'Not reached.',
  'restore.opened': 'The passphrase fits and the file is whole: {{bytes, bytes}}.',
  'restore.not-opened': 'The file could not be opened.',
  'restore.sound': 'The database is sound.',
  'restore.damaged': 'The database is damaged.',
  'restore.tasks_one': '{{count, number}} task came back.',
  'restore.tasks_other': '{{count, number}} tasks came back.',
  'restore.tasks-differ_one': '{{count, number}} task came back where {{saved, number}} were saved.',
  'restore.tasks-differ_other': '{{count, number}} tasks came back where {{saved, number}} were saved.',
  'restore.identity-lost': 'The identity for {{network}} did not come out of it.',
  'restore.other-node': 'For {{network}} it is another node than the one here: {{node}}.',
  'restore.no-network': 'The node had not joined a network yet.',
  'restore.nothing-to-compare': 'There is no identity here to compare with.',
  'restore.same-node': 'The same node: {{nodes}}, with the same keys.',
  'restore.secrets-differ': 'Of {{saved, number}} sealed values {{open, number}} open.',
  'restore.no-secrets': 'There were none to seal.',
  'restore.secrets_one': 'The one sealed value opens.',
  'restore.secrets_other': 'All of {{count, number}} sealed values open.',
  'restore.sums-not-saved': 'The sums of the ledger are not those that were saved.',
  'restore.sums-not-here': 'The sums of the ledger are not those of the same entries here.',
  'restore.ledger_one': '{{count, number}} entry in all, with the sums that were saved.',
  'restore.ledger_other': '{{count, number}} entries in all, with the sums that were saved.',
  'restore.ledger-ahead_one':
    '{{count, number}} entry in all, with the sums that were saved; {{more, number}} more than there are here.',
  'restore.ledger-ahead_other':
    '{{count, number}} entries in all, with the sums that were saved; {{more, number}} more than there are here.',
  'restore.ledger-same_one': '{{count, number}} entry in all, with the same sums as here.',
  'restore.ledger-same_other': '{{count, number}} entries in all, with the same sums as here.',
  'restore.ledger-since_one':
    '{{count, number}} entry in all, with the same sums as here. Earned since: {{since, number}}.',
  'restore.ledger-since_other':
    '{{count, number}} entries in all, with the same sums as here. Earned since: {{since, number}}.',
  'restore.settings-differ_one': '{{count, number}} setting came back where {{saved, number}} were saved.',
  'restore.settings-differ_other': '{{count, number}} settings came back where {{saved, number}} were saved.',
  'restore.settings_one': '{{count, number}} setting came back.',
  'restore.settings_other': '{{count, number}} settings came back.',
  'restore.settings-since_one': '{{count, number}} setting came back. Changed here since: {{changed, number}}.',
  'restore.settings-since_other': '{{count, number}} settings came back. Changed here since: {{changed, number}}.',
  'restore.cleaned-up': 'Nothing of the drill is left on this computer.',

  // What a rehearsal found.
  'rehearsal.found': '{{model}} at {{url}} can be asked.',
  'rehearsal.found-several': '{{model}} at {{url}} can be asked. {{servers, number}} model servers answer in all.',
  'rehearsal.no-server': 'No model server answers on this computer.',
  'rehearsal.no-server.action':
    'Start Ollama, LM Studio or another one. "hearth detect" shows where Hearth looked for one.',
  'rehearsal.no-such-model': 'No model server can be asked for {{model}} now.',
  'rehearsal.no-such-model.action': '"hearth models" lists the models that there are.',
  'rehearsal.no-words': 'No model that works with words can be asked now.',
  'rehearsal.no-words.action': '"hearth models" lists the models that there are.',
  'rehearsal.registered': 'A directory on this computer lists the node, after it was dialled back.',
  'rehearsal.not-listed': 'The directory did not list the node in time.',
  'rehearsal.no-key': 'The directory lists the node, but without a key for sealing.',
  'rehearsal.no-reply': 'The node did not answer the task at all.',
  'rehearsal.rejected': 'The node refused the task ({{status}} {{why}}).',
  'rehearsal.admitted': 'The task got a slot.',
  'rehearsal.no-answer': 'The model server gave no usable answer: {{why}}.',
  'rehearsal.no-answer.action': seeLog,
  'rehearsal.sealed': 'The prompt came sealed; the answer went back sealed and could be opened.',
  'rehearsal.not-sealed': 'The task was not sealed both ways.',
  'rehearsal.answered': 'The first answer took {{seconds, number}} s.',
  'rehearsal.later-lost': 'The first task was answered, but a later one got no answer.',
  'rehearsal.later-lost.action': seeLog,
  'rehearsal.later-rejected': 'The first task was answered, but a later one was refused ({{status}} {{why}}).',
  'rehearsal.later-rejected.action': seeLog,
  'rehearsal.replay-refused': 'The same request sent twice was refused.',
  'rehearsal.replay-accepted': 'The same request sent twice was not refused as it should be.',
  'rehearsal.tampering-refused': 'A sealed task that was changed on the way was refused.',
  'rehearsal.tampering-accepted': 'A sealed task that was changed on the way was not refused as it should be.',
  'rehearsal.no-count': 'The model server does not count tokens, so it could not earn anything.',
  'rehearsal.no-count.action': 'Update it, or switch its usage reports on.',
  'rehearsal.miscounted':
    'The server counted {{counted, number}} tokens, the node charged {{charged, number}} and recorded {{recorded, number}}.',
  'rehearsal.metered': '{{tokens, number}} tokens were counted by the server, charged and recorded alike.',
  'rehearsal.booked': "{{tasks, number}} tasks are in the rehearsal's ledger, and their sum is right.",
  'rehearsal.misbooked':
    "The rehearsal's ledger holds {{booked, number}} millionths of a credit instead of {{expected, number}}.",
  'rehearsal.step-late': 'This did not happen within {{seconds, number}} s.',
  'rehearsal.job-failed': 'The job was reported as failed: {{why}}',
  'rehearsal.not-sold': 'The customer was told: {{why}}',
  'rehearsal.cleaned-up': 'Nothing of it is left on this computer.',
  'rehearsal.left-behind': 'Its temporary folder or a container of it could not be removed.',
  'rehearsal.left-behind.action':
    'Look for hearth-rehearsal in the temporary folder and for containers that begin with hearth- at the engine, and remove them.',

  // What the search of the disk did before it.
  'audit.not-rehearsed': 'No rehearsal was wanted.',
  'audit.rehearsed': '{{model}} was asked with a marker in the prompt, through a node that wrote down all it could.',
  'audit.rehearsal-failed': 'The rehearsal could not be run.',
  'audit.not-searched': 'Its folder could not be searched.',

  // The way back from a new version.
  'update.back-from-here': 'If this version does not start well, Hearth offers to go back to {{version}}.',
  'update.back-by-program': 'The version before, {{version}}, is kept as {{file}}. It opens only its own database.',
  'update.back-by-installer': 'To go back, install {{version}} over this version. It opens only its own database.',
  'update.back-database': 'The database from before the update is {{file}}.',

  // What an operation of the wallet waits for.
  'wallet.waiting-mint-away': "The mint {{mint}} can't be reached. Nothing is lost; Hearth asks it again by itself.",
  'wallet.waiting-inputs-pending': 'The mint {{mint}} is still busy with this money. Hearth asks it again by itself.',
  'wallet.waiting-payment-pending':
    'The payment is on its way through Lightning. {{mint}} says when it has arrived or failed.',
  'wallet.waiting-unpaid': 'Waiting until the invoice of {{mint}} is paid.',
  'wallet.waiting-mint-inconsistent':
    'What the mint {{mint}} says does not fit together. Hearth asks it again; nothing is spent twice.',

  // What the user of a wallet should know.
  'wallet.alert-mint-away': "The mint {{mint}} can't be reached. What you hold there can't be spent meanwhile.",
  'wallet.alert-mint-away.action': 'Hearth asks it again by itself. If it stays away, ask those who run it.',
  'wallet.alert-missing':
    'At {{mint}} {{amount, number}} {{unit}} are missing: the mint calls them spent, and this wallet has not.',
  'wallet.alert-missing.action': '"hearth wallet restore" looks for everything once more and puts the books right.',
  'wallet.alert-too-much': 'At {{mint}} there are {{amount, number}} {{unit}} more than the ledger says.',
  'wallet.alert-too-much.action': '"hearth wallet restore" puts the books right.',
  'wallet.alert-keyset-expires': '{{amount, number}} {{unit}} at {{mint}} are of a keyset that ends soon.',
  'wallet.alert-keyset-expires.action':
    'Hearth swaps them as soon as the mint has a keyset that lasts longer. Until then, paying them out is safe.',
  'wallet.alert-keyset-expired': '{{amount, number}} {{unit}} at {{mint}} are of a keyset that has ended.',
  'wallet.alert-keyset-expired.action': 'Ask those who run the mint whether they still take them.',
  'wallet.alert-no-backup': 'You hold {{amount, number}} sat, and only this computer knows how to get at them.',
  'wallet.alert-no-backup.action': 'Write the 12 words down, or make a backup.',
  'wallet.alert-mint-since-backup': 'Your last backup does not know the mint {{mint}}, where you hold money.',
  'wallet.alert-mint-since-backup.action': 'Make a new one, or note its address beside your 12 words.',
  'wallet.alert-backup-old': 'You hold {{amount, number}} sat, and your last backup is {{days}} days old.',
  'wallet.alert-backup-old.action': 'Make a new one, or prove it by a restore drill.',

  // Why it is not known what a bitcoin is worth.
  'wallet.rate-away': '{{source}} does not answer.',
  'wallet.rate-away.action': 'Hearth asks again in five minutes while you look. You can also type a rate.',
  'wallet.rate-none': '{{source}} names no price in {{currency}}.',
  'wallet.rate-none.action': 'Choose another source, or type a rate.',

  // What a restore test of the wallet found.
  'wallet.restore-test-same': 'The words find {{amount, number}} {{unit}} at {{mint}}: all that this wallet has there.',
  'wallet.restore-test-missing': 'The words do not find {{amount, number}} {{unit}} that this wallet has at {{mint}}.',
  'wallet.restore-test-missing.action': 'Pay them out to be safe; the mint cannot restore them.',
  'wallet.restore-test-more': 'The words find {{amount, number}} {{unit}} more at {{mint}} than this wallet knows of.',
  'wallet.restore-test-more.action': '"hearth wallet restore" takes them in.',
} as const;
