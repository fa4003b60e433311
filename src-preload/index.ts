import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import type { Bridge } from './contract/index.ts';
import { PUSH_CHANNEL, pushNames, REQUEST_CHANNEL, requestNames } from './contract/names.ts';

const bridge: Bridge = {
  async invoke(name, input) {
    if (!requestNames.includes(name)) throw new TypeError(`no such request: ${name}`);
    return ipcRenderer.invoke(REQUEST_CHANNEL, name, input);
  },
  on(name, listener) {
    if (!pushNames.includes(name)) throw new TypeError(`no such push: ${name}`);
    const receive = (_event: IpcRendererEvent, pushed: string, payload: unknown) => {
      if (pushed === name) listener(payload);
    };
    ipcRenderer.on(PUSH_CHANNEL, receive);
    return () => void ipcRenderer.off(PUSH_CHANNEL, receive);
  },
};

contextBridge.exposeInMainWorld('hearth', bridge);
