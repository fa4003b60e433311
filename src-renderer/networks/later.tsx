import { type ComponentType, Suspense } from 'react';
import { Placeholder } from '../components/placeholder.tsx';
import { lazily } from '../lazily.ts';

/** A part that is loaded when it is first shown: what a start shows is there without it. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Part = lazily(load);
  return function Later(props: Props) {
    return (
      <Suspense fallback={<Placeholder lines={3} />}>
        <Part {...props} />
      </Suspense>
    );
  };
}
