/** What the package has no types for: the look-up of a password in the file that PostgreSQL's own tools read. */
declare module 'pgpass' {
  type Entry = {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
  };
  export default function findPassword(entry: Entry, found: (password: string | undefined) => void): void;
}
