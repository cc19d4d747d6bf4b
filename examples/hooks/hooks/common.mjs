import { text } from 'node:stream/consumers';

/** The document of `breakwater status NAME --format json`, which every hook gets on stdin. */
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

/** Exits with 1 if the request is not accepted. The output is recorded. */
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
