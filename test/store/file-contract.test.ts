import { openFileStore } from '../../src/store/file/file-store.ts';
import { makeFolder } from '../kit/folders.ts';
import { describeStoreContract } from './contract.ts';
import { MadeUpKernel, MadeUpProcess } from './machines.ts';

const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };

// Two containers of one kernel: what one knows of the other is whether its flocks are gone.
describeStoreContract('files', () => {
  const folder = makeFolder();
  const kernel = new MadeUpKernel();
  const first = new MadeUpProcess(kernel, { namespaces: 'pid:[1]' });
  const second = new MadeUpProcess(kernel, { namespaces: 'pid:[2]' });
  return Promise.resolve({
    first: openFileStore(folder, clock, { machine: first }),
    second: openFileStore(folder, clock, { machine: second }),
    killSecond() {
      second.die();
      return Promise.resolve();
    },
  });
});
