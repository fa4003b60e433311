// What a step of the first run is, and what it gets.
import type { ComponentType } from 'react';
import type { RuleId } from '../../../src-preload/contract/availability.ts';
import type { NetworkView } from '../../../src-preload/contract/networks/index.ts';
import type { NodeView } from '../../../src-preload/contract/node.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import type { Key } from '../../i18n/keys.ts';

export interface Facts {
  readonly mode: NodeView['mode'];
  readonly practice: boolean;
  readonly settings: readonly SettingView[];
  readonly networks: readonly NetworkView[];
  /** The rules that can't be read on this computer; undefined until it was found out. */
  readonly unreadable: readonly RuleId[] | undefined;
}

export interface StepProps {
  readonly facts: Facts;
  /** Undefined on the first. */
  readonly onBack: (() => void) | undefined;
  /** To the step after this one. The last one ends by itself. */
  readonly onNext: () => void;
  /** The first run is over: nothing of it is asked again, and the page goes Home. */
  readonly onDone: () => Promise<void>;
}

export interface Step {
  /** In small letters: it stands in the address and in the setting `setup.step`. */
  readonly id: string;
  readonly title: Key;
  readonly component: ComponentType<StepProps>;
}

/** The step with this name, or the first. */
export function indexOf(steps: readonly Pick<Step, 'id'>[], id: string | undefined): number {
  return Math.max(
    0,
    steps.findIndex((step) => step.id === id),
  );
}
