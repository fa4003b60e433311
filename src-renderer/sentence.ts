// The state in one sentence, in the language of the page: the same choice as the engine's own sentence, from what it tells.
import type { NetworkView } from '../src-preload/contract/networks.ts';
import type { NodeView } from '../src-preload/contract/node.ts';
import type { Key } from './i18n/keys.ts';
import type { Translate } from './i18n/use-text.ts';

/** What is more exact than the state alone, by the reason's code. */
const byReason: Readonly<Record<string, Key>> = {
  'node.switched-off': 'state.sentence.switched-off',
  'node.no-slots': 'state.sentence.no-slots',
  'node.no-models': 'state.sentence.no-models',
};

type SentenceNode = Pick<NodeView, 'state' | 'reason' | 'working' | 'slots' | 'sharing'>;

export function sentenceOf(node: SentenceNode, networks: readonly NetworkView[] | undefined, t: Translate): string {
  const enabled = networks?.filter((network) => network.enabled) ?? [];
  const special = node.reason ? byReason[node.reason.code] : undefined;
  switch (node.state) {
    case 'off':
      return t('state.sentence.off');
    case 'starting': {
      const joining = enabled.find(({ registration }) => registration === 'registering');
      return joining ? t('state.sentence.joining', { network: joining.title }) : t('state.sentence.starting');
    }
    case 'ready':
      return t('state.sentence.ready');
    case 'working':
      return t('state.sentence.working', { working: node.working, slots: node.slots });
    case 'paused':
      return t(special ?? 'state.sentence.paused');
    case 'finishing':
      return t(node.reason ? 'state.sentence.finishing' : 'state.sentence.stopping', { count: node.working });
    case 'limited':
      return t(enabled[0]?.registration === 'local' ? 'state.sentence.not-listed' : 'state.sentence.directory-away');
    case 'needs-you':
      if (node.reason?.code.startsWith('storage.')) return t('state.sentence.no-record');
      return t(special ?? 'state.sentence.needs-you');
  }
}
