import { text } from 'node:stream/consumers';

/** What `breakwater status NAME --format json` prints, which every hook is given on stdin. */
export async function readStatus() {
  return JSON.parse(await text(process.stdin));
}

export function required(variable) {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    console.error(`${variable} is not set`);
    process.exit(1);
  }
  return value;
}

/** Ends with 1 unless it is taken: what is printed then goes on record. */
export async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    console.error(`answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    process.exit(1);
  }
}
