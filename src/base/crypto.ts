/**
 * Node's cryptography, for modules that are loaded with every command: an import of it takes a tenth of the time in which
 * Node itself starts, and most commands make no hash.
 */
import type * as Crypto from 'node:crypto';

export function loadCrypto(): typeof Crypto {
  return process.getBuiltinModule('node:crypto');
}
