// What the discovery service, the manager and domain servers are held to: each of them may be wrong, or hostile.

import { type BoundTable, bound, valuesOf } from '../../base/bounds.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const POSEMESH_BOUNDS = {
  surface: 'posemesh servers',
  rows: {
    ddsReplyBytes: bound(64 * KIB, 'bytes', 'A log-in or a registration is answered in a few hundred bytes.'),
    dmsReplyBytes: bound(2 * MIB, 'bytes', 'A lease with all that a job says of itself.'),
    domainReplyBytes: bound(4 * MIB, 'bytes', 'What a domain server says of stored data, besides the data itself.'),
    jsonDepth: bound(32, 'levels', 'A job may bring notes of its own within its meta.'),
    jsonValues: bound(50_000, 'items', 'The longest list is that of stored data; each value takes memory.'),
    challengeCharacters: bound(1024, 'characters', 'Each field of a log-in that this node is to sign.'),
    tokenCharacters: bound(16 * KIB, 'characters', 'A token goes into a header, and servers take no longer ones.'),
    capabilityCharacters: bound(200, 'characters', 'It is shown, and kept with the job.'),
    inputs: bound(1024, 'items', 'Inputs that one job may name.'),
    cidCharacters: bound(4096, 'characters', 'Each of them is an address.'),
    idleMs: bound(60_000, 'ms', 'A transfer that stands still for so long is given up.'),
    preambleBytes: bound(64 * KIB, 'bytes', 'What may stand before the first part of a download.'),
    headerBytes: bound(16 * KIB, 'bytes', 'The headers of one part of a download.'),
    parts: bound(1024, 'items', 'Parts of one download, each of which becomes a file.'),
    inMemoryBytes: bound(64 * MIB, 'bytes', 'An input that a runner asks for in memory, and not as a file.'),
    idCharacters: bound(1024, 'characters', 'What a domain server calls data, an upload or a part of one.'),
    nameBytes: bound(200, 'bytes', 'A file name, whatever a server calls its data: file systems take 255.'),
    partBytes: bound(512 * MIB, 'bytes', 'The part size that a domain server may choose for an upload.'),
    uploadParts: bound(10_000, 'items', 'Parts of one upload, whose receipts are kept until it is finished.'),
    progressBytes: bound(64 * KIB, 'bytes', 'What a runner says of its progress.'),
    events: bound(1024, 'items', 'Events of a runner that wait for the next heartbeat; the oldest are dropped.'),
    eventBytes: bound(64 * KIB, 'bytes', 'All of those together.'),
    reasonBytes: bound(4096, 'bytes', 'Why a job failed, as the manager is given it.'),
    detailBytes: bound(64 * KIB, 'bytes', 'What goes with that reason, and with a result.'),
    artifacts: bound(1024, 'items', 'Results of one job.'),
    heartbeatFloorMs: bound(250, 'ms', 'A lease that has always run out does not make this node beat without a pause.'),
    callbacks: bound(30, 'per minute', 'Calls back of one caller: an official one makes one for each registration.'),
    callbackCallers: bound(64, 'per minute', 'Callers that are counted one by one; all further ones share one count.'),
    callbackBodyBytes: bound(2 * MIB, 'bytes', 'What the discovery service may send when it calls back.'),
    callbackSecretBytes: bound(4096, 'bytes', 'The secret that it brings.'),
    callbackSilentMs: bound(30_000, 'ms', 'Nothing takes long there.'),
    variableFileBytes: bound(256 * KIB, 'bytes', 'A file of environment variables that its user imports.'),
  },
} satisfies BoundTable;

export const POSEMESH = valuesOf(POSEMESH_BOUNDS);
