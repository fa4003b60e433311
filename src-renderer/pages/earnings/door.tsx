import type { ReactNode } from 'react';
import type { EarningsFilter } from '../../../src-preload/contract/earnings.ts';
import { hrefOf } from '../../places.ts';
import { rememberShown, type Shown } from './entries.ts';
import { detailOf, type Step } from './look.ts';

export interface DoorProps {
  readonly by: Step;
  readonly filter: EarningsFilter;
  readonly shown: Shown;
  readonly children: ReactNode;
}

/** A total that leads to the entries it was made of. */
export function Door({ by, filter, shown, children }: DoorProps) {
  const detail = detailOf({ view: 'rows', by, filter }) ?? '';
  return (
    <a
      href={hrefOf('earnings', detail)}
      onClick={() => rememberShown(detail, shown)}
      className="rounded underline decoration-line underline-offset-4 hover:decoration-edge"
    >
      {children}
    </a>
  );
}
