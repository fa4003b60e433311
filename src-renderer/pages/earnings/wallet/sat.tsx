import { Amount } from '../../../components/amount.tsx';
import { MICRO } from './figures.ts';

/** An amount of the wallet, to the last unit. */
export function Sat({ amount, unit, large = false }: { amount: number; unit: string; large?: boolean }) {
  return <Amount exact large={large} micro={amount * MICRO} unit={unit} />;
}
