/**
 * The text of `dist/breakwater.cjs`: the few lines that start the command, and its parts behind them in a comment.
 *
 * Node compiles a file as a whole before it runs the first line of it, and does so again at every start. In a comment
 * the parts cost next to nothing until they are asked for. The first of them, which every command goes through, comes
 * with the code that V8 has made of it; another release of V8 than the one that built it passes that over, and compiles.
 */
import { deflateRawSync } from 'node:zlib';

/** `cache` is what V8 has made of the wrapped code, or `null`: then the code is packed. */
export type Part = { readonly code: string; readonly cache: Buffer | null };

/** `parts` by the name under which the others ask for them; the one called `main` is run. */
export function renderLauncher(parts: ReadonlyMap<string, Part>): string {
  const places: Record<string, Place> = {};
  let payload = '';
  const append = (bytes: Buffer): Slice => {
    const start = payload.length;
    payload += bytes.toString('base64url');
    return [start, payload.length];
  };
  for (const [name, { code, cache }] of parts) {
    const text = Buffer.from(wrapPart(code));
    places[name] = {
      text: append(cache === null ? deflateRawSync(text, { level: 9 }) : text),
      cache: cache === null ? null : append(cache),
    };
  }
  const end = '\n';
  const launcher = LAUNCHER.replace('PLACES', JSON.stringify(places)).replace(
    'FROM_END',
    String(payload.length + end.length),
  );
  return `${launcher}//${payload}${end}`;
}

/** What a part's code is wrapped in, to be given what it needs. */
export function wrapPart(code: string): string {
  return `(function(require,module,exports){${code}\n})`;
}

/** From and to, in the characters of the payload. */
type Slice = readonly [number, number];
type Place = { readonly text: Slice; readonly cache: Slice | null };

const LAUNCHER = `#!/usr/bin/env node
'use strict';
const { fstatSync, openSync, readSync } = require('node:fs');
const { Script } = require('node:vm');

const places = PLACES;
// Open to the end: what is needed later comes from the file that was started, whatever stands there by then.
const file = openSync(__filename);
const start = fstatSync(file).size - FROM_END;
const loaded = new Map();

function bytesAt([from, to]) {
  const packed = Buffer.allocUnsafe(to - from);
  let read = 0;
  while (read < packed.length) {
    const more = readSync(file, packed, read, packed.length - read, start + from + read);
    if (more === 0) throw new Error(__filename + ' has been cut short');
    read += more;
  }
  return Buffer.from(packed.latin1Slice(), 'base64url');
}

function load(name) {
  if (!Object.hasOwn(places, name)) return require(name);
  if (!loaded.has(name)) {
    const { text, cache } = places[name];
    const code = cache === null ? require('node:zlib').inflateRawSync(bytesAt(text)) : bytesAt(text);
    const options = { filename: 'breakwater/' + name };
    if (cache !== null) options.cachedData = bytesAt(cache);
    const module = { exports: {} };
    loaded.set(name, module);
    new Script(code.toString(), options).runInThisContext()(load, module, module.exports);
  }
  return loaded.get(name).exports;
}

load('main');
`;
