/**
 * Orders that were left for a rollout: a file each, in `orders/` beside its journal.
 *
 *     orders/0000000000000003-6f9619ff-8b86-….json      which of those that are there it is, and its id
 *     {"format":"breakwater/order","version":1,"order":{"id":"6f9619ff-8b86-…",…},"sum":"…"}
 *
 * A file gets its name when all of it is on the disk, and a name that is there lasts once the order counts as left.
 */
import { createHash, randomUUID } from 'node:crypto';
import { fsyncSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printable } from '../../base/text.ts';
import { ORDER_KINDS } from '../../rollout/order.ts';
import type { Order } from '../../rollout/order.ts';
import { isFileThere, namesIn, syncFolder, withFile, writeWhole } from './files.ts';
import { decodeLine, encodeLine } from '../line-codec.ts';
import { codeOf, ifThere, Trouble } from '../journal.ts';

const FORMAT = 'breakwater/order';
const VERSION = 1;
/** So that names sort as numbers do. Givers' clocks differ, and would sort them otherwise than they came. */
const NUMBER_DIGITS = 16;
const DRAFT = /^\.[0-9a-f-]{36}$/;
const ORDER_FILE = /^([0-9]{16})-([a-z0-9_-]+)\.json$/;

/** The oldest first. Throws for a file that was changed or renamed, naming it: it may be an abort. */
export function readOrders(inbox: string): readonly Order[] {
  const names = namesIn(inbox);
  const odd = [
    ...names.filter((name) => !ORDER_FILE.test(name) && !DRAFT.test(name)).map((name) => join(inbox, name)),
    ...namesIn(dirname(inbox))
      .filter((name) => /^orders/i.test(name) && name !== basename(inbox))
      .map((name) => join(dirname(inbox), name)),
  ];
  const [first] = odd;
  if (first !== undefined) {
    throw new Trouble(
      'damaged',
      `${printable(first)}: not a valid name for an order, but the file may hold one. Check it; restore its name, or move it and give the order again`,
    );
  }
  return names
    .filter((name) => ORDER_FILE.test(name))
    .sort()
    .flatMap((name) => readOrder(join(inbox, name)) ?? []);
}

/** Lasts once this returns. The folder that the inbox is in must be there. */
export function writeOrder(inbox: string, order: Order): void {
  makeInbox(inbox);
  const draft = join(inbox, `.${randomUUID()}`);
  try {
    withFile(draft, 'wx', (file) => {
      writeWhole(file, Buffer.from(encodeLine({ format: FORMAT, version: VERSION, order }, '').text));
      fsyncSync(file);
    });
    renameSync(draft, join(inbox, nameFor(order, readdirSync(inbox))));
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(inbox);
}

/** Two orders that are left at the same moment may get the same number; one that is left again keeps its name. */
function nameFor({ id }: Order, names: readonly string[]): string {
  const found = names.map((name) => ORDER_FILE.exec(name)).filter((match) => match !== null);
  const known = found.find(([, , one]) => one === nameOf(id));
  if (known !== undefined) return known[0];
  const number = 1 + Math.max(0, ...found.map(([, one]) => Number(one)));
  return `${String(number).padStart(NUMBER_DIGITS, '0')}-${nameOf(id)}.json`;
}

export function removeOrder(inbox: string, id: string): void {
  for (const name of namesIn(inbox)) {
    // Should the name come back with the power, the record says that the order has been answered.
    if (ORDER_FILE.exec(name)?.[2] === nameOf(id)) rmSync(join(inbox, name), { force: true });
  }
}

function makeInbox(inbox: string): void {
  try {
    mkdirSync(inbox);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    throw error;
  }
  syncFolder(dirname(inbox));
}

/** What stands for an id in a file's name: the id itself, where every file system keeps it apart from others. */
function nameOf(id: string): string {
  return /^[a-z0-9_-]{1,64}$/.test(id) ? id : `-${createHash('sha256').update(id).digest('hex')}`;
}

/** `null` for one that was dropped just now. */
function readOrder(path: string): Order | null {
  const bytes = isFileThere(path, 'delete it and give the order again')
    ? ifThere(() => readFileSync(path))
    : null;
  if (bytes === null) return null;
  const end = bytes.length - 1;
  const decoded = bytes[end] === 0x0a ? decodeLine(bytes.subarray(0, end), '') : null;
  if (decoded?.kind !== 'line') throw damaged(path);
  const { format, version, order } = decoded.value as Partial<Written>;
  if (format !== FORMAT || order === undefined) throw damaged(path);
  if (version === VERSION && ORDER_KINDS.includes(order.kind)) return order;
  throw new Trouble(
    'unavailable',
    `${path}: a newer Breakwater wrote this order, and this release does not know its kind: use that release`,
  );
}

type Written = { readonly format: string; readonly version: number; readonly order: Order };

function damaged(path: string): Trouble {
  return new Trouble(
    'damaged',
    `${path}: the order is damaged: it was edited after it was given. Read it, delete the file and give the order again`,
  );
}
