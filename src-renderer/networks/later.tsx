import { type ComponentType, lazy, Suspense } from 'react';
import { Placeholder } from '../components/placeholder.tsx';

/** A part that is loaded when it is first shown: what a start shows is there without it. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const Part = lazy(async () => ({ default: await load() })) as unknown as ComponentType<Props>;
  return function Later(props: Props) {
    return (
      <Suspense fallback={<Placeholder lines={3} />}>
        <Part {...props} />
      </Suspense>
    );
  };
}
