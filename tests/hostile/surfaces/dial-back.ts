// POST /hearth/v1/dial-back, which makes this node call somebody: never anybody but whoever asks, and not often.
import type { Surface } from '../attack.ts';
import { post } from '../bytes.ts';
import { type NodeTarget, nodeStage } from '../node.ts';

const NONCE = 'a'.repeat(32);
const ask = (body: unknown, headers = '') => post(JSON.stringify(body), { path: '/hearth/v1/dial-back', headers });
/** A node may be asked for two families, and again: nothing near this many. */
const MOST_CALLS = 24;

export const dialBack: Surface<NodeTarget> = {
  name: 'dial-back',
  stage: () => nodeStage({ settings: { 'reachability.witnessForOthers': true } }),
  attacks: [
    {
      name: 'others’ addresses, ports of services, pages of browsers, bodies that are none',
      exercises: ['dial-back: body'],
      meets: ['400', '403', '413'],
      avoids: ['called'],
      run: async (to, attacker) => {
        const bait = await attacker.listen(() => attacker.met('called'));
        const { port } = bait;
        const asks = [
          ask({ port: 22, nonce: NONCE }),
          ask({ port, nonce: NONCE }, 'Origin: http://page.example\r\n'),
          ask({ port: `${port}@127.0.0.1`, nonce: NONCE, host: '127.0.0.1', address: '127.0.0.1' }),
          ask({ port, nonce: `../../x?${NONCE}` }),
          ask({ port, nonce: NONCE.repeat(100) }),
          ask([[[[]]]]),
        ];
        await attacker.crowd(3, async (number) => {
          for (const [at, each] of asks.entries()) {
            if (at % 3 === number) await attacker.status(number === 0 ? to.at : to.near, each);
          }
        });
        bait.close();
      },
    },
    {
      name: 'to be called at one’s own address, again and again, and never to answer',
      exercises: ['dial-back: callMs', 'dial-back: atOnce', 'dial-back: perCaller'],
      meets: ['429'],
      avoids: ['called too often'],
      run: async (to, attacker) => {
        let calls = 0;
        const tarpit = await attacker.listen((socket) => {
          calls += 1;
          if (calls > MOST_CALLS) attacker.met('called too often');
          socket.resume();
        });
        await attacker.crowd(16, () => attacker.status(to.at, ask({ port: tarpit.port, nonce: NONCE })));
        tarpit.close();
      },
    },
    {
      name: 'an answer without end to the call',
      exercises: ['dial-back: answer', 'dial-back: head'],
      run: async (to, attacker) => {
        const flood = await attacker.listen((socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n');
          const more = () => socket.writable && socket.write(Buffer.alloc(64 * 1024), () => setImmediate(more));
          more();
        });
        await attacker.crowd(4, () => attacker.status(to.near, ask({ port: flood.port, nonce: NONCE })));
        flood.close();
      },
    },
  ],
};
