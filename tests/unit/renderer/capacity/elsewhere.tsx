// The card of an engine elsewhere, as markup.
import { renderToStaticMarkup } from 'react-dom/server';
import type { LimitsView } from '../../../../src-preload/contract/limits.ts';
import { EngineElsewhere, type EngineElsewhereProps } from '../../../../src-renderer/pages/capacity/elsewhere.tsx';

export const elsewhereCard = (engine: EngineElsewhereProps['engine'], limits: LimitsView) =>
  renderToStaticMarkup(<EngineElsewhere engine={engine} limits={limits} />);
