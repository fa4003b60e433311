import { randomBytes, randomInt, randomUUID } from 'node:crypto';

/** A source of randomness that tests can replace by a seeded one. */
export interface Random {
  bytes(length: number): Buffer;
  /** A whole number in [0, below). */
  int(below: number): number;
  /** A UUID, version 4. */
  id(): string;
}

export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  int: (below) => randomInt(below),
  id: () => randomUUID(),
};
