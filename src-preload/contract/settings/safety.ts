import { z } from 'zod';
import { InferenceTask } from './backends.ts';
import { setting } from './define.ts';

export const safetySettings = {
  'safety.refused': setting(
    z.array(InferenceTask).max(InferenceTask.options.length),
    [],
    'Kinds of tasks that are never taken, as ["audio:speech"]. They are not offered, and one that comes is refused before anything runs.',
  ),
};
