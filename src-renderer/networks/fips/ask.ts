// Questions that only FIPS answers, with the answers as its contract has them.
import { useEffect, useState } from 'react';
import type { z } from 'zod';
import type { MeshView } from '../../../src-preload/contract/networks/fips.ts';
import { engine } from '../../bridge/index.ts';
import type { Fips } from './contract.ts';

type Requests = Fips['requests'];
type Answer<N extends keyof Requests> = z.output<Requests[N]['output']>;

/** Rejects like any question to the engine, which holds input and answer against the contract. */
export async function askFips<N extends keyof Requests>(
  name: N,
  input: z.input<Requests[N]['input']>,
): Promise<Answer<N>> {
  return (await engine().ask('networks.ask', { id: 'fips', name, input: input as never })) as Answer<N>;
}

const EVERY_MS = 2000;

/** As it is now, for as long as it is looked at; undefined until it is known, and while the node does not run. */
export function useMesh(stamp: number): MeshView | undefined {
  const [mesh, setMesh] = useState<MeshView>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked at once when something has happened
  useEffect(() => {
    let gone = false;
    const ask = () =>
      void askFips('mesh', undefined).then(
        (view) => !gone && setMesh(view),
        () => !gone && setMesh(undefined),
      );
    ask();
    const timer = setInterval(() => document.visibilityState === 'visible' && ask(), EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [stamp]);
  return mesh;
}
