// What a rule reads, in words. Pure, over what the engine tells.
import type { RuleView } from '../../../src-preload/contract/availability.ts';
import { quoted } from '../../format/text.ts';
import type { Speech } from '../../i18n/use-text.ts';

type Words = Pick<Speech, 't' | 'f'>;

const LONGEST_NAME = 64;
const MOST_NAMES = 5;
const IN_USE_SECONDS = 60;

/** One sentence on how it is; undefined where there is nothing to say, off or not read yet. */
export function readingOf(rule: RuleView, words: Words): string | undefined {
  const { t } = words;
  if (rule.state === 'off' || rule.state === 'waiting') return undefined;
  if (rule.state === 'unreadable') {
    return t('availability.notBinding', { what: t(`availability.unreadable.${rule.id}`) });
  }
  if (rule.id === 'apps' && rule.limit.names.length === 0) return t('availability.reading.noNames');
  return rule.reading === null ? undefined : readText(rule, words);
}

function readText(rule: RuleView, { t, f }: Words): string | undefined {
  if (rule.reading === null) return undefined;
  switch (rule.id) {
    case 'idle': {
      const { seconds } = rule.reading;
      if (seconds < IN_USE_SECONDS) return t('availability.reading.inUse');
      return t('availability.reading.notUsed', { span: f.span(seconds * 1000) });
    }
    case 'battery': {
      const { onBattery, percent } = rule.reading;
      const where = onBattery ? 'battery' : 'mains';
      if (percent === null) return t(`availability.reading.${where}`);
      return t(`availability.reading.${where}At`, { percent });
    }
    case 'metered':
      return t(rule.reading.metered ? 'availability.reading.metered' : 'availability.reading.notMetered');
    case 'fullscreen': {
      const { fullscreen, app } = rule.reading;
      if (!fullscreen) return t('availability.reading.noFullscreen');
      if (app === null) return t('availability.reading.fullscreen');
      return t('availability.reading.fullscreenApp', { app: quoted(app, LONGEST_NAME) });
    }
    case 'apps': {
      const running = rule.reading.running.slice(0, MOST_NAMES).map((name) => quoted(name, LONGEST_NAME));
      if (running.length === 0) return t('availability.reading.noApps');
      return t('availability.reading.apps', { apps: f.list(running) });
    }
    case 'cpuHeat':
    case 'gpuHeat': {
      const { celsius, sensor } = rule.reading;
      return t('availability.reading.heat', { celsius, sensor: quoted(sensor, LONGEST_NAME) });
    }
    case 'dayData':
    case 'monthData': {
      const { used, forecast } = rule.reading;
      const values = { used: f.bytes(used), most: f.bytes(rule.limit.bytes) };
      if (forecast === null) return t('availability.reading.data', values);
      return t('availability.reading.dataPace', { ...values, forecast: f.bytes(forecast) });
    }
  }
}
