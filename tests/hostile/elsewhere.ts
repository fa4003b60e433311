// Limits that an attack on the running node does not run into, or not in the time that it has: each with the test that does, in which
// the clock is turned by hand or the limit set low. In this one place, so that it is seen how many there are.

interface Elsewhere {
  /** From tests/. */
  readonly test: string;
  /** The name of the test, or the part of it that is not a placeholder. */
  readonly says: string;
  readonly why: string;
}

const LONG = 'An attack would have to wait for longer than the suite may take.';
const OWN = 'Only what the owner opens, or a node that this one has asked, gets there.';
const CHOSEN = 'Only servers that its user has chosen, and the runners of its user, get there.';
const MANY = 'So many addresses are more than a test computer has.';
const SLOW = 'To run into it takes more of this computer than a test may.';
const ENGINE = 'It takes a real engine, which the suite of hostile clients does not start.';
const NO_PAYGRESS =
  'What relays bring is attacked as “Nostr relays”; what stands in a letter is tried where letters are read.';
const NO_MESH = 'What is counted of the mesh shows in its machines alone: a whole node is attacked besides, as a mesh.';
const ACCOUNT = 'Only programs of this account can open it.';
const NO_LEASES = 'No network that strangers reach takes jobs or leases yet.';

const SERVER = 'integration/strangers.test.ts';
const SESSION = 'unit/networks/iicp/native/session.test.ts';
const ACCEPT = 'unit/networks/iicp/relay/accept.test.ts';
const SESSIONS = 'unit/networks/iicp/relay/sessions.test.ts';
const LOST = 'unit/backends/lost-payloads.test.ts';
const PEERS = 'unit/networks/iicp/mesh/peers.test.ts';
const PAGES = 'unit/faces/http.test.ts';
const ACCESS = 'unit/faces/access.test.ts';
const SOURCE = 'unit/shell/update-source.test.ts';
const TUNNELS = 'unit/reachability/detect/tunnels.test.ts';
const PACE = 'unit/work/pace.test.ts';
const JOBS = 'unit/work/jobs.test.ts';
const TALK = 'unit/backends/runners/talk.test.ts';
const POSEMESH_BOUNDS = 'integration/posemesh-bounds.test.ts';
const POSEMESH_DMS = 'unit/networks/posemesh/dms.test.ts';
const POSEMESH_CONFIG = 'unit/networks/posemesh/config.test.ts';
const PAYGRESS_EVENTS = 'unit/networks/paygress/events.test.ts';
const PAYGRESS_REQUESTS = 'unit/networks/paygress/requests.test.ts';
const PAYGRESS_DESK = 'integration/paygress-requests.test.ts';
const PAYGRESS_MESSAGES = 'unit/networks/paygress/messages.test.ts';
const BOXES = 'suites/workload-backend.ts';
const BOX_PORTS = 'integration/backends/workloads/box-ports.test.ts';
const MACHINES = 'integration/backends/workloads/machines.test.ts';
const HOSTILE_BOX = 'suites/hostile-box.ts';
const MESH_PACKETS = 'unit/networks/fips/packets.test.ts';
const MESH_NAMES = 'unit/networks/fips/names-dns.test.ts';
const MESH_RESPONDER = 'integration/networks/fips/names.test.ts';
const MESH_TCP = 'unit/networks/fips/tcp.test.ts';
const MESH_FORWARDS = 'integration/networks/fips/forwards.test.ts';
const MESH_CONSOLE = 'integration/networks/fips/console.test.ts';
const MESH_LINKS = 'unit/networks/fips/links.test.ts';
const MESH_ROUTING = 'unit/networks/fips/routing.test.ts';
const MESH_SESSIONS = 'unit/networks/fips/sessions.test.ts';
const MESH_TRANSPORTS = 'integration/networks/fips/transports.test.ts';
const MESH_CONTROL = 'integration/networks/fips/control.test.ts';
const MESH_DIALING = 'unit/networks/fips/dialing.test.ts';
const MESH_NODE = 'integration/networks/fips/node.test.ts';
const MESH_WIRE = 'unit/networks/fips/wire.test.ts';
const MESH_DISCOVERY = 'unit/networks/fips/discovery.test.ts';
const MESH_PUNCH = 'unit/networks/fips/punch.test.ts';
const MESH_LAN = 'unit/networks/fips/lan.test.ts';
const MESH_OFFERS = 'integration/networks/fips/offers.test.ts';
const MINTS = 'unit/wallet/bounds.test.ts';
const RATES = 'unit/wallet/rate.test.ts';
const NOSTR_LINK = 'unit/nostr/link.test.ts';
const NOSTR_TALK = 'unit/nostr/talk.test.ts';
const NOSTR_POOL = 'unit/nostr/pool.test.ts';
const NOSTR_KEYS = 'unit/nostr/signer.test.ts';
const NOSTR_QUESTIONS = 'unit/nostr/questions.test.ts';
const NOSTR_OUTBOX = 'unit/nostr/outbox.test.ts';
const NOSTR_STRANGERS = 'unit/nostr/strangers.test.ts';
const PAYMENTS = 'integration/wallet-network.test.ts';

