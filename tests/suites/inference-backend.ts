// What every model server's adapter has to hold to, whatever the server does. Run it for each kind: same states, same errors,
// nothing that the server said, and no request left running after its caller has gone.

import { callsSuite } from './inference-calls.ts';
import { type BackendSuite, kitOf } from './inference-kit.ts';
import { looksSuite } from './inference-looks.ts';
import { movesSuite } from './inference-moves.ts';

export function inferenceBackendSuite(suite: BackendSuite): void {
  const kit = kitOf(suite);
  callsSuite(kit);
  looksSuite(kit);
  if (kit.moves) movesSuite(kit, kit.moves);
}
