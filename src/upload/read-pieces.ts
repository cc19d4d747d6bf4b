/** A file's content on its way out, checked against what was summed before: another content is never sent to its end. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

const PIECE_BYTES = 1_048_576;

/** The file is no longer what was summed. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

export type Summed = { readonly md5: string; readonly bytes: number };

/** Throws `FileChanged` before the last piece, or the system's error. */
export async function* readPieces(path: string, { md5, bytes }: Summed): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('md5');
    let total = 0;
    // Held back until it is known whether it is the last: whoever gets that one believes all of them.
    let held: Buffer = Buffer.alloc(0);
    for (;;) {
      const piece = await readPiece(file, total);
      total += piece.length;
      hash.update(piece);
      const isOver = piece.length === 0;
      if (total > bytes || (isOver && (total < bytes || hash.digest('hex') !== md5))) throw new FileChanged();
      if (held.length > 0) yield held;
      if (isOver) return;
      held = piece;
    }
  } finally {
    await file.close();
  }
}

/** All of it, from its beginning to wherever it ends by then. */
export async function* readAll(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const piece = await readPiece(file, position);
    if (piece.length === 0) return;
    position += piece.length;
    yield piece;
  }
}

async function readPiece(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, position);
  return buffer.subarray(0, bytesRead);
}