export const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  'inbound server: keepAliveMs': { test: SERVER, says: 'end a connection that stays idle after its answer', why: LONG },
  'task server: silentMs': { test: SERVER, says: 'end a connection whose answer nobody reads', why: LONG },
  'inbound server: sendMs': { test: SERVER, says: 'end a connection that takes its answer too slowly', why: LONG },
  'inbound server: bodyMs': { test: SERVER, says: 'end a body that dribbles with 408', why: LONG },
  'inbound server: shutOut': {
    test: 'unit/inbound/connections.test.ts',
    says: 'is forgotten before there are too many of them',
    why: MANY,
  },
  'inbound server: callersKept': {
    test: 'unit/inbound/connections.test.ts',
    says: 'are forgotten of the first that left, before there are too many that have',
    why: MANY,
  },
  'task server: nativeIdleMs': {
    test: SESSION,
    says: 'end one that is idle, and one whose frame never ends',
    why: LONG,
  },
  'inbound server: stopMs': {
    test: SERVER,
    says: 'do not let a reader that takes nothing hold up the stop for longer than its time',
    why: 'It is met only by a node that stops.',
  },
  'inbound server: origins': {
    test: SERVER,
    says: 'hold for each web page by itself, and leave callers alone that are none',
    why: SLOW,
  },
  'native framing: frameMs': { test: SESSION, says: 'end one that is idle, and one whose frame never ends', why: LONG },
  'native framing: sendMs': {
    test: SESSION,
    says: 'hold for what is left unread: no more is read of a caller who takes nothing',
    why: LONG,
  },
  'relay: bindMs': { test: ACCEPT, says: 'that binds nothing is ended after ten seconds', why: LONG },
  'relay: silentMs': { test: ACCEPT, says: 'is ended with its session after 90 s of silence', why: LONG },
  'relay: relayed': {
    test: 'unit/networks/iicp/relay/worker.test.ts',
    says: 'and 65 at once with one too many',
    why: OWN,
  },
  'relay: relayedCalls': {
    test: 'unit/networks/iicp/relay/worker.test.ts',
    says: 'and 65 at once with one too many',
    why: OWN,
  },
  'relay: sessions': { test: SESSIONS, says: 'holds 256 workers and no more', why: MANY },
  'relay: principals': { test: SESSIONS, says: 'counts those beyond as many as it tells apart as one', why: MANY },
  'relay: forwardMs': { test: SESSIONS, says: 'gives a task up after 120 s', why: LONG },
  'relay: waiting': {
    test: SESSIONS,
    says: 'has one pull at a time, and as many tasks waiting as are bounded',
    why: LONG,
  },
  'relay: refusalText': {
    test: 'unit/networks/iicp/relay/rejections.test.ts',
    says: 'is given no more of the log than a line, nor the direction of what follows',
    why: OWN,
  },
  'replay memory: keepMs': {
    test: 'unit/networks/iicp/tasks/replay.test.ts',
    says: 'refuses a repeat within the span, counted from first sight',
    why: LONG,
  },
  'replay memory: most': {
    test: 'unit/networks/iicp/tasks/replay.test.ts',
    says: 'refuses what is new when it is full, and forgets nothing before its time',
    why: SLOW,
  },
  'replay memory: perCaller': {
    test: 'unit/networks/iicp/tasks/replay.test.ts',
    says: 'lets one address have its share, and leaves the rest to others',
    why: 'Only tasks that were paid count, and so many take longer than the suite may.',
  },
  'dial-back: resting': {
    test: 'unit/networks/iicp/reach/probers.test.ts',
    says: 'are left alone for half an hour when they do not do this',
    why: OWN,
  },
  'payloads that a model server was lost over: keepMs': {
    test: LOST,
    says: 'are tried again after a while, counted from the last loss',
    why: LONG,
  },
  'payloads that a model server was lost over: most': {
    test: LOST,
    says: 'are so many and no more, the oldest giving way',
    why: 'Each costs a model server.',
  },
  'payloads of tasks: media': {
    test: SERVER,
    says: 'a body of one byte more',
    why: 'It is the size of the largest body, which is refused before.',
  },
  'jobs and leases: ref': { test: JOBS, says: 'that a stranger gives to a length', why: NO_LEASES },
  'jobs and leases: what': { test: JOBS, says: 'that a stranger gives to a length', why: NO_LEASES },
  'jobs and leases: spec': { test: JOBS, says: 'that a stranger gives to a length', why: NO_LEASES },
  'jobs and leases: customer': { test: JOBS, says: 'that a stranger gives to a length', why: NO_LEASES },
  'deadlines: enough': {
    test: PACE,
    says: 'is not known before enough was done',
    why: 'It bounds what is believed of the past, not what a stranger sends.',
  },
  'deadlines: newest': {
    test: PACE,
    says: 'is that of the newest',
    why: 'It bounds what is believed of the past, not what a stranger sends.',
  },
  'deadlines: freshMs': { test: PACE, says: 'or from what is old', why: LONG },
  'peer exchange: gone': { test: PEERS, says: 'remembers no more than 2048 that are gone', why: LONG },
  'peer exchange: answerMs': {
    test: 'unit/networks/iicp/mesh/caller.test.ts',
    says: 'reads no answer that is too long, broken, an error or too late',
    why: OWN,
  },
  'peer exchange: callers': {
    test: 'unit/inbound/callers.test.ts',
    says: 'counts those beyond as many as it tells apart as one',
    why: MANY,
  },
  'dial-back: callers': {
    test: 'unit/inbound/callers.test.ts',
    says: 'counts those beyond as many as it tells apart as one',
    why: MANY,
  },
  'console: linkMs': { test: ACCESS, says: 'admits a link for ten minutes and not a moment longer', why: LONG },
  'console: links': { test: ACCESS, says: 'keeps the sixteen newest links', why: 'Only the owner makes links.' },
  'console: spentLinks': {
    test: ACCESS,
    says: 'knows the 64 links that were used last as used',
    why: 'Only the owner makes links.',
  },
  'console: sessions': {
    test: ACCESS,
    says: 'keeps the 64 sessions used last',
    why: 'Only the owner’s links become sessions.',
  },
  'console: outstanding': {
    test: PAGES,
    says: 'may wait for 64 answers, and is told to wait beyond',
    why: 'Only a page that the owner has let in asks anything.',
  },
  'console: unread': {
    test: PAGES,
    says: 'is closed when it does not read',
    why: 'Only a page that the owner has let in is told anything.',
  },
  'console: beatMs': { test: PAGES, says: 'is cut off when it answers no ping', why: LONG },
  'console: confirmMs': { test: 'unit/faces/confirmations.test.ts', says: 'goes stale after ten minutes', why: LONG },
  'local socket: idleMs': {
    test: 'unit/faces/socket.test.ts',
    says: 'hangs up on who asks nothing for a minute',
    why: LONG,
  },
  'update host: silentMs': { test: SOURCE, says: 'is let go of where nothing more comes', why: LONG },
  'update host: downloadMs': { test: SOURCE, says: 'is let go of where it comes in drops for hours', why: LONG },
  'update host: feedMs': { test: SOURCE, says: 'is let go of where nothing more comes', why: LONG },
  'tunnels on this computer: localMs': {
    test: TUNNELS,
    says: 'waits two seconds for a program that does not answer',
    why: LONG,
  },
  'tunnels on this computer: healthMs': { test: TUNNELS, says: 'not when nothing is said in ten seconds', why: LONG },
  'tunnels on this computer: found': {
    test: TUNNELS,
    says: 'takes no more of them than anybody has',
    why: 'Only programs of the owner’s say that they are tunnels.',
  },
  'dial-back: nonces': {
    test: 'unit/networks/iicp/reach/dial-back.test.ts',
    says: 'waits for no more nonces than a node has ways in',
    why: OWN,
  },
  'backup files: file': {
    test: 'integration/backup/backups.test.ts',
    says: 'is refused where it would become more than any node is',
    why: SLOW,
  },
  'backup files: spare': {
    test: 'integration/backup/backups.test.ts',
    says: 'is refused where it would become more than any node is',
    why: SLOW,
  },
  'runners: messages': { test: TALK, says: 'passes no more messages on than there may be', why: LONG },
  'ports of boxes: together': { test: BOX_PORTS, says: 'gives each box some, also while others have all', why: SLOW },
  'ports of boxes: reserved': { test: BOX_PORTS, says: 'gives each box some, also while others have all', why: SLOW },
  'ports of boxes: connectMs': { test: BOX_PORTS, says: 'gives up on a box that takes no connection', why: LONG },
  'ports of boxes: idleMs': {
    test: BOX_PORTS,
    says: 'cuts a connection off that is idle, and none that is not',
    why: LONG,
  },
  'ports of boxes: stalledMs': { test: BOX_PORTS, says: 'gives up on a reader that takes nothing more', why: LONG },
  'boxes: connections': {
    test: HOSTILE_BOX,
    says: 'opens no more connections than it may, and no faster',
    why: ENGINE,
  },
  'boxes: newConnections': {
    test: HOSTILE_BOX,
    says: 'opens no more connections than it may, and no faster',
    why: ENGINE,
  },
  'boxes: mbitPerSecond': { test: HOSTILE_BOX, says: 'sends no faster than it may', why: ENGINE },
  'boxes: temporaryBytes': {
    test: HOSTILE_BOX,
    says: 'does not fill anything but its own disk, and no temporary folder beyond its bound',
    why: ENGINE,
  },
  'boxes: logBytes': { test: BOXES, says: 'keep the end of what they print, however much it is', why: ENGINE },
  'boxes: execBytes': { test: BOXES, says: 'say how a command in them ended, and what it printed', why: ENGINE },
  'boxes: execMs': {
    test: BOXES,
    says: 'are not waited for where a command in them, or they themselves, never end',
    why: LONG,
  },
  'boxes: graceMs': {
    test: BOXES,
    says: 'are not waited for where a command in them, or they themselves, never end',
    why: LONG,
  },
  'boxes: machineGraceMs': {
    test: MACHINES,
    says: 'that does not hear its power button is ended',
    why: LONG,
  },
  'boxes: machineOverheadBytes': {
    test: 'unit/backends/workloads/machine-plan.test.ts',
    says: 'is a locked container with what runs it, and nothing of this computer',
    why: 'The engine keeps to it.',
  },
  'boxes: machineDiskBytes': {
    test: 'unit/backends/workloads/machine-plan.test.ts',
    says: 'is a locked container with what runs it, and nothing of this computer',
    why: 'QEMU keeps to it.',
  },
  'boxes: machineImageBytes': {
    test: 'unit/backends/workloads/machine-plan.test.ts',
    says: 'that would unfold to more than a disk, or name other files, are refused',
    why: 'No disk image of that size is on a test computer.',
  },
  'boxes: machineFetchMs': {
    test: MACHINES,
    says: 'has its image fetched to the end, from where it was broken off',
    why: LONG,
  },
  'boxes: logFileBytes': {
    test: 'unit/backends/workloads/box-plan.test.ts',
    says: 'may do what is listed here, and nothing else',
    why: 'The engine keeps to it.',
  },
  'container engine: removeMs': {
    test: 'integration/backends/runners/engine.test.ts',
    says: 'that never removes it is asked for a minute',
    why: OWN,
  },
  'container engine: volumes': {
    test: 'integration/backends/runners/engine.test.ts',
    says: 'of an image with more volumes than may be',
    why: OWN,
  },
  'posemesh servers: callbackCallers': {
    test: POSEMESH_BOUNDS,
    says: 'takes one of another caller where a stranger calls without end',
    why: CHOSEN,
  },
  'posemesh servers: idleMs': { test: POSEMESH_BOUNDS, says: 'that stands still is given up', why: CHOSEN },
  'posemesh servers: progressBytes': {
    test: POSEMESH_DMS,
    says: 'is bounded: progress and an event by size',
    why: CHOSEN,
  },
  'posemesh servers: events': { test: POSEMESH_DMS, says: 'is bounded: progress and an event by size', why: CHOSEN },
  'posemesh servers: eventBytes': {
    test: POSEMESH_DMS,
    says: 'is bounded: progress and an event by size',
    why: CHOSEN,
  },
  'posemesh servers: reasonBytes': { test: POSEMESH_DMS, says: 'give a reason that is not blank', why: CHOSEN },
  'posemesh servers: detailBytes': {
    test: POSEMESH_DMS,
    says: 'leave the results out where they would be longer',
    why: CHOSEN,
  },
  'posemesh servers: artifacts': {
    test: POSEMESH_BOUNDS,
    says: 'may leave 1024 results, and the next fails the job',
    why: CHOSEN,
  },
  'posemesh servers: variableFileBytes': { test: POSEMESH_CONFIG, says: 'one that is too large', why: OWN },
  'posemesh servers: callbackSilentMs': {
    test: SERVER,
    says: 'end a connection that stays idle after its answer',
    why: LONG,
  },
  'sources of the price of a bitcoin: answerMs': { test: RATES, says: 'answerMs', why: CHOSEN },
  'sources of the price of a bitcoin: everyMs': { test: RATES, says: 'everyMs', why: CHOSEN },
  'sources of the price of a bitcoin: price': { test: RATES, says: 'price: is none above', why: CHOSEN },
  'mints and Lightning addresses: answer': { test: MINTS, says: 'answer', why: OWN },
  'mints and Lightning addresses: answerMs': { test: MINTS, says: 'answerMs', why: OWN },
  'mints and Lightning addresses: paymentMs': { test: MINTS, says: 'paymentMs', why: OWN },
  'mints and Lightning addresses: depth': { test: MINTS, says: 'depth', why: OWN },
  'mints and Lightning addresses: values': { test: MINTS, says: 'values', why: OWN },
  'mints and Lightning addresses: keysets': { test: MINTS, says: 'keysets', why: OWN },
  'mints and Lightning addresses: keys': { test: MINTS, says: 'keys', why: OWN },
  'mints and Lightning addresses: feePpk': { test: MINTS, says: 'feePpk', why: OWN },
  'mints and Lightning addresses: detail': { test: MINTS, says: 'detail', why: OWN },
  'payments to networks: atOnce': { test: PAYMENTS, says: 'takes so many payments at once, and says so', why: OWN },
  'payments to networks: memo': { test: PAYMENTS, says: 'cuts a memo', why: CHOSEN },
  'Cashu tokens: text': { test: MINTS, says: 'text', why: OWN },
  'Cashu tokens: proofs': { test: MINTS, says: 'proofs', why: OWN },
  'Cashu tokens: secret': { test: MINTS, says: 'secret', why: OWN },
  'Cashu tokens: amount': { test: MINTS, says: 'amount', why: OWN },
  'Nostr relays: connectMs': { test: NOSTR_LINK, says: 'connectMs: gives a connection up', why: LONG },
  'Nostr relays: silentMs': { test: NOSTR_LINK, says: 'silentMs: pings one that says nothing', why: LONG },
  'Nostr relays: storedMs': { test: NOSTR_TALK, says: 'storedMs: is listened to without an end', why: LONG },
  'Nostr relays: stored': {
    test: NOSTR_TALK,
    says: 'asks for older pages until one brings nothing new',
    why: 'It is what we ask for, not what a relay obeys.',
  },
  'Nostr relays: answerMs': { test: NOSTR_TALK, says: 'answerMs: is to be tried again', why: LONG },
  'Nostr relays: subscriptions': { test: NOSTR_POOL, says: 'subscriptions: has no more than twelve', why: OWN },
  'Nostr relays: asked': { test: NOSTR_QUESTIONS, says: 'asked: keeps so many', why: SLOW },
  'Nostr relays: questions': { test: NOSTR_QUESTIONS, says: 'questions: so many at once', why: OWN },
  'Nostr relays: relays': { test: NOSTR_POOL, says: 'relays: takes no more than sixteen', why: OWN },
  'Nostr relays: document': { test: NOSTR_STRANGERS, says: 'is nothing where there is', why: CHOSEN },
  'Nostr relays: documentMs': { test: NOSTR_STRANGERS, says: 'documentMs: is not waited for without end', why: LONG },
  'Nostr events: futureMs': { test: 'unit/nostr/event.test.ts', says: 'futureMs', why: LONG },
  'Nostr events: seen': { test: NOSTR_OUTBOX, says: 'seen and seenMs: is let go of', why: SLOW },
  'Nostr events: seenMs': { test: NOSTR_OUTBOX, says: 'seen and seenMs: is let go of', why: LONG },
  'Nostr events: passed': { test: NOSTR_POOL, says: 'passed: is remembered of the newest', why: SLOW },
  'Nostr events: waiting': { test: NOSTR_OUTBOX, says: 'waiting: is refused beyond ten thousand', why: OWN },
  'Nostr keys that are pasted: text': { test: NOSTR_KEYS, says: 'is refused: %s', why: OWN },
  'Nostr keys that are pasted: cost': { test: NOSTR_KEYS, says: 'cost: is not opened where', why: OWN },
  'mesh packets: errors': { test: MESH_PACKETS, says: 'says no more about packets than its bound', why: NO_MESH },
  'mesh packets: waiting': { test: MESH_PACKETS, says: 'keeps what waits for no more nodes', why: NO_MESH },
  'mesh names: questionBytes': { test: MESH_NAMES, says: 'one with more bytes than it may have', why: NO_MESH },
  'mesh names: questions': { test: MESH_RESPONDER, says: 'no more questions in a second', why: NO_MESH },
  'mesh names: hostsBytes': { test: MESH_RESPONDER, says: 'again once it has changed', why: OWN },
  'mesh names: hosts': { test: MESH_NAMES, says: 'of a file is left out above so many', why: OWN },
  'mesh connections: connections': { test: MESH_FORWARDS, says: 'cuts off programs above as many', why: NO_MESH },
  'mesh connections: perNode': { test: MESH_TCP, says: 'opens no more connections than one node may', why: NO_MESH },
  'mesh connections: receiveBytes': { test: MESH_TCP, says: 'and no more bytes than its window', why: NO_MESH },
  'mesh connections: sendBytes': { test: MESH_TCP, says: 'send more than it has room for', why: NO_MESH },
  'mesh connections: early': { test: MESH_TCP, says: 'no more early segments waiting', why: NO_MESH },
  'mesh connections: silentMs': { test: MESH_TCP, says: 'when the other end is gone for good', why: NO_MESH },
  'consoles in the mesh: answerBytes': { test: MESH_CONSOLE, says: 'takes %s for no link', why: NO_MESH },
  'consoles in the mesh: answerMs': { test: MESH_CONSOLE, says: 'once the time is up', why: NO_MESH },
  'consoles in the mesh: visits': { test: MESH_CONSOLE, says: 'keeps so many open', why: OWN },
  'mesh forwards: forwards': { test: MESH_FORWARDS, says: 'is one of no more than there may be', why: OWN },
  'mesh forwards: allowed': { test: MESH_FORWARDS, says: 'for more than may be', why: OWN },
  'mesh forwards: greetingBytes': { test: MESH_FORWARDS, says: 'no end of methods', why: NO_MESH },
  'mesh forwards: greetingMs': { test: MESH_FORWARDS, says: 'cuts off who says nothing for too long', why: NO_MESH },
  'mesh: firstMessages': { test: MESH_LINKS, says: 'at once and', why: NO_MESH },
  'mesh: firstMessagesRefill': { test: MESH_LINKS, says: 'at once and', why: NO_MESH },
  'mesh: answersTried': { test: MESH_LINKS, says: 'wrong answers, and not after so many', why: NO_MESH },
  'mesh: peers': { test: MESH_LINKS, says: 'has no more neighbours than it may', why: NO_MESH },
  'mesh: connections': { test: MESH_TRANSPORTS, says: 'at once, and those above', why: NO_MESH },
  'mesh: unusedMs': { test: MESH_TRANSPORTS, says: 'is closed after', why: NO_MESH },
  'mesh: unsentBytes': { test: MESH_TRANSPORTS, says: 'drops what', why: NO_MESH },
  'mesh: searches': { test: MESH_ROUTING, says: 'looks for no more than', why: NO_MESH },
  'mesh: lookupAnswers': { test: MESH_ROUTING, says: 'answers no more than', why: NO_MESH },
  'mesh: passedLookups': { test: MESH_ROUTING, says: 'remembers no more than', why: NO_MESH },
  'mesh: coordinates': { test: MESH_ROUTING, says: 'of the last', why: NO_MESH },
  'mesh: signals': { test: MESH_ROUTING, says: 'destinations at once, and none with more bytes', why: NO_MESH },
  'mesh: identities': { test: MESH_ROUTING, says: 'keys, those heard of last', why: NO_MESH },
  'mesh: sessions': { test: MESH_SESSIONS, says: 'has no more than', why: NO_MESH },
  'mesh: setups': { test: MESH_SESSIONS, says: 'answers no more setups', why: NO_MESH },
  'mesh: setupsRefill': { test: MESH_SESSIONS, says: 'answers no more setups', why: NO_MESH },
  'mesh: controlConnections': { test: MESH_CONTROL, says: 'connections at once, and closes', why: ACCOUNT },
  'mesh: controlBytes': { test: MESH_CONTROL, says: 'one question a connection', why: ACCOUNT },
  'mesh: controlMs': { test: MESH_CONTROL, says: 'asks nothing within', why: ACCOUNT },
  'mesh: accessFileBytes': { test: MESH_NODE, says: 'counts a list as it was before', why: OWN },
  'mesh: accessEntries': { test: MESH_DIALING, says: 'is read from files of any kind', why: OWN },
  'mesh: treeDepth': { test: MESH_WIRE, says: 'levels, and no deeper', why: NO_MESH },
  'Paygress messages: message': { test: PAYGRESS_MESSAGES, says: 'longer, deeper or more', why: NO_PAYGRESS },
  'Paygress messages: depth': { test: PAYGRESS_MESSAGES, says: 'longer, deeper or more', why: NO_PAYGRESS },
  'Paygress messages: values': { test: PAYGRESS_MESSAGES, says: 'longer, deeper or more', why: NO_PAYGRESS },
  'Paygress messages: token': { test: PAYGRESS_MESSAGES, says: 'refused with its member', why: NO_PAYGRESS },
  'Paygress messages: id': { test: PAYGRESS_MESSAGES, says: 'refused with its member', why: NO_PAYGRESS },
  'Paygress messages: image': { test: PAYGRESS_MESSAGES, says: 'refused with its member', why: NO_PAYGRESS },
  'Paygress messages: standbys': { test: PAYGRESS_MESSAGES, says: 'refused with its member', why: NO_PAYGRESS },
  'Paygress messages: name': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: text': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: url': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: specs': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: mints': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: capabilities': { test: PAYGRESS_EVENTS, says: 'is read up to the bound on', why: NO_PAYGRESS },
  'Paygress messages: lines': { test: PAYGRESS_MESSAGES, says: 'no more lines than', why: NO_PAYGRESS },
  'finding other nodes of the mesh: adverts': {
    test: MESH_DISCOVERY,
    says: 'are no more than the bound: the one that is over first makes room',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: signal': {
    test: MESH_PUNCH,
    says: 'may be anything, and are never thrown at',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: addresses': {
    test: MESH_PUNCH,
    says: 'have no more addresses than are read, and none that is none',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: offersPerMinute': {
    test: MESH_OFFERS,
    says: 'are looked at sixty times a minute at most',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: offerPauseMs': {
    test: MESH_OFFERS,
    says: 'of one node are answered once in ten seconds, and each of them once',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: sessionsSeen': {
    test: MESH_DISCOVERY,
    says: 'and of the first no more when another comes',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: targets': { test: MESH_PUNCH, says: 'is no more than the bound', why: NO_MESH },
  'finding other nodes of the mesh: signalsAtOnce': {
    test: MESH_DISCOVERY,
    says: 'are opened a hundred at once and twenty a second, whoever sent them',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: attempts': {
    test: MESH_OFFERS,
    says: 'are eight at once, and one for each node',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: failures': {
    test: MESH_DISCOVERY,
    says: 'are remembered of no more nodes than the bound',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: lanPackets': {
    test: MESH_LAN,
    says: 'are read fifty a second at most, and none that is too long',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: lanPacket': {
    test: MESH_LAN,
    says: 'are read fifty a second at most, and none that is too long',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: lanRecords': {
    test: MESH_LAN,
    says: 'has no more addresses than the bound, and of a packet no more records are read',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: lanNodes': {
    test: MESH_DISCOVERY,
    says: 'and of the first no more when another comes',
    why: NO_MESH,
  },
  'finding other nodes of the mesh: lanAddresses': {
    test: MESH_LAN,
    says: 'has no more addresses than the bound, and of a packet no more records are read',
    why: NO_MESH,
  },
  'Paygress requests: atOnce': { test: PAYGRESS_REQUESTS, says: 'atOnce and waiting', why: NO_PAYGRESS },
  'Paygress requests: waiting': { test: PAYGRESS_REQUESTS, says: 'atOnce and waiting', why: NO_PAYGRESS },
  'Paygress requests: unopened': { test: PAYGRESS_DESK, says: 'unopened: is opened one at a time', why: SLOW },
  'Paygress requests: keys': { test: PAYGRESS_REQUESTS, says: 'keys: forgets', why: SLOW },
  'Paygress requests: nonsenseMs': { test: PAYGRESS_REQUESTS, says: 'nonsenseMs: is said once', why: LONG },
  'Paygress requests: freshMs': { test: PAYGRESS_DESK, says: 'older than ten minutes', why: LONG },
  'Paygress requests: answerMs': { test: PAYGRESS_DESK, says: 'answerMs: is answered', why: LONG },
  'Paygress requests: routerMs': {
    test: 'integration/paygress-router.test.ts',
    says: 'routerMs: does not answer',
    why: LONG,
  },
  'Paygress requests: topUpMs': { test: PAYGRESS_DESK, says: 'topUpMs: is answered', why: LONG },
  'Paygress requests: repliesMs': { test: PAYGRESS_DESK, says: 'repliesMs: is published', why: LONG },
  'Paygress requests: leaseS': { test: PAYGRESS_DESK, says: 'leaseS: is refused', why: OWN },
};
