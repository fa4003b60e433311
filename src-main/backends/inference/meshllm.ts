// MeshLLM: one OpenAI face in front of the machines that form a mesh. It is asked whether it is ready, and lists what can be
// asked for; what is in whose memory is the mesh's own affair. Source: crates/openai-frontend of the mesh-llm project.

import { adapter } from './adapter.ts';
import type { Upstream } from './http.ts';
import { type Asked, ask, type Look, noModel, notAModelServer, silence, standing, stillLoading } from './look.ts';
import { isOwnedBy, objectOf, openaiModels } from './shapes.ts';

/** Names made up for files that were given by their path: they mean nothing elsewhere (IICP 5). */
const FILE = 'local-gguf/sha256-';
/** Not models: with these the mesh chooses one. */
const CHOICES = ['mesh', 'auto'];

export const createMeshLlm = adapter({ kind: 'meshllm', tasks: ['llm:chat'], look: lookAt, nameOthers: true });

async function lookAt(upstream: Upstream, signal: AbortSignal): Promise<Look> {
  const [ready, listed] = await Promise.all([ask(upstream, '/readyz', signal), ask(upstream, '/v1/models', signal)]);
  if (isWaiting(ready)) return stillLoading;
  if ('trouble' in listed) return listed.trouble;
  const silent = silence(ready);
  if (silent) return silent;
  const names = openaiModels(listed.json);
  // Older versions have no word for being ready.
  const isReady = 'json' in ready && ready.json.status === 'ready';
  if (!names || !(isReady || isOwnedBy(listed.json, 'mesh-llm'))) return notAModelServer(upstream.root);
  const models = names.filter((id) => !id.startsWith(FILE) && !CHOICES.includes(id));
  if (models.length > 0) return standing(models.map((id) => ({ id, state: 'loaded' })));
  return names.length > 0
    ? noModel('MeshLLM serves only files that have no name.', 'Start it with the name of a model instead of a path.')
    : noModel('MeshLLM is running but serves no model.', 'Start it with one, or join a mesh that has some.');
}

/** It can't list its models yet, and says so in its own words. */
function isWaiting(ready: Asked): boolean {
  if (!('trouble' in ready) || (ready.status !== 502 && ready.status !== 503)) return false;
  return objectOf(ready.said?.error)?.type === 'server_error';
}
