/** All that the parts of the page are made from. */
import { readAttempts, readDevices } from './attempts.ts';
import type { Attempts, Devices } from './attempts.ts';
import { timesOf } from './times.ts';
import type { Times } from './times.ts';
import type { PageData } from '../views/html/page-data.ts';

export type Report = {
  readonly data: PageData;
  readonly devices: Devices;
  readonly attempts: Attempts;
  readonly times: Times;
};

export function readReport(text: string): Report {
  const data = JSON.parse(text) as PageData;
  const attempts = readAttempts(data);
  const posts = data.deployments.flatMap(({ postedAt, acceptedAt }) => [postedAt, acceptedAt ?? postedAt]);
  return {
    data,
    attempts,
    devices: readDevices(data, attempts),
    times: timesOf([...data.moments, ...posts]),
  };
}
