import { expect, it } from 'vitest';
import { type Route, Routes } from '../../../src-main/inbound/routes.ts';

const handle = () => ({ status: 200, text: '' });
const task: Route = { path: '/v1/task', method: 'POST', handle };
const health: Route = { path: '/iicp/health', method: 'GET', handle };
const behind: Route = { path: '/v1/relay-for/:worker/v1/task', method: 'POST', handle };
const routes = new Routes([task, health, behind]);

it.each([
  ['/v1/task', { route: task, params: {}, methods: ['POST'] }],
  ['/iicp/health', { route: health, params: {}, methods: ['GET', 'HEAD'] }],
  ['/v1/relay-for/worker-1/v1/task', { route: behind, params: { worker: 'worker-1' }, methods: ['POST'] }],
  ['/v1/relay-for/a%3Ab/v1/task', { route: behind, params: { worker: 'a:b' }, methods: ['POST'] }],
  ['/v1/relay-for//v1/task', undefined],
  ['/v1/relay-for/%zz/v1/task', undefined],
  ['/v1/relay-for/worker-1/v1/task/', undefined],
  ['/v1/tasks', undefined],
])('finds who answers for %s', (path, expected) => {
  expect(routes.find(path)).toEqual(expected);
});
