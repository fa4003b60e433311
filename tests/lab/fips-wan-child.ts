// What is between two homes, as a process there: a Nostr relay, and a STUN server with two addresses. Says where they are, and stays.
import { systemRandom } from '../../src-main/base/random.ts';
import { startRelay } from '../../src-main/practice/nostr/relay.ts';
import { startStunServer } from '../simulators/stun.ts';

const relay = await startRelay({ random: systemRandom }, { host: '10.99.0.1' });
const stun = await startStunServer({ hosts: ['11.203.113.1', '11.203.113.2'] });
console.log(JSON.stringify({ kind: 'ready', relay: relay.url, stun: stun.server }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
