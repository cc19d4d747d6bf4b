/** Finds where a text stops being JSON. The messages of `JSON.parse` show the place only in some versions of Node.js. */

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';

const TOKEN =
  /(?<mark>[{}[\]:,])|(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)(?![\w.+-])/y;

/** The offset of the first unexpected character, or the end of the text if something is missing. `null` for valid JSON. */
export function findJsonFault(text: string): number | null {
  const open: string[] = [];
  let expected: Expected = 'value';
  let comma = 0;
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, TOKEN.lastIndex)) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return at;
    const { mark = null, text: string = null } = token.groups ?? {};
    const after = (): Expected => (open.length === 0 ? 'nothing' : 'comma-or-end');
    if (mark === '}' || mark === ']') {
      const isEnd: boolean =
        expected === 'comma-or-end' || expected === (mark === '}' ? 'key-or-end' : 'value-or-end');
      // In `[1,]`, the fault is the comma.
      if (!isEnd) return expected === 'key' || (expected === 'value' && open.at(-1) === '[') ? comma : at;
      if (open.pop() !== (mark === '}' ? '{' : '[')) return at;
      expected = after();
    } else if (mark === ':') {
      if (expected !== 'colon') return at;
      expected = 'value';
    } else if (mark === ',') {
      if (expected !== 'comma-or-end') return at;
      comma = at;
      expected = open.at(-1) === '{' ? 'key' : 'value';
    } else if (expected === 'key' || expected === 'key-or-end') {
      if (string === null) return at;
      expected = 'colon';
    } else if (expected === 'value' || expected === 'value-or-end') {
      if (mark !== null) open.push(mark);
      expected = mark === '{' ? 'key-or-end' : mark === '[' ? 'value-or-end' : after();
    } else return at;
  }
  return expected === 'nothing' ? null : text.length;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}
